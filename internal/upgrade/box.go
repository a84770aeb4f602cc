package upgrade

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// interval is a range of protocols, ports or addresses. All bounds are stored as addresses: a number is stored as an
// IPv4 address. If base is set, it names a range that is known only at deployment, and lo and hi are relative to it.
type interval struct {
	base   string
	lo, hi netip.Addr
}

// box is the traffic that a rule allows: protocols, ports or ICMP types, and addresses.
type box [3]interval

var (
	zero        = number(0)
	everything4 = prefixInterval("", netip.MustParsePrefix("0.0.0.0/0"))
	everything6 = prefixInterval("", netip.MustParsePrefix("::/0"))
	allPorts    = numbers(0, traffic.LastPort)
)

func number(n int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(n))
	return netip.AddrFrom4(b)
}

func numbers(lo, hi int) interval { return interval{lo: number(lo), hi: number(hi)} }

func prefixInterval(base string, p netip.Prefix) interval {
	r := netipx.RangeOfPrefix(p.Masked())
	return interval{base: base, lo: r.From(), hi: r.To()}
}

// key returns a text that is the same for equal boxes.
func (b box) key() string {
	var text []byte
	for _, i := range b {
		text = append(text, i.base...)
		for _, end := range [...]netip.Addr{i.lo, i.hi} {
			text = append(text, 0)
			text = append(text, end.AsSlice()...)
		}
	}
	return string(text)
}

// boxOf reads the protocol and the ports of a rule. It returns false if they are missing or invalid.
func boxOf(get func(string) cfn.Value, peer interval) (box, bool) {
	protocol := get("IpProtocol")
	n, known := protocolNumber(protocol)
	switch {
	case protocol.IsMissing():
		return box{}, false
	case protocol.Kind != cfn.Text:
		return box{{base: plainText(protocol), lo: zero, hi: zero}, portsOf(get, 0), peer}, true
	case known && n == traffic.All:
		return box{numbers(0, 255), allPorts, peer}, true
	case !known:
		return box{}, false
	}
	return box{numbers(n, n), portsOf(get, n), peer}, true
}

// protocolNumber reads the name or number of a protocol. It returns false if it is invalid.
func protocolNumber(v cfn.Value) (int, bool) {
	text := v.Text
	if n, ok := v.Int(); ok { // CloudFormation accepts 6.0.
		text = strconv.Itoa(n)
	}
	return traffic.Number(text)
}

// portsOf reads a range of ports, or the type and code of ICMP as one number. It returns all ports for a protocol
// without ports.
func portsOf(get func(string) cfn.Value, protocol int) interval {
	from, to := get("FromPort"), get("ToPort")
	lo, okFrom := from.Int()
	hi, okTo := to.Int()
	switch {
	case traffic.IsICMP(protocol):
		switch {
		case from.IsMissing() || okFrom && lo == -1:
			return allPorts
		case !okFrom || !to.IsMissing() && !okTo:
		case to.IsMissing() || hi == -1:
			return numbers(lo<<8, lo<<8+255)
		default:
			return numbers(lo<<8+hi, lo<<8+hi)
		}
	case !traffic.HasPorts(protocol) && protocol != 0:
		return allPorts
	case from.IsMissing() && to.IsMissing() || okFrom && lo == -1:
		return allPorts
	case okFrom && okTo && lo <= hi:
		return numbers(lo, hi)
	}
	return interval{base: plainText(from) + "-" + plainText(to), lo: zero, hi: zero}
}

// meet returns the intersection of two intervals. The blocks 0.0.0.0/0 and ::/0 contain all addresses of their family,
// even those that are known only at deployment. Members of security groups count as IPv4 addresses.
func (i interval) meet(j interval) (interval, bool) {
	switch {
	case i.base != j.base && (i == everything4 || i == everything6):
		return j, i.lo.Is4() == j.lo.Is4()
	case i.base != j.base && (j == everything4 || j == everything6):
		return i, i.lo.Is4() == j.lo.Is4()
	case i.base != j.base || i.lo.Is4() != j.lo.Is4() || i.hi.Less(j.lo) || j.hi.Less(i.lo):
		return interval{}, false
	}
	if i.lo.Less(j.lo) {
		i.lo = j.lo
	}
	if j.hi.Less(i.hi) {
		i.hi = j.hi
	}
	return i, true
}

// meet returns the traffic that both boxes contain.
func (b box) meet(c box) (box, bool) {
	for i := range b {
		common, ok := b[i].meet(c[i])
		if !ok {
			return box{}, false
		}
		b[i] = common
	}
	return b, true
}

// without returns the traffic of b that is not in c, as boxes that do not overlap.
func (b box) without(c box) []box {
	common, ok := b.meet(c)
	if !ok {
		return []box{b}
	}
	for i := range b {
		if b[i].base != common[i].base {
			return []box{b} // b holds all addresses, and those of c are unknown.
		}
	}
	var rest []box
	for i := range b {
		if b[i].lo.Less(common[i].lo) {
			part := b
			part[i].hi = common[i].lo.Prev()
			rest = append(rest, part)
		}
		if common[i].hi.Less(b[i].hi) {
			part := b
			part[i].lo = common[i].hi.Next()
			rest = append(rest, part)
		}
		b[i] = common[i]
	}
	return rest
}

// covered reports whether the others together contain all traffic of b.
func (b box) covered(others []box) bool {
	rest := []box{b}
	for _, o := range others {
		var left []box
		for _, part := range rest {
			left = append(left, part.without(o)...)
		}
		if rest = left; len(rest) == 0 {
			return true
		}
	}
	return false
}
