package proof

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Each layer of controls is compared with the declaration by itself: a rule that allows undeclared traffic is a finding even if another
// layer still stops the traffic.

// compareGroupRules finds rules in the groups of tiers that allow more than the flows declare.
func (n *network) compareGroupRules() {
	for group, id := range n.groups {
		t, _ := n.model.Tier(id)
		if t.Imported != nil || group.Resource == nil {
			continue
		}
		for _, rules := range [][2][]reach.Rule{{group.Egress, n.declared[id].Egress}, {group.Ingress, n.declared[id].Ingress}} {
			for _, r := range rules[0] {
				n.compareGroupRule(t, group, r, rules[1])
			}
		}
	}
}

// compareGroupRule compares one rule of a group with the rules that stand for the flows.
func (n *network) compareGroupRule(t arch.Tier, g *reach.Group, r reach.Rule, declared []reach.Rule) {
	extra := r.Traffic.Minus(n.declaredFor(r, declared))
	if extra.IsEmpty() || isNobody(r.Peer.Block) || n.isOfOtherNetworks(g, r.Peer.Group) || n.isExcess(t.ID, extra) {
		return
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: t.ID, To: r.Peer.String(), Verdict: Weakened,
		What: "group rule for " + extra.String(), At: []diag.Position{t.At},
		Reason: fmt.Sprintf("a rule of %s allows %s to or from %s, which no flow declares; another control may still stop it",
			g.Name, extra, r.Peer),
		Fix: "remove the rule, or declare the flow",
		Steps: []reach.Step{{
			Control: "security group", Where: g.Name, Passes: true, Rule: r.Text, Resource: cmp.Or(r.Resource, g.Resource),
		}},
	})
}

// isExcess reports whether an excess of the tier already covers the traffic.
func (n *network) isExcess(tier string, traffic traffic.Set) bool {
	return slices.ContainsFunc(n.report.Findings, func(f Finding) bool {
		return f.Verdict == Excess && f.Network == n.name() && (f.From == tier || f.To == tier) && f.Traffic.Contains(traffic)
	})
}

// isNobody reports whether a block is an address that no packet has. A rule for it only keeps the default rule of AWS away.
func isNobody(b reach.Block) bool {
	return b.Base == "" && (b.Prefix == netip.MustParsePrefix("255.255.255.255/32") || b.Prefix == netip.MustParsePrefix("::1/128") ||
		b.Prefix == netip.MustParsePrefix("127.0.0.1/32"))
}

// isOfOtherNetworks reports whether a rule belongs to another network of the app that imports one of the two groups.
func (n *network) isOfOtherNetworks(a, b *reach.Group) bool {
	return slices.ContainsFunc(n.otherNetworks, func(o *network) bool {
		_, first := o.groups[a]
		_, second := o.groups[b]
		return first && (second || b == nil)
	})
}

// declaredFor returns the traffic that declared rules allow to or from the peer of a rule.
func (n *network) declaredFor(rule reach.Rule, declared []reach.Rule) traffic.Set {
	peer := rule.Peer
	switch {
	case peer.Group != nil:
		id, isTier := n.groups[peer.Group]
		return trafficWith(declared, func(p reach.Peer) bool { return isTier && p.Group == n.declared[id] })
	case peer.List != "":
		return trafficWith(declared, func(p reach.Peer) bool { return p.List == peer.List })
	}
	c := coverage{wanted: rule.Traffic, declaredFor: func(b reach.Block) traffic.Set {
		return trafficWith(declared, func(p reach.Peer) bool { return p.Block.IsValid() && contains(p.Block, b) })
	}}
	for _, r := range declared {
		if r.Peer.Block.IsValid() {
			c.smaller = append(c.smaller, r.Peer.Block)
		}
	}
	return n.declaredAt(peer.Block, c)
}

// trafficWith returns the traffic of the rules whose peers count.
func trafficWith(rules []reach.Rule, counts func(reach.Peer) bool) traffic.Set {
	var out traffic.Set
	for _, r := range rules {
		if counts(r.Peer) {
			out = out.Union(r.Traffic)
		}
	}
	return out
}
