package app

import (
	"strconv"
	"strings"
	"sync"
)

// serviceNames are the constants of package tiers by their names in the file.
var serviceNames = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"http": "HTTP", "https": "HTTPS", "http3": "HTTP3", "ssh": "SSH", "rdp": "RDP", "dns": "DNS", "ntp": "NTP", "smtp-submit": "SMTPSubmit",
		"ldaps": "LDAPS", "nfs": "NFS", "mysql": "MySQL", "postgresql": "PostgreSQL", "sqlserver": "SQLServer", "oracle": "Oracle",
		"mongodb": "MongoDB", "redis": "Redis", "memcached": "Memcached", "cassandra-tls": "CassandraTLS", "redshift": "Redshift",
		"neptune": "Neptune", "amqps": "AMQPS", "kafka-tls": "KafkaTLS", "kafka-iam": "KafkaIAM", "ping": "Ping", "all": "AllTraffic",
	}
})

// serviceCode returns the Go expression of a service. A text that no function of package tiers makes stays a text.
func serviceCode(service string) string {
	var terms []string
	for term := range strings.SplitSeq(service, ",") {
		code := termCode(strings.TrimSpace(term))
		if code == "" {
			return "tiers.Service(" + strconv.Quote(service) + ")"
		}
		if last := len(terms) - 1; last >= 0 && joins(terms[last], code) {
			terms[last] = strings.TrimSuffix(terms[last], ")") + ", " + code[strings.IndexByte(code, '(')+1:]
			continue
		}
		terms = append(terms, code)
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return call("tiers.Services", terms...)
}

// joins reports whether two terms are ports of one protocol, which one call takes.
func joins(a, b string) bool {
	for _, f := range []string{"tiers.TCP(", "tiers.UDP("} {
		if strings.HasPrefix(a, f) && strings.HasPrefix(b, f) {
			return true
		}
	}
	return false
}

// termCode returns the Go expression of a term, and nothing if there is none.
func termCode(term string) string {
	if name, ok := serviceNames()[term]; ok {
		return "tiers." + name
	}
	protocol, detail, _ := strings.Cut(term, "/")
	switch protocol {
	case "tcp", "udp":
		return portsCode(strings.ToUpper(protocol), detail)
	case "icmp":
		return icmpCode("ICMP", detail)
	case "icmpv6":
		return icmpCode("ICMPv6", detail)
	}
	return ""
}

func portsCode(function, ports string) string {
	first, last, isRange := strings.Cut(ports, "-")
	switch {
	case !isNumber(first) || isRange && !isNumber(last):
		return ""
	case isRange:
		return "tiers." + function + "Range(" + first + ", " + last + ")"
	}
	return "tiers." + function + "(" + first + ")"
}

func icmpCode(function, detail string) string {
	messageType, code, hasCode := strings.Cut(detail, "/")
	if !hasCode {
		code = "-1"
	}
	if !isNumber(messageType) || hasCode && !isNumber(code) {
		return ""
	}
	return "tiers." + function + "(" + messageType + ", " + code + ")"
}

// isNumber reports whether a text is a decimal number as Go writes it.
func isNumber(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && strconv.Itoa(n) == text
}
