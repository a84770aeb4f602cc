package page

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/proof"
)

// sid is a rule of a network firewall, by its number.
type sid struct {
	ID, Number, Does, Message, Group string
	Flows                            []flow
}

// sids lists the rules of network firewalls, sorted by number.
func (m *maker) sids() []sid {
	if m.Declaration == nil {
		return nil
	}
	var out []sid
	for _, n := range m.Declaration.Networks {
		rules := slices.Clone(n.FirewallRules)
		slices.SortFunc(rules, func(a, b proof.FirewallRule) int { return cmp.Compare(a.SID, b.SID) })
		for _, r := range rules {
			one := sid{ID: m.id("sid", strconv.Itoa(r.SID)), Number: strconv.Itoa(r.SID), Does: "passes", Message: r.Message, Group: r.Group}
			if r.Stops {
				one.Does = "stops"
			}
			for _, f := range r.Flows {
				one.Flows = append(one.Flows, m.flow(f))
			}
			out = append(out, one)
		}
	}
	return out
}
