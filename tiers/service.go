package tiers

import (
	"strconv"
	"strings"
)

// Service is what a flow carries: protocols and destination ports, written as text. It is one of the constants below, made
// by [TCP], [UDP], [TCPRange], [UDPRange], [ICMP], [ICMPv6] or [Services], or written out: terms separated by commas, each a
// well-known name ("https"), "tcp/8080", "udp/5000-5010", "icmp", "icmp/8" (type) or "icmp/3/4" (type and code).
//
// A text that is none of these is an error at synth. Ports of one Service that touch are merged into one rule.
type Service string

// The well-known services. Ports are IANA's, or the product's documented default.
const (
	HTTP         Service = "http"          // tcp 80
	HTTPS        Service = "https"         // tcp 443
	HTTP3        Service = "http3"         // udp 443
	SSH          Service = "ssh"           // tcp 22
	RDP          Service = "rdp"           // tcp 3389
	DNS          Service = "dns"           // tcp and udp 53; not needed for the VPC's own resolver, which no group filters
	NTP          Service = "ntp"           // udp 123; not needed for Amazon Time Sync, which no group filters
	SMTPSubmit   Service = "smtp-submit"   // tcp 587
	LDAPS        Service = "ldaps"         // tcp 636
	NFS          Service = "nfs"           // tcp 2049
	MySQL        Service = "mysql"         // tcp 3306
	PostgreSQL   Service = "postgresql"    // tcp 5432
	SQLServer    Service = "sqlserver"     // tcp 1433
	Oracle       Service = "oracle"        // tcp 1521
	MongoDB      Service = "mongodb"       // tcp 27017, DocumentDB's as well
	Redis        Service = "redis"         // tcp 6379, Valkey's as well
	Memcached    Service = "memcached"     // tcp 11211
	CassandraTLS Service = "cassandra-tls" // tcp 9142, as in Amazon Keyspaces
	Redshift     Service = "redshift"      // tcp 5439
	Neptune      Service = "neptune"       // tcp 8182
	AMQPS        Service = "amqps"         // tcp 5671
	KafkaTLS     Service = "kafka-tls"     // tcp 9094, as in Amazon MSK
	KafkaIAM     Service = "kafka-iam"     // tcp 9098, as in Amazon MSK
	Ping         Service = "ping"          // ICMP echo requests, of both families in a dual-stack network
	AllTraffic   Service = "all"           // every protocol and port, for what leaves the network and for exceptions
)

// TCP is a service on the given TCP ports, 1 to 65535. It is one flow: TCP(80, 81) becomes one rule for 80-81.
func TCP(port int, more ...int) Service { return onPorts("tcp", port, more) }

// UDP is a service on the given UDP ports, 1 to 65535.
func UDP(port int, more ...int) Service { return onPorts("udp", port, more) }

// TCPRange is a service on the TCP ports from to to, both included.
func TCPRange(from, to int) Service { return onRange("tcp", from, to) }

// UDPRange is a service on the UDP ports from to to, both included.
func UDPRange(from, to int) Service { return onRange("udp", from, to) }

// ICMP is the ICMP messages of a type and code, 0 to 255; a code of -1 is every code of the type.
func ICMP(messageType, code int) Service { return icmp("icmp", messageType, code) }

// ICMPv6 is the ICMPv6 messages of a type and code, 0 to 255; a code of -1 is every code of the type.
func ICMPv6(messageType, code int) Service { return icmp("icmpv6", messageType, code) }

// Services is several services as one flow, with one reason.
func Services(service Service, more ...Service) Service {
	terms := []string{string(service)}
	for _, s := range more {
		terms = append(terms, string(s))
	}
	return Service(strings.Join(terms, ","))
}

func onPorts(protocol string, port int, more []int) Service {
	terms := []string{protocol + "/" + strconv.Itoa(port)}
	for _, p := range more {
		terms = append(terms, protocol+"/"+strconv.Itoa(p))
	}
	return Service(strings.Join(terms, ","))
}

func onRange(protocol string, from, to int) Service {
	return Service(protocol + "/" + strconv.Itoa(from) + "-" + strconv.Itoa(to))
}

func icmp(protocol string, messageType, code int) Service {
	s := protocol + "/" + strconv.Itoa(messageType)
	if code != -1 {
		s += "/" + strconv.Itoa(code)
	}
	return Service(s)
}
