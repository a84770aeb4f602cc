package plan

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// pastFirewall states what flows to names carry to a service with a gateway endpoint. The groups of these tiers let the ports
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
				Control: "routes", Path: f.PathString(), Carries: arch.FormatService(ports) + " to " + e.Service + " by its gateway endpoint",
				Reason: "a group knows no names, and the endpoint's route comes before the one to what does; the endpoint's policy tells what passes",
			})
		}
	}
	return n.widenings
}
