package plan

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// clients adds what the targets need of a load balancer that keeps the addresses of its clients. Packets come to the targets
// from the clients' addresses, and replies go there. For clients with IPv6 addresses the load balancer uses its own IPv4
// address.
func (b *aclBuilder) clients(a arch.CheckedClientAddresses) {
	target, _ := b.m.Tier(a.To)
	to := arch.TierPeer(target.Kind, target.ID)
	for _, f := range b.m.Flows {
		if v4, _ := f.From.Families(b.m.Network.IPv6); !v4 || !a.IsClient(f) {
			continue
		}
		kept := f
		kept.Ports = a.Ports
		b.end(kept, to, f.From, Ingress, isIPv4)
		b.widen(arch.Widening{
			Control: aclControl, Path: b.m.Network.TierPath(a.To),
			Carries: fmt.Sprintf("%s from %s, and replies", arch.FormatService(a.Ports), f.From),
			Reason: "a load balancer of " + a.From + " keeps its clients' addresses; the security groups let through only what comes by the " +
				"load balancer",
		})
	}
}

func isIPv4(b address.Block) bool { return !b.IPv6 }
