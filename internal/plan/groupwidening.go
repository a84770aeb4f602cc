package plan

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// groupWidenings states where the groups let through more than the flows, because they know addresses only.
func groupWidenings(m *arch.Model, tenants tenants) []arch.Widening {
	var n notes
	for _, f := range m.Flows {
		switch {
		case f.To.Kind == arch.Domain:
			n.widen(arch.Widening{
				Control: "security group", Path: m.Network.FlowPath(f.Flow), Carries: arch.FormatService(f.Ports) + " to every address",
				Reason: "a security group cannot match domain names; " + readerOfNames(m, f),
			})
		case f.Path.Kind == arch.Inspected && betweenTiers(f):
			for _, end := range []arch.Peer{f.From, f.To} {
				t, _ := m.Tier(end.Text)
				if others := tenants.beside(t); len(others) > 0 {
					n.widen(arch.Widening{
						Control: "security group", Path: m.Network.FlowPath(f.Flow),
						Carries: arch.FormatService(f.Ports) + " with the addresses of " + strings.Join(others, ", "),
						Reason: "references to groups do not match through the firewall, and " + end.Text +
							" has no addresses of its own; their own groups still stop it",
					})
				}
			}
		}
	}
	return n.widenings
}

// readerOfNames says who tells a domain peer from other addresses.
func readerOfNames(m *arch.Model, f arch.CheckedFlow) string {
	switch {
	case f.Path.Kind != arch.Inspected:
		return m.Network.DefaultRoute.String() + " leads to the network that can"
	case f.Path.Mode == arch.Observe:
		return "the network firewall reports other names, and stops none while it observes"
	}
	return "the network firewall passes this name alone"
}
