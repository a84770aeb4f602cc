package traffic

import (
	"strconv"
	"strings"
)

// Protocol numbers (IANA). All is how EC2 writes every protocol.
const (
	All    = -1
	ICMP   = 1
	TCP    = 6
	UDP    = 17
	ICMPv6 = 58
)

// LastPort is the highest port number.
const LastPort = 65535

// lastProtocol is the highest protocol number.
const lastProtocol = 255

// protocols are the protocols that EC2 has a word for.
var protocols = []struct {
	number int
	name   string
}{{All, "all"}, {ICMP, "icmp"}, {TCP, "tcp"}, {UDP, "udp"}, {ICMPv6, "icmpv6"}}

// Name returns EC2's word for a protocol, or "protocol/47" if EC2 has no word for it.
func Name(number int) string {
	for _, p := range protocols {
		if p.number == number {
			return p.name
		}
	}
	return "protocol/" + strconv.Itoa(number)
}

// Number reads a protocol as EC2 does: a name in any case, or a number from -1 to 255. It reports false for any other text.
func Number(text string) (int, bool) {
	for _, p := range protocols {
		if strings.EqualFold(p.name, text) {
			return p.number, true
		}
	}
	number, err := strconv.Atoi(text)
	return number, err == nil && number >= All && number <= lastProtocol
}

// HasPorts reports whether packets of a protocol have ports that EC2 rules can name.
func HasPorts(number int) bool { return number == TCP || number == UDP }

// IsICMP reports whether packets of a protocol have a type and a code.
func IsICMP(number int) bool { return number == ICMP || number == ICMPv6 }
