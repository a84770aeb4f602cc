package change

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/detail"
)

// values returns the budgets and costs that change. Networks are the same if their paths are.
func values(before, after []*plan.Plan) (budgets, costs []Value) {
	for _, path := range paths(before, after) {
		old, now := planOf(before, path), planOf(after, path)
		var was, is []detail.Table
		switch {
		case old == nil:
			is = detail.Of(now)
			was = emptied(is)
		case now == nil:
			was = detail.Of(old)
			is = emptied(was)
		default:
			was, is = detail.Of(old), detail.Of(now)
		}
		suffix := ""
		if len(before) > 1 || len(after) > 1 {
			suffix = " in " + path
		}
		for _, c := range detail.Changes(was, is) {
			if c.Table != "quotas" && c.Table != "costs" {
				continue
			}
			v := Value{What: c.Row[0] + suffix}
			v.Before, v.After, _ = strings.Cut(c.Row[1], " -> ")
			if c.Table == "costs" {
				costs = append(costs, v)
				continue
			}
			v.Of = c.Row[2]
			budgets = append(budgets, v)
		}
	}
	return budgets, costs
}

func paths(lists ...[]*plan.Plan) []string {
	var out []string
	for _, p := range slices.Concat(lists...) {
		if path := p.Model.Network.Path; !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func planOf(list []*plan.Plan, path string) *plan.Plan {
	for _, p := range list {
		if p.Model.Network.Path == path {
			return p
		}
	}
	return nil
}

// emptied returns the tables without rows.
func emptied(tables []detail.Table) []detail.Table {
	out := slices.Clone(tables)
	for i := range out {
		out[i].Rows = nil
	}
	return out
}
