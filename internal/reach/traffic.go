package reach

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// Traffic is a set of services: for every protocol, destination ports or ICMP types and codes. The zero Traffic is empty.
// It is a value: operations make new sets.
//
// A service is one number, the protocol in the upper bits and the port in the lower 16; of ICMP, eight bits of type and
// eight of code; of protocols without ports, all of them. A set is then sorted spans of numbers.
type Traffic struct{ spans []span }

// span is an inclusive range of services; spans of a Traffic neither overlap nor touch.
type span struct{ from, to uint32 }

// Protocol numbers (IANA).
const (
	ICMP   = traffic.ICMP
	TCP    = traffic.TCP
	UDP    = traffic.UDP
	ICMPv6 = traffic.ICMPv6
)

const lastPort = traffic.LastPort

// Everything returns all services of all protocols.
func Everything() Traffic { return Traffic{[]span{{0, 255<<16 | lastPort}}} }

// Protocol returns everything of one protocol, by its number.
func Protocol(number int) Traffic { return Ports(number, 0, lastPort) }

// Ports returns the inclusive range of destination ports of a protocol; of a protocol without ports, all of it. A range
// that is reversed or none at all is empty.
func Ports(protocol, from, to int) Traffic {
	if protocol < 0 || protocol > 255 || from > to || from < 0 || to > lastPort {
		return Traffic{}
	}
	if !hasPorts(protocol) && !isICMP(protocol) {
		from, to = 0, lastPort
	}
	base := uint32(protocol) << 16
	return Traffic{[]span{{base | uint32(from), base | uint32(to)}}}
}

// ICMPTypes returns ICMP messages of a type and code; -1 is any.
func ICMPTypes(protocol, kind, code int) Traffic {
	switch {
	case kind < 0:
		return Protocol(protocol)
	case kind > 255 || code > 255:
		return Traffic{}
	case code < 0:
		return Ports(protocol, kind<<8, kind<<8|255)
	}
	return Ports(protocol, kind<<8|code, kind<<8|code)
}

func hasPorts(protocol int) bool { return traffic.HasPorts(protocol) }
func isICMP(protocol int) bool   { return traffic.IsICMP(protocol) }

// IsEmpty reports whether no service is in the set.
func (t Traffic) IsEmpty() bool { return len(t.spans) == 0 }

// Equal reports whether both sets hold the same services.
func (t Traffic) Equal(u Traffic) bool { return slices.Equal(t.spans, u.spans) }

// appendKey appends bytes that are the same for equal sets, and for no others.
func (t Traffic) appendKey(to []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(t.spans)))
	for _, s := range t.spans {
		to = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(to, s.from), s.to)
	}
	return to
}

// Union returns what is in t or u.
func (t Traffic) Union(u Traffic) Traffic {
	switch {
	case t.IsEmpty():
		return u
	case u.IsEmpty():
		return t
	}
	all := make([]span, 0, len(t.spans)+len(u.spans))
	i, j := 0, 0
	for i < len(t.spans) || j < len(u.spans) {
		if j == len(u.spans) || i < len(t.spans) && t.spans[i].from <= u.spans[j].from {
			all = extend(all, t.spans[i])
			i++
		} else {
			all = extend(all, u.spans[j])
			j++
		}
	}
	return Traffic{all}
}

// trafficOf returns what is in any of the spans, which may overlap and are sorted in place.
func trafficOf(spans []span) Traffic {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out []span
	for _, s := range spans {
		out = extend(out, s)
	}
	return Traffic{out}
}

// extend appends s to spans that start no later, joining what overlaps or touches.
func extend(spans []span, s span) []span {
	if n := len(spans); n > 0 && s.from <= spans[n-1].to+1 {
		spans[n-1].to = max(spans[n-1].to, s.to)
		return spans
	}
	return append(spans, s)
}

// Intersect returns what is in both t and u.
func (t Traffic) Intersect(u Traffic) Traffic {
	var out []span
	for i, j := 0, 0; i < len(t.spans) && j < len(u.spans); {
		a, b := t.spans[i], u.spans[j]
		if from, to := max(a.from, b.from), min(a.to, b.to); from <= to {
			out = append(out, span{from, to})
		}
		if a.to < b.to {
			i++
		} else {
			j++
		}
	}
	return Traffic{out}
}

// Overlaps reports whether some service is in both t and u.
func (t Traffic) Overlaps(u Traffic) bool {
	for i, j := 0, 0; i < len(t.spans) && j < len(u.spans); {
		a, b := t.spans[i], u.spans[j]
		if max(a.from, b.from) <= min(a.to, b.to) {
			return true
		}
		if a.to < b.to {
			i++
		} else {
			j++
		}
	}
	return false
}

