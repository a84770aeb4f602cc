package plan

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// pastFirewall states which ports of flows to names lead to a service with a gateway endpoint. The groups of these tiers let the ports
// through to every address, and the endpoint's route is more specific than the one to what reads names (Amazon VPC User Guide,
// "Route priority").
func (e VPCEndpoint) pastFirewall(m *arch.Model) []arch.Widening {
	var n notes
	granted := arch.Ports{Protocol: arch.TCP, From: e.Port(), To: e.Port()}
	for _, f := range m.Flows {
		if f.To.Kind != arch.Domain || !slices.Contains(e.Tiers, f.From.Text) {
			continue
		}
		if ports := slices.DeleteFunc(slices.Clone(f.Ports), granted.Contains); len(ports) > 0 {
			n.widen(arch.Widening{
				Control: "routes", Path: m.Network.FlowPath(f.Flow),
				Carries: arch.FormatService(ports) + " to " + e.Service + " by its gateway endpoint",
				Reason: "a security group cannot match domain names, and the endpoint's route is more specific than the default route; " +
					"the endpoint's policy decides what passes",
			})
		}
	}
	return n.widenings
}
