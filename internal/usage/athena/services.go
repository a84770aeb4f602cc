package athena

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// others is the protocol of services of all protocols that are neither TCP nor UDP nor ICMP.
const others = -1

// service is a range of ports that the same flows declare, as far as ports go.
type service struct{ protocol, from, to int }

// servicesOf cuts all ports of all protocols into services.
func servicesOf(flows []arch.CheckedFlow) []service {
	var out []service
	for _, protocol := range []int{others, traffic.ICMP, traffic.TCP, traffic.UDP, traffic.ICMPv6} {
		cuts := []int{0, traffic.LastPort + 1}
		for _, f := range flows {
			for _, p := range portsOf(f) {
				if p.protocol == protocol {
					cuts = append(cuts, p.from, p.to+1)
				}
			}
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		for i, from := range cuts[:len(cuts)-1] {
			out = append(out, service{protocol, from, cuts[i+1] - 1})
		}
	}
	return out
}

// portsOf returns the ports of a flow as records can tell them. They do not tell types of ICMP, and a type of ICMP stands for both
// families.
func portsOf(f arch.CheckedFlow) []service {
	var out []service
	all := func(protocols ...int) {
		for _, p := range protocols {
			out = append(out, service{p, 0, traffic.LastPort})
		}
	}
	for _, p := range f.Ports {
		switch {
		case p.IsAll():
			all(others, traffic.ICMP, traffic.TCP, traffic.UDP, traffic.ICMPv6)
		case p.IsICMP():
			all(traffic.ICMP, traffic.ICMPv6)
		default:
			out = append(out, service{p.Protocol.Number(), p.From, p.To})
		}
	}
	slices.SortStableFunc(out, func(a, b service) int {
		return slices.Compare([]int{a.protocol, a.from, a.to}, []int{b.protocol, b.from, b.to})
	})
	return slices.Compact(out)
}
