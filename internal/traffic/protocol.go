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

// Name returns EC2's word for a protocol, "protocol/47" if it has none.
func Name(number int) string {
	switch number {
	case All:
		return "all"
	case ICMP:
		return "icmp"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case ICMPv6:
		return "icmpv6"
	}
	return "protocol/" + strconv.Itoa(number)
}

// Number reads a protocol as EC2 does: a name in any case, or a number from -1 to 255. It reports false for any other text.
func Number(text string) (int, bool) {
	switch strings.ToLower(text) {
	case "all":
		return All, true
	case "icmp":
		return ICMP, true
	case "tcp":
		return TCP, true
	case "udp":
		return UDP, true
	case "icmpv6":
		return ICMPv6, true
	}
	number, err := strconv.Atoi(text)
	return number, err == nil && number >= All && number <= lastProtocol
}

// HasPorts reports whether packets of a protocol have ports that EC2 can name.
func HasPorts(number int) bool { return number == TCP || number == UDP }

// IsICMP reports whether packets of a protocol have a type and a code.
func IsICMP(number int) bool { return number == ICMP || number == ICMPv6 }
