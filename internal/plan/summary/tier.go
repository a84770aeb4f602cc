package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// tiers shows each tier, with how much of its group's quota it needs.
func (w *writer) tiers() {
	rows := [][]string{{"TIER", "KIND", "ADDRESSES", "INTERNET", "RULES IN", "RULES OUT"}}
	labelled := slices.ContainsFunc(w.p.Model.Tiers, func(t arch.Tier) bool { return len(t.Holds) > 0 })
	if labelled {
		rows[0] = append(rows[0], "HOLDS")
	}
	counts, quota := w.p.RuleCounts(), w.p.Model.Network.RulesPerGroup
	for _, t := range w.sortedTiers() {
		c := counts[t.ID]
		in, out := fmt.Sprintf("%d of %d", c[plan.Ingress], quota), fmt.Sprintf("%d of %d", c[plan.Egress], quota-plan.NoOpRules)
		if t.Imported != nil { // Its owner knows the quota.
			in, out = fmt.Sprintf("%d added", c[plan.Ingress]), fmt.Sprintf("%d added", c[plan.Egress])
		}
		kind := t.Kind.String()
		if t.InstanceConnect {
			kind += " (Instance Connect)"
		}
		if t.VerifiedAccess {
			kind += " (Verified Access)"
		}
		row := []string{t.ID, kind, w.addresses(t), w.internet(t), in, out}
		if labelled {
			row = append(row, cmp.Or(strings.Join(t.Holds, ", "), "-"))
		}
		rows = append(rows, row)
	}
	w.table(rows)
}

// sortedTiers returns the tiers in the order of trust: those that the internet reaches are first.
func (w *writer) sortedTiers() []*arch.Tier {
	var out []*arch.Tier
	for i := range w.p.Model.Tiers {
		out = append(out, &w.p.Model.Tiers[i])
	}
	slices.SortStableFunc(out, func(a, b *arch.Tier) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), fold.Compare(a.ID, b.ID)) })
	return out
}

// addresses says where a tier is.
func (w *writer) addresses(t *arch.Tier) string {
	switch {
	case t.Imported != nil:
		return "imported " + t.Imported.Group.Text
	case w.p.Model.Network.Wrapped:
		return "given subnets"
	case t.SharesWith != "":
		return "shares " + t.SharesWith
	case len(t.Subnets) > 0:
		return strings.Join(t.Subnets, " ")
	}
	if prefix := address.BlockPrefix(w.p.Model, address.BlockNumber(*t)); prefix.IsValid() {
		return prefix.String()
	}
	return fmt.Sprintf("block %d", address.BlockNumber(*t))
}

// internet says which way the routes of a tier's subnets allow: in and out, out only, or none.
func (w *writer) internet(t *arch.Tier) string {
	if w.p.Model.Network.Wrapped || t.Imported != nil {
		return "?"
	}
	keys := map[string]bool{}
	for _, s := range w.p.Subnets[t.ID] {
		keys[s.Key] = true
	}
	ingress := map[string]bool{}
	for _, s := range address.PurposeSubnets(w.p.Model, address.ForIngress) {
		ingress[s.Key] = true
	}
	for _, r := range w.p.Routes {
		if keys[r.Subnet] {
			switch {
			case r.Target == plan.ToInternetGateway, r.Target == plan.ToFirewall && ingress[r.Via]:
				return "in and out"
			case r.IsDefault():
				return "out"
			}
		}
	}
	return "-"
}
