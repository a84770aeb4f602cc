package traffic

import (
	"fmt"
	"strings"
)

// String lists the services: "tcp/443, tcp/8000-8010, icmp/8", "all traffic", "all traffic except tcp/22", "nothing". A set that lacks only
// the ICMP of one address family is "all traffic" too, because addresses of the other family do not exchange it.
func (t Set) String() string {
	switch {
	case t.IsEmpty():
		return "nothing"
	case t.Equal(everything), t.Equal(families[0]), t.Equal(families[1]):
		return "all traffic"
	case t.Contains(withoutPorts):
		return "all traffic except " + strings.Join(everything.Minus(t).terms(), ", ")
	}
	return strings.Join(t.terms(), ", ")
}

// withoutPorts are the protocols that have neither ports nor ICMP types. A set that contains all of them is described by what it lacks.
var withoutPorts = everything.Minus(Protocol(TCP)).Minus(Protocol(UDP)).Minus(Protocol(ICMP)).Minus(Protocol(ICMPv6))

func (t Set) terms() []string {
	var out []string
	for _, s := range t.spans {
		out = append(out, s.terms()...)
	}
	return out
}

// terms names the services of a span, protocol by protocol.
func (s span) terms() []string {
	var out []string
	first, last := int(s.from>>16), int(s.to>>16)
	for p := first; p <= last; p++ {
		from, to := 0, LastPort
		if p == first {
			from = int(s.from & LastPort)
		}
		if p == last {
			to = int(s.to & LastPort)
		}
		if from == 0 && to == LastPort && !HasPorts(p) && !IsICMP(p) { // Runs of protocols without ports are one term.
			end := p
			for end < last && !HasPorts(end+1) && !IsICMP(end+1) {
				end++
			}
			if end > p {
				out = append(out, fmt.Sprintf("protocol/%d-%d", p, end))
				p = end
				continue
			}
		}
		out = append(out, rangeTerms(p, from, to)...)
	}
	return out
}

func rangeTerms(protocol, from, to int) []string {
	name := Name(protocol)
	switch {
	case from == 0 && to == LastPort:
		return []string{name}
	case IsICMP(protocol):
		return icmpTerms(name, from, to)
	case from == to:
		return []string{fmt.Sprintf("%s/%d", name, from)}
	}
	return []string{fmt.Sprintf("%s/%d-%d", name, from, to)}
}

// icmpTerms names a range of types and codes: codes of the first type, whole types, codes of the last type.
func icmpTerms(name string, from, to int) []string {
	codes := func(kind, low, high int) string {
		if low == high {
			return fmt.Sprintf("%s/%d/%d", name, kind, low)
		}
		return fmt.Sprintf("%s/%d/%d-%d", name, kind, low, high)
	}
	var out []string
	for from <= to {
		kind, low := from>>8, from&255
		high := min(to, kind<<8|255) & 255
		switch last := to >> 8; {
		case low > 0 || high < 255:
			out = append(out, codes(kind, low, high))
			from = kind<<8 + high + 1
		default:
			end := last
			if to&255 != 255 {
				end--
			}
			if end > kind {
				out = append(out, fmt.Sprintf("%s/%d-%d", name, kind, end))
			} else {
				out = append(out, fmt.Sprintf("%s/%d", name, kind))
			}
			from = (end + 1) << 8
		}
	}
	return out
}