// Minus returns what is in t and not in u.
func (t Traffic) Minus(u Traffic) Traffic {
	if t.IsEmpty() || u.IsEmpty() {
		return t
	}
	var out []span
	j := 0
	for _, s := range t.spans {
		for j < len(u.spans) && u.spans[j].to < s.from {
			j++
		}
		from, done := s.from, false
		for k := j; k < len(u.spans) && u.spans[k].from <= s.to; k++ {
			if cut := u.spans[k]; cut.from > from {
				out = append(out, span{from, cut.from - 1})
			}
			if u.spans[k].to >= s.to {
				done = true
				break
			}
			from = u.spans[k].to + 1
		}
		if !done {
			out = append(out, span{from, s.to})
		}
	}
	return Traffic{out}
}

// Contains reports whether everything in u is in t.
func (t Traffic) Contains(u Traffic) bool { return u.Minus(t).IsEmpty() }

// Compare orders sets; it is 0 for equal ones.
func (t Traffic) Compare(u Traffic) int {
	return slices.CompareFunc(t.spans, u.spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
}

// Service is one service: what a witness packet is of.
type Service struct {
	Protocol   int
	Port       int // destination port, for TCP and UDP
	Type, Code int // for ICMP
}

// First returns one service of the set, the lowest; false if it is empty.
func (t Traffic) First() (Service, bool) {
	if t.IsEmpty() {
		return Service{}, false
	}
	return serviceOf(t.spans[0].from), true
}

func serviceOf(number uint32) Service {
	s := Service{Protocol: int(number >> 16)}
	switch detail := int(number & lastPort); {
	case hasPorts(s.Protocol):
		s.Port = detail
	case isICMP(s.Protocol):
		s.Type, s.Code = detail>>8, detail&255
	}
	return s
}

// Traffic returns the set of s alone.
func (s Service) Traffic() Traffic {
	switch {
	case hasPorts(s.Protocol):
		return Ports(s.Protocol, s.Port, s.Port)
	case isICMP(s.Protocol):
		return ICMPTypes(s.Protocol, s.Type, s.Code)
	}
	return Protocol(s.Protocol)
}

// String writes a service as in "tcp/443", "icmp/3/4", "protocol/47".
func (s Service) String() string {
	switch {
	case hasPorts(s.Protocol):
		return fmt.Sprintf("%s/%d", traffic.Name(s.Protocol), s.Port)
	case isICMP(s.Protocol):
		return fmt.Sprintf("%s/%d/%d", traffic.Name(s.Protocol), s.Type, s.Code)
	}
	return traffic.Name(s.Protocol)
}

// String lists the services: "tcp/443, tcp/8000-8010, icmp/8", "all traffic", "all traffic except tcp/22", "nothing". Between
// addresses of one family there is no ICMP of the other, and all traffic is all but that.
func (t Traffic) String() string {
	switch {
	case t.IsEmpty():
		return "nothing"
	case t.Equal(Everything()), t.Equal(families[0]), t.Equal(families[1]):
		return "all traffic"
	case t.Contains(withoutPorts):
		return "all traffic except " + strings.Join(Everything().Minus(t).terms(), ", ")
	}
	return strings.Join(t.terms(), ", ")
}

// withoutPorts are the protocols without ports: who lets them all through lists what is not let through.
var withoutPorts = Everything().Minus(Protocol(TCP)).Minus(Protocol(UDP)).Minus(Protocol(ICMP)).Minus(Protocol(ICMPv6))

func (t Traffic) terms() []string {
	var out []string
	for _, s := range t.spans {
		out = append(out, s.terms()...)
	}
	return out
}

// terms names a span, protocol by protocol.
func (s span) terms() []string {
	var out []string
	first, last := int(s.from>>16), int(s.to>>16)
	for p := first; p <= last; p++ {
		from, to := 0, lastPort
		if p == first {
			from = int(s.from & lastPort)
		}
		if p == last {
			to = int(s.to & lastPort)
		}
		if from == 0 && to == lastPort && !hasPorts(p) && !isICMP(p) { // Runs of protocols without ports are one term.
			end := p
			for end < last && !hasPorts(end+1) && !isICMP(end+1) {
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
	name := traffic.Name(protocol)
	switch {
	case from == 0 && to == lastPort:
		return []string{name}
	case isICMP(protocol):
		return icmpTerms(name, from, to)
	case from == to:
		return []string{fmt.Sprintf("%s/%d", name, from)}
	}
	return []string{fmt.Sprintf("%s/%d-%d", name, from, to)}
}

// icmpTerms names a range of type and code: codes of a first type, whole types, codes of a last type.
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
