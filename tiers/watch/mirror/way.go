package mirror

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	plan "github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/wiring"
)

// reason is that of the flows that copies take.
const reason = "traffic mirroring"

// declareWay declares the flows that the copies take. Where the kinds of two tiers may not talk, only an exception can, and that is the
// user's to make: checkWay says how.
func (m *Mirroring) declareWay(c *copying) {
	to := wiring.PeerOf(c.target.tier)
	for _, tier := range tiersOf(c) {
		if from := tier.Peer(); arch.MayReach(from.Kind, to.Kind) {
			m.core.Wire(from, to, arch.Flow{Service: plan.VXLAN.String(), Reason: reason, At: []diag.Position{c.at}})
		}
	}
}

// checkWay finds copies that do not reach their target.
func (m *Mirroring) checkWay(model *arch.Model, c *copying) {
	to := wiring.PeerOf(c.target.tier).Tier.ID()
	for _, tier := range tiersOf(c) {
		if !plan.Copies(model, tier.ID(), to) {
			m.fail("mirror-way", "copies do not reach their target",
				fmt.Sprintf("no flow leads from %s to %s on UDP 4789, and AllowTo is not possible between tiers of these kinds", tier.ID(), to),
				fmt.Sprintf("declare it: network.Except(tiers.Exception{From: %s, To: %s, Service: tiers.UDP(4789), Reason: %q, Owner: ...}); "+
					"or put the target into a tier that %s may reach", tier.ID(), to, reason, tier.ID()), c.at)
		}
	}
	if c.target.kind == plan.ToNetworkLoadBalancer && !plan.LeadsOn(model, to) {
		m.fail("mirror-way", "copies end at the load balancer",
			fmt.Sprintf("no flow leads from %s, the tier of the load balancer, to the instances behind it on UDP 4789", to),
			fmt.Sprintf("declare it with %s.AllowTo(tier, tiers.UDP(4789)), where tier is that of the instances; it may be %s itself", to, to), c.at)
	}
}

// tiersOf returns the tiers of sources, each once.
func tiersOf(c *copying) (out []*wiring.Tier) {
	seen := map[string]bool{}
	for _, s := range c.sources {
		if !seen[s.tier.ID()] {
			seen[s.tier.ID()] = true
			out = append(out, s.tier)
		}
	}
	return out
}
