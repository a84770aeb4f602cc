package plan

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// The SIDs of generated rules are in two bands of their own, above those of managed threat signatures and below 2^31. Rules
// that stop come before rules that pass.
const (
	stopBand = 1 << 29 // 536,870,912 and as many
	passBand = 1 << 30 // 1,073,741,824 and as many
)

// FirstSID is the first SID of generated rules whose flows have no pinned number.
const FirstSID = stopBand

// sid is the next number that the rule's flow is pinned to. A rule without one has a hash of what tells it from its siblings.
func (b *firewallBuilder) sid(r FirewallRule, pinned map[int]int) int {
	for _, i := range r.Flows {
		if pin := b.m.Flows[i].SID; pin != 0 {
			pinned[i]++
			return pin + pinned[i] - 1
		}
	}
	band := passBand
	if r.Stop {
		band = stopBand
	}
	return band + int(hash(b.key(r)))&(band-1)
}

// hash spreads texts over 32 bits.
func hash(text string) uint32 {
	h := fnv.New64a()
	h.Write([]byte(text)) // It never fails.
	sum := h.Sum64()
	return uint32(sum) ^ uint32(sum>>32)
}

// key tells a rule from its siblings: the network, the match and the flow, or for HTTP the owner of the subnets. It is
// identity: it never changes.
func (b *firewallBuilder) key(r FirewallRule) string {
	key := b.m.Network.Path + "|" + matchNames[r.Match]
	switch {
	case len(r.Flows) == 0:
		return key
	case len(r.Names) > 0 && r.Match != TLSName:
		return key + "|" + b.owner(b.m.Flows[r.Flows[0]].From) + "|" + r.Ports.String()
	}
	f := b.m.Flows[r.Flows[0]]
	return fmt.Sprintf("%s|%s|%s|%s", key, peerKey(f.From), peerKey(f.To), r.Ports)
}

// peerKey tells a peer from others of other kinds with the same text.
func peerKey(p arch.Peer) string { return p.Kind.String() + " " + p.Text }

// collisions reports rules that have the same SID.
func (b *firewallBuilder) collisions() diag.List {
	var diags diag.List
	first := map[int]FirewallRule{}
	for _, rules := range b.rules {
		for _, r := range rules {
			if other, taken := first[r.SID]; taken {
				diags.Add(b.collision(other, r))
			} else {
				first[r.SID] = r
			}
		}
	}
	return diags
}

func (b *firewallBuilder) collision(x, y FirewallRule) diag.Diagnostic {
	d := diag.Diagnostic{
		Rule: "sid-collision", Path: b.m.Network.PathTo(b.m.Network.Say("firewall", "inspection")),
		Summary: "two rules of the firewall have the same SID",
	}
	var subjects []string
	for _, r := range []FirewallRule{x, y} {
		for _, i := range r.Flows {
			f := b.m.Flows[i]
			d.At = append(d.At, f.At...)
			subjects = append(subjects, f.SubjectString())
		}
	}
	d.Detail = fmt.Sprintf("%d is the number of %s", x.SID, strings.Join(subjects, " and of "))
	free := arch.MinSID + (y.SID+1)%(arch.MaxSID-arch.MinSID)
	d.Fix = "pin the number of one of them, as in " + b.m.Network.Say(fmt.Sprintf("tiers.SID(%d)", free), fmt.Sprintf("`sid: %d`", free))
	return d
}
