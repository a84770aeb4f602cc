package plan

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// clients adds what the targets of a load balancer need that keeps its clients' addresses: their packets come, and replies go, as if the
// clients were the targets' own. The load balancer's clients with IPv6 addresses come with its own to targets of IPv4.
func (b *aclBuilder) clients(a arch.ClientAddresses) {
	target, _ := b.m.Tier(a.To)
	to := arch.TierPeer(target.Kind, target.ID)
	for _, f := range b.m.Flows {
		if v4, _ := f.From.Families(b.m.Network.IPv6); !v4 || !a.IsClient(f) {
			continue
		}
		kept := f
		kept.Ports = a.Ports
		b.withoutIPv6(a.To, func() { b.end(kept, to, f.From, Ingress) })
		b.widen(arch.Widening{
			Control: aclControl, Path: "tiers." + a.To, Carries: fmt.Sprintf("%s from %s, and replies", arch.FormatService(a.Ports), f.From),
			Reason: "a load balancer of " + a.From + " keeps its clients' addresses; the security groups let through what comes by the load " +
				"balancer alone",
		})
	}
}

// withoutIPv6 adds what a tier needs of IPv4 alone.
func (b *aclBuilder) withoutIPv6(tier string, add func()) {
	before := 0
	if need := b.needs[tier]; need != nil {
		before = len(need.keys)
	}
	add()
	if need := b.needs[tier]; need != nil {
		added := slices.DeleteFunc(slices.Clone(need.keys[before:]), func(k EntryKey) bool { return k.Block.IPv6 })
		need.keys = append(need.keys[:before], added...)
	}
}
