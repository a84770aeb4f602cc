package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/cost"
	"github.com/tierwall/tierwall/internal/plan/detail"
)

// budget is how much of a quota of AWS is used.
type budget struct {
	ID, Name string
	Used, Of int
	Percent  int
}

// budgets lists the quotas that the plans need, the fullest first.
func (m *maker) budgets() []budget {
	var out []budget
	for _, p := range m.Plans {
		for _, row := range rowsOf(p, "quotas") {
			used, _ := strconv.Atoi(row[1])
			of, _ := strconv.Atoi(row[2])
			if of > 0 {
				out = append(out, budget{m.id("budget", row[0]), m.of(p, row[0]), used, of, (100*used + of - 1) / of})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b budget) int { return cmp.Compare(b.Used*a.Of, a.Used*b.Of) })
	return out
}

// totals counts what was derived.
func (m *maker) totals() [][]string {
	var out [][]string
	for _, p := range m.Plans {
		for _, row := range rowsOf(p, "totals") {
			out = append(out, []string{m.of(p, row[0]), row[1]})
		}
	}
	return out
}

// costs are what AWS charges a month for the plans.
func (m *maker) costs() [][]string {
	var out [][]string
	for _, p := range m.Plans {
		for _, l := range cost.Of(p) {
			out = append(out, []string{m.of(p, l.What), strconv.Itoa(l.Count), l.Dollars()})
		}
	}
	return out
}

// of adds the network to a name if there are several.
func (m *maker) of(p *plan.Plan, name string) string {
	if len(m.Plans) < 2 {
		return name
	}
	return fmt.Sprintf("%s in %s", name, p.Model.Network.Path)
}

func rowsOf(p *plan.Plan, table string) [][]string {
	for _, t := range detail.Of(p) {
		if t.Name == table {
			return t.Rows
		}
	}
	return nil
}
