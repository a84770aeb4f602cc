package plan

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// budgetStep widens entries, so that fewer are left.
type budgetStep struct {
	carries func(m *arch.Model) string // what passes then
	widen   func(m *arch.Model, k EntryKey) EntryKey
}

var (
	wholeInside = budgetStep{
		func(m *arch.Model) string {
			return "the whole network (" + networkName(m) + ") in place of its tiers"
		},
		func(m *arch.Model, k EntryKey) EntryKey {
			if k.Block.InNetwork(m) {
				k.Block = address.WholeNetwork(m, k.Block.IPv6)
			}
			return k
		},
	}
	allPortsInside = budgetStep{
		func(*arch.Model) string { return "all ports with the network's own addresses" },
		func(m *arch.Model, k EntryKey) EntryKey {
			if k.Block.InNetwork(m) {
				k.Ports = allPorts(k.Ports.Protocol)
			}
			return k
		},
	}
	anywhereOutside = budgetStep{
		func(*arch.Model) string { return "any address in place of blocks outside the network" },
		func(m *arch.Model, k EntryKey) EntryKey {
			if !k.Block.InNetwork(m) {
				k.Block = address.Everywhere(k.Block.IPv6)
			}
			return k
		},
	}
)

// budgetLevels are tried in turn until the entries of a direction fit. Entries for addresses inside the network widen first, and
// a step is not taken if it does not help.
var budgetLevels = [][]budgetStep{
	{wholeInside},
	{wholeInside, allPortsInside},
	{anywhereOutside},
	{wholeInside, anywhereOutside},
	{wholeInside, allPortsInside, anywhereOutside},
}

// allPorts is all traffic of a protocol.
func allPorts(p arch.Protocol) arch.Ports {
	all := arch.Ports{Protocol: p, From: 0, To: traffic.LastPort}
	if all.IsICMP() || all.IsAll() {
		all.From, all.To = -1, -1
	}
	return all
}

func networkName(m *arch.Model) string {
	if m.Prefix.IsValid() {
		return m.Prefix.String()
	}
	return m.Network.Range.Text
}

// fit widens the entries of one direction until they fit, and states each step.
func (b *aclBuilder) fit(a NetworkACL, keys []EntryKey) []EntryKey {
	budget, left := b.m.Network.EntriesPerNetworkACL, len(keys)
	if left <= budget {
		return keys
	}
	for _, level := range budgetLevels {
		wider := keys
		for _, step := range level {
			wider = b.wider(wider, step)
		}
		if left = len(wider); left <= budget {
			b.stateLevel(a, level, keys)
			return wider
		}
	}
	b.diags.Add(b.overBudget(a, keys, left))
	return keys
}

// wider applies a step to all entries.
func (b *aclBuilder) wider(keys []EntryKey, step budgetStep) []EntryKey {
	out := make([]EntryKey, len(keys))
	for i, k := range keys {
		out[i] = step.widen(b.m, k)
	}
	return withoutInner(out)
}

func (b *aclBuilder) stateLevel(a NetworkACL, level []budgetStep, keys []EntryKey) {
	for _, step := range level {
		b.widen(arch.Widening{
			Control: aclControl, Path: b.m.Network.TierPaths(a.Tiers), Carries: keys[0].Direction.Word() + ": " + step.carries(b.m),
			Reason: fmt.Sprintf("%d entries are needed and %d fit; the security groups still tell them apart",
				len(keys), b.m.Network.EntriesPerNetworkACL),
		})
	}
}

func (b *aclBuilder) overBudget(a NetworkACL, keys []EntryKey, left int) diag.Diagnostic {
	d := diag.Diagnostic{
		Rule: "acl-quota", Path: b.m.Network.PathTo(b.m.Network.TierPaths(a.Tiers)),
		Summary: "the network ACL has more entries than one may hold",
		Detail: fmt.Sprintf("%s needs %d entries %s, and %d even with any address and all ports of the network; allowed are %d, "+
			"IPv4 and IPv6 together",
			strings.Join(a.Tiers, ", "), len(keys), keys[0].Direction.Word(), left, b.m.Network.EntriesPerNetworkACL),
		Fix: fmt.Sprintf("merge ports into ranges, give a tier that shares subnets a %s of its own, split the tier, "+
			"set %s to the account's raised quota (at most %d), or set %s", b.m.Network.Say("Block", "`block`"),
			b.m.Network.Say("EntriesPerNetworkACL", "`entriesPerNetworkACL`"), catalog.RaisedEntriesPerACL,
			b.m.Network.Say("NetworkACLs: tiers.NetworkACLsOff", "`network: {networkACLs: none}`")),
	}
	for _, id := range a.Tiers {
		t, _ := b.m.Tier(id)
		d.At = append(d.At, t.At)
	}
	return d
}
