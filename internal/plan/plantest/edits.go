package plantest

import (
	"math/rand"
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Edits change an architecture as its users do, by name. Each returns what it touched: the id of a tier, or "a|b" for the
// rules between two tiers. All other rules must stay as they are.
var Edits = map[string]func(t *rapid.T, a *arch.Architecture) []string{
	"add a flow": func(t *rapid.T, a *arch.Architecture) []string {
		before := len(a.Flows)
		AddFlow(t, a)
		return touched(a.Flows[before:])
	},
	"remove a flow": func(t *rapid.T, a *arch.Architecture) []string {
		if len(a.Flows) == 0 {
			return nil
		}
		i := rapid.IntRange(0, len(a.Flows)-1).Draw(t, "which")
		gone := a.Flows[i]
		a.Flows = slices.Delete(slices.Clone(a.Flows), i, i+1)
		return touched([]arch.Flow{gone})
	},
	"add a grant": AddGrant,
	"remove a grant": func(t *rapid.T, a *arch.Architecture) []string {
		if len(a.Grants) == 0 {
			return nil
		}
		i := rapid.IntRange(0, len(a.Grants)-1).Draw(t, "which")
		gone := a.Grants[i]
		a.Grants = slices.Delete(slices.Clone(a.Grants), i, i+1)
		return grantTouches(*a, gone)
	},
	"another reason": func(t *rapid.T, a *arch.Architecture) []string {
		a.Flows = slices.Clone(a.Flows)
		if len(a.Flows) == 0 {
			return nil
		}
		f := a.Flows[rapid.IntRange(0, len(a.Flows)-1).Draw(t, "which")]
		for i := range a.Flows { // All flows between the two ends, because equal ports need equal reasons.
			if a.Flows[i].From == f.From && a.Flows[i].To == f.To {
				a.Flows[i].Reason = "another"
			}
		}
		return touched([]arch.Flow{f})
	},
	"add a tier": func(_ *rapid.T, a *arch.Architecture) []string {
		a.Tiers = append(slices.Clone(a.Tiers), arch.Tier{ID: "New", Kind: arch.App,
			Imported: &arch.Imported{Group: arch.Operand{Text: "sg-ffffffff"}}})
		return []string{"New"}
	},
	"remove a tier": removeTier,
	"rename a tier": func(t *rapid.T, a *arch.Architecture) []string {
		i := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")
		old, name := a.Tiers[i].ID, "Renamed"
		a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
		a.Tiers[i].ID = name
		for j := range a.Tiers {
			if a.Tiers[j].SharesWith == old {
				a.Tiers[j].SharesWith = name
			}
		}
		for j := range a.Flows {
			for _, p := range []*arch.Peer{&a.Flows[j].From, &a.Flows[j].To} {
				if p.Kind.IsTier() && p.Text == old {
					p.Text = name
				}
			}
		}
		a.Grants, a.Roles = slices.Clone(a.Grants), slices.Clone(a.Roles)
		for j := range a.Grants {
			if a.Grants[j].Tier == old {
				a.Grants[j].Tier = name
			}
		}
		for j := range a.Roles {
			if a.Roles[j].Tier == old {
				a.Roles[j].Tier = name
			}
		}
		return []string{old, name}
	},
	"another kind": func(t *rapid.T, a *arch.Architecture) []string {
		i := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")
		tier := a.Tiers[i]
		a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
		a.Tiers[i].Kind = arch.App
		for j := range a.Flows { // The flows stay, as exceptions where they must.
			for _, p := range []*arch.Peer{&a.Flows[j].From, &a.Flows[j].To} {
				if p.Kind.IsTier() && p.Text == tier.ID {
					p.Kind = arch.App
				}
			}
			f := &a.Flows[j]
			if f.Exception = !arch.MayReach(f.From.Kind, f.To.Kind); f.Exception {
				f.Owner = "owner"
				if f.Reason == "" {
					f.Reason = "another"
				}
			}
		}
		return []string{tier.ID}
	},
	"swap blocks": func(t *rapid.T, a *arch.Architecture) []string {
		i, j := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "one"), rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "other")
		a.Tiers = slices.Clone(a.Tiers)
		if a.Tiers[i].Block != 0 && a.Tiers[j].Block != 0 {
			a.Tiers[i].Block, a.Tiers[j].Block = a.Tiers[j].Block, a.Tiers[i].Block
		}
		return nil
	},
	"exact subnets for a block": func(t *rapid.T, a *arch.Architecture) []string {
		i := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")
		m, _ := arch.Check(arch.Architecture{Network: a.Network}, Today)
		if a.Tiers[i].Block == 0 || a.Network.IPv6 {
			return nil
		}
		a.Tiers = slices.Clone(a.Tiers)
		a.Tiers[i].Subnets = inOrder(m, address.TierSubnets(m, a.Tiers[i]))
		a.Tiers[i].Block = 0
		return nil
	},
	"exact subnets for the network itself": func(_ *rapid.T, a *arch.Architecture) []string {
		m, _ := arch.Check(arch.Architecture{Network: a.Network}, Today)
		if !m.Prefix.IsValid() || a.Network.IPv6 {
			return nil
		}
		n := &a.Network
		n.NATSubnets, n.FirewallSubnets = inOrder(m, plan.NATSubnets(m)), inOrder(m, address.PurposeSubnets(m, address.ForFirewall))
		n.TransitSubnets = inOrder(m, address.PurposeSubnets(m, address.ForTransit))
		n.IngressSubnets = inOrder(m, address.PurposeSubnets(m, address.ForIngress))
		return nil
	},
	"respell the services": func(_ *rapid.T, a *arch.Architecture) []string {
		a.Flows = slices.Clone(a.Flows)
		for i := range a.Flows {
			a.Flows[i].Service = respell(a.Flows[i].Service)
		}
		return nil
	},
	"other zones": otherZones,
	"other NAT": func(_ *rapid.T, a *arch.Architecture) []string {
		a.Network.NAT = 1 - a.Network.NAT
		return nil
	},
	"shuffle": func(t *rapid.T, a *arch.Architecture) []string {
		*a = Shuffled(*a, rapid.Int64().Draw(t, "seed"))
		return nil
	},
}

