package importer

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// setOf returns the traffic of a service's ports.
func setOf(ports []arch.Ports) traffic.Set {
	var out traffic.Set
	for _, p := range ports {
		if p.IsAll() {
			return traffic.Everything()
		}
		from, to := p.Range()
		out = out.Union(traffic.Ports(p.Protocol.Number(), from, to))
	}
	return out
}

// setOfText returns the traffic of a service's text that [serviceOf] wrote.
func setOfText(service string) traffic.Set {
	ports, err := arch.ParseService(service)
	if err != nil {
		return traffic.Set{}
	}
	return setOf(ports)
}

// serviceOf writes traffic in the words of the file, and returns what the words leave out.
func serviceOf(s traffic.Set) (text string, rest traffic.Set) {
	if s.Contains(traffic.OfFamily(false)) || s.Contains(traffic.OfFamily(true)) {
		return "all", traffic.Set{}
	}
	var terms []string
	covered := traffic.Set{}
	for _, known := range knownServices() {
		if isAlone(s, known.ports, known.set) {
			terms, covered = append(terms, known.name), covered.Union(known.set)
		}
	}
	for from, to := range s.Minus(covered).Numbers() {
		for _, p := range portsOf(from, to) {
			terms, covered = append(terms, p.String()), covered.Union(setOf([]arch.Ports{p}))
		}
	}
	slices.SortStableFunc(terms, strings.Compare)
	return strings.Join(terms, ","), s.Minus(covered)
}

// knownService is a service that has a name.
type knownService struct {
	name  string
	ports []arch.Ports
	set   traffic.Set
}

// knownServices are the services that have names. Each flow is compared with all of them.
var knownServices = sync.OnceValue(func() []knownService {
	var out []knownService
	for _, name := range arch.WellKnown() {
		if ports, err := arch.ParseService(name); err == nil && name != "all" {
			out = append(out, knownService{name, ports, setOf(ports)})
		}
	}
	return out
})

// isAlone reports whether s has the whole of a service, and none of the ports beside it.
func isAlone(s traffic.Set, ports []arch.Ports, set traffic.Set) bool {
	if !s.Contains(set) {
		return false
	}
	for _, p := range ports {
		from, to := p.Range()
		around := traffic.Ports(p.Protocol.Number(), max(0, from-1), min(traffic.LastPort, to+1)).Minus(set)
		if s.Overlaps(around) {
			return false
		}
	}
	return true
}

// portsOf returns the terms of an inclusive range of a [traffic.Set]'s numbers.
func portsOf(from, to uint32) []arch.Ports {
	var out []arch.Ports
	for _, protocol := range []arch.Protocol{arch.TCP, arch.UDP, arch.ICMP, arch.ICMPv6} {
		base := uint32(protocol.Number()) << 16
		low, high := max(from, base), min(to, base|traffic.LastPort)
		if low > high {
			continue
		}
		a, b := int(low&traffic.LastPort), int(high&traffic.LastPort)
		switch protocol {
		case arch.TCP, arch.UDP:
			if a = max(a, 1); a <= b {
				out = append(out, arch.Ports{Protocol: protocol, From: a, To: b})
			}
		default:
			out = append(out, messages(protocol, a, b)...)
		}
	}
	return out
}

// messages returns the terms of a range of types and codes.
func messages(protocol arch.Protocol, from, to int) []arch.Ports {
	if from == 0 && to == traffic.LastPort {
		return []arch.Ports{{Protocol: protocol, From: -1, To: -1}}
	}
	var out []arch.Ports
	for from <= to {
		if from&255 == 0 && from|255 <= to {
			out = append(out, arch.Ports{Protocol: protocol, From: from >> 8, To: -1})
			from = (from | 255) + 1
			continue
		}
		out = append(out, arch.Ports{Protocol: protocol, From: from >> 8, To: from & 255})
		from++
	}
	return out
}

// key returns a text that is equal for equal traffic.
func key(s traffic.Set) string { return fmt.Sprintf("%x", s.AppendKey(nil)) }
