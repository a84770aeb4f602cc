package tiers

import (
	"strconv"
	"strings"
)

// Service is the protocols and destination ports of a flow, as text. Use one of the constants below, one of the functions [TCP], [UDP],
// [TCPRange], [UDPRange], [ICMP], [ICMPv6] and [Services], or a text of your own. A text has terms separated by commas. A term is a
// well-known name ("https"), "tcp/8080", "udp/5000-5010", "icmp", "icmp/8" (type) or "icmp/3/4" (type and code).
//
// Any other text is an error at synthesis. Adjacent ports of one Service become one rule.
type Service string

// The well-known services. The ports are those registered at IANA, or the documented default of the product.
const (
	HTTP         Service = "http"          // tcp 80
	HTTPS        Service = "https"         // tcp 443
	HTTP3        Service = "http3"         // udp 443
	SSH          Service = "ssh"           // tcp 22
	RDP          Service = "rdp"           // tcp 3389
	DNS          Service = "dns"           // tcp and udp 53; not needed for the VPC's own resolver, because security groups do not filter it
	NTP          Service = "ntp"           // udp 123; not needed for Amazon Time Sync, because security groups do not filter it
	SMTPSubmit   Service = "smtp-submit"   // tcp 587
	LDAPS        Service = "ldaps"         // tcp 636
	NFS          Service = "nfs"           // tcp 2049
	MySQL        Service = "mysql"         // tcp 3306
	PostgreSQL   Service = "postgresql"    // tcp 5432
	SQLServer    Service = "sqlserver"     // tcp 1433
	Oracle       Service = "oracle"        // tcp 1521
	MongoDB      Service = "mongodb"       // tcp 27017; also DocumentDB
	Redis        Service = "redis"         // tcp 6379; also Valkey
	Memcached    Service = "memcached"     // tcp 11211
	CassandraTLS Service = "cassandra-tls" // tcp 9142, as in Amazon Keyspaces
	Redshift     Service = "redshift"      // tcp 5439
	Neptune      Service = "neptune"       // tcp 8182
	AMQPS        Service = "amqps"         // tcp 5671
	KafkaTLS     Service = "kafka-tls"     // tcp 9094, as in Amazon MSK
	KafkaIAM     Service = "kafka-iam"     // tcp 9098, as in Amazon MSK
	Ping         Service = "ping"          // ICMP echo requests; in a dual-stack network also ICMPv6 echo requests
	AllTraffic   Service = "all"           // every protocol and port; only for flows that leave the network, and for exceptions
)

// TCP returns the service on TCP ports, each from 1 to 65535. Adjacent ports become one rule: TCP(80, 81) becomes a rule for 80-81.
func TCP(port int, more ...int) Service { return onPorts("tcp", port, more) }

// UDP returns the service on UDP ports, each from 1 to 65535.
func UDP(port int, more ...int) Service { return onPorts("udp", port, more) }

// TCPRange returns the service on the TCP ports between two ports, both included.
func TCPRange(from, to int) Service { return onRange("tcp", from, to) }

// UDPRange returns the service on the UDP ports between two ports, both included.
func UDPRange(from, to int) Service { return onRange("udp", from, to) }

// ICMP returns the service of ICMP messages with a type and a code, each from 0 to 255. A code of -1 means all codes of the type.
func ICMP(messageType, code int) Service { return icmp("icmp", messageType, code) }

// ICMPv6 returns the service of ICMPv6 messages with a type and a code, each from 0 to 255. A code of -1 means all codes of the type.
func ICMPv6(messageType, code int) Service { return icmp("icmpv6", messageType, code) }

// Services returns the union of several services, so that one flow with one reason can carry them.
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