// inOrder writes the addresses of subnets in the order of the network's zones, as exact subnets are.
func inOrder(m *arch.Model, subnets []address.Subnet) []string {
	var out []string
	for _, zone := range m.Network.Zones {
		for _, s := range subnets {
			if s.Zone.Name == zone {
				out = append(out, s.Prefix.String())
			}
		}
	}
	return out
}

func removeTier(t *rapid.T, a *arch.Architecture) []string {
	gone := a.Tiers[rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")].ID
	out := []string{gone}
	a.Tiers = slices.DeleteFunc(slices.Clone(a.Tiers), func(t arch.Tier) bool {
		if t.SharesWith == gone {
			out = append(out, t.ID)
		}
		return t.ID == gone || t.SharesWith == gone
	})
	a.Flows = slices.DeleteFunc(slices.Clone(a.Flows), func(f arch.Flow) bool {
		return f.From.Kind.IsTier() && slices.Contains(out, f.From.Text) || f.To.Kind.IsTier() && slices.Contains(out, f.To.Text)
	})
	a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g arch.Grant) bool { return slices.Contains(out, g.Tier) })
	a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(r arch.TierRole) bool { return slices.Contains(out, r.Tier) })
	return out
}

// touched names both ends of each flow together: the rules between them may change, but not their rules with others.
func touched(flows []arch.Flow) []string {
	var out []string
	for _, f := range flows {
		out = append(out, f.From.Text+"|"+f.To.Text)
	}
	return out
}

// Shuffled declares the same architecture in another order.
func Shuffled(a arch.Architecture, seed int64) arch.Architecture {
	r := rand.New(rand.NewSource(seed))
	a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
	r.Shuffle(len(a.Tiers), reflect.Swapper(a.Tiers))
	r.Shuffle(len(a.Flows), reflect.Swapper(a.Flows))
	a.Grants, a.Roles = slices.Clone(a.Grants), slices.Clone(a.Roles)
	r.Shuffle(len(a.Grants), reflect.Swapper(a.Grants))
	r.Shuffle(len(a.Roles), reflect.Swapper(a.Roles))
	return a
}

// respell writes a service in another way.
func respell(s string) string {
	ports, err := arch.ParseService(s)
	if err != nil {
		panic(err)
	}
	return arch.FormatService(ports)
}
