package prooftest

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// flowTraffic is the traffic of declared flows, by their ends.
type flowTraffic struct {
	tiers   map[string]string         // name in a change -> tier id
	between map[[2]string]traffic.Set // from, to: the texts of the ends
	open    map[[2]string]traffic.Set // from, to: a tier id, or empty for every address, including those of the network
	leaves  map[string]traffic.Set    // tier id -> flows to addresses, apart from grants to prefix lists
	enters  map[string]traffic.Set    // tier id -> flows from addresses
}

// declaredBy returns the traffic of the flows of a declaration.
func declaredBy(d *proof.Declaration) flowTraffic {
	t := flowTraffic{
		map[string]string{}, map[[2]string]traffic.Set{}, map[[2]string]traffic.Set{}, map[string]traffic.Set{}, map[string]traffic.Set{},
	}
	for _, n := range d.Networks {
		for _, tier := range n.Architecture.Tiers {
			t.tiers[n.Architecture.Network.Path+"/"+tier.ID] = tier.ID
			if tier.Imported != nil {
				t.tiers[tier.Imported.Group.Text] = tier.ID
			}
		}
		for _, f := range n.Architecture.Flows {
			t.add(f)
		}
	}
	return t
}

// add adds a flow. A decoded declaration states services, not ports.
func (t flowTraffic) add(f arch.Flow) {
	ports, err := arch.ParseService(f.Service)
	if err != nil {
		return // The proof rejects such a declaration.
	}
	var service traffic.Set
	for _, p := range ports {
		service = service.Union(proof.TrafficOf(p))
	}
	from, to := f.From.Text, f.To.Text
	add(t.between, [2]string{from, to}, service)
	if !f.To.Kind.IsTier() {
		add(t.leaves, from, service)
	}
	if !f.From.Kind.IsTier() {
		add(t.enters, to, service)
	}
	if f.To.Kind == arch.Internet || f.To.Kind == arch.Domain {
		add(t.open, [2]string{from, ""}, service)
	}
	if f.From.Kind == arch.Internet {
		add(t.open, [2]string{"", to}, service)
	}
}

// add adds traffic to the set of a key.
func add[K comparable](sets map[K]traffic.Set, key K, service traffic.Set) {
	sets[key] = sets[key].Union(service)
}

// requires reports whether a change concerns required traffic, or opens something.
func (t flowTraffic) requires(c reach.Change) bool {
	from, to := t.tiers[c.From], t.tiers[c.To]
	opens, closes := c.Opens(), c.Closes()
	outside := len(c.Parts) > 0
	inside := outside && !slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return !o.Inside })
	private := outside && !slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return !o.IsUnroutable() })
	listed := slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return o.List != "" })
	switch {
	case inside && closes.IsEmpty() && len(c.Unsure) > 0:
		return false // At most possible: the addresses of the network are assumed to be in no list of others.
	case from != "" && outside && !listed && c.Allowed.IsEmpty() && !t.leaves[from].Overlaps(opens.Union(closes)):
		return false // At most possible: the list of a gateway endpoint may contain these addresses and has a route of its own.
	case to != "" && listed && !opens.IsEmpty() && t.enters[to].Contains(opens):
		return false // Other declared lists and blocks may contain addresses of this one.
	case (inside || private) && !opens.IsEmpty() && t.open[[2]string{from, to}].Contains(opens):
		return false
	case !opens.IsEmpty():
		return true
	case outside:
		return !inside
	}
	return t.between[[2]string{from, to}].Overlaps(closes)
}
