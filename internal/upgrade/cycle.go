package upgrade

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// dependency is a resource that must exist first, and the outcome of the condition under which that is so.
type dependency struct {
	on        *cfn.Resource
	condition string
	outcome   int
}

// findCycles finds resources that depend on each other in a cycle. CloudFormation rejects such a template.
func (u *update) findCycles() {
	before := map[string]bool{}
	for _, circle := range cyclesIn(u.before) {
		before[names(circle)] = true
	}
	for _, circle := range cyclesIn(u.after) {
		u.reportCycle(circle, before[names(circle)])
	}
}

func names(circle []*cfn.Resource) string {
	out := make([]string, len(circle))
	for i, r := range circle {
		out[i] = r.String()
	}
	return strings.Join(out, ", ")
}

func (u *update) reportCycle(circle []*cfn.Resource, had bool) {
	var ids, needs []string
	for i, r := range circle {
		ids = append(ids, r.ID)
		needs = append(needs, r.ID+" needs "+circle[(i+1)%len(circle)].ID)
	}
	members, summary := strings.Join(ids, ", "), "can be created only after itself"
	if len(circle) > 1 {
		summary = "can each be created only after another of them"
	}
	detail := strings.Join(needs, ", ") + ": CloudFormation answers \"Circular dependency between resources: [" + members +
		"]\" and changes nothing"
	if had {
		detail += "; the template before the update has the same cycle, so it cannot have been deployed"
	}
	u.report("circular-dependency", circle[0], diag.Diagnostic{
		Subject: circle[0].Stack.Name + ":" + members, Summary: members + " " + summary,
		Detail: detail, Fix: cycleFix(circle),
	}, circle[1:]...)
}

// cycleFix returns the fix for a cycle.
func cycleFix(circle []*cfn.Resource) string {
	for _, r := range circle {
		if r.Type == groupType {
			other := "another of them"
			if len(circle) == 1 {
				other = "the group itself"
			}
			return "move the rule of " + r.ID + " that names " + other + " into a separate resource (AWS::EC2::SecurityGroupIngress " +
				"or AWS::EC2::SecurityGroupEgress), which is created last"
		}
	}
	return "remove one of the references or a DependsOn: connect two of them by a separate resource, or use a literal name instead " +
		"of a reference"
}

// cyclesIn returns the shortest cycle of each set of resources that depend on each other, in template order.
func cyclesIn(a *cfn.Assembly) [][]*cfn.Resource {
	g := newGraph(a)
	var out [][]*cfn.Resource
	for _, set := range g.components() {
		if circle := g.shortest(set); circle != nil {
			out = append(out, circle)
		}
	}
	return out
}

// graph holds the dependencies of each resource: everything that its template text refers to, used or not. References
// into or out of a nested stack belong to the resource of the nested stack.
type graph struct {
	order []*cfn.Resource
	needs map[*cfn.Resource][]dependency
	known map[edge]bool
}

type edge struct {
	from *cfn.Resource
	dependency
}

func newGraph(a *cfn.Assembly) *graph {
	g := &graph{needs: map[*cfn.Resource][]dependency{}, known: map[edge]bool{}}
	for r := range resources(a) {
		g.order = append(g.order, r)
		for m := range r.Mentions() {
			if on, ok := r.Stack.Resource(m.ID); ok {
				g.add(r, dependency{on, m.Condition, m.Outcome})
			}
		}
		for _, id := range r.DependsOn {
			if on, ok := r.Stack.Resource(id); ok {
				g.add(r, dependency{on: on})
			}
		}
	}
	return g
}

// add records a dependency of r, once.
func (g *graph) add(r *cfn.Resource, d dependency) {
	if edge := (edge{r, d}); !g.known[edge] {
		g.known[edge] = true
		g.needs[r] = append(g.needs[r], d)
	}
}

// components returns the sets of resources that depend on each other, by Tarjan's algorithm.
func (g *graph) components() [][]*cfn.Resource {
	t := tarjan{graph: g, index: map[*cfn.Resource]int{}, low: map[*cfn.Resource]int{}, open: map[*cfn.Resource]bool{}}
	for _, r := range g.order {
		if t.index[r] == 0 {
			t.visit(r)
		}
	}
	return t.components
}

type tarjan struct {
	*graph
	index, low map[*cfn.Resource]int
	open       map[*cfn.Resource]bool
	stack      []*cfn.Resource
	components [][]*cfn.Resource
}

func (t *tarjan) visit(r *cfn.Resource) {
	n := len(t.index) + 1
	t.index[r], t.low[r], t.open[r] = n, n, true
	t.stack = append(t.stack, r)
	for _, d := range t.needs[r] {
		if t.index[d.on] == 0 {
			t.visit(d.on)
			t.low[r] = min(t.low[r], t.low[d.on])
		} else if t.open[d.on] {
			t.low[r] = min(t.low[r], t.index[d.on])
		}
	}
	if t.low[r] != n {
		return
	}
	from := slices.Index(t.stack, r)
	set := slices.Clone(t.stack[from:])
	for _, member := range set {
		t.open[member] = false
	}
	t.stack = t.stack[:from]
	t.components = append(t.components, set)
}

// maxStarts is the number of members of a set from which a cycle is searched.
const maxStarts = 100

// shortest returns a shortest cycle within a set of resources that depend on each other. It returns nil if there is
// none that a combination of outcomes of conditions allows.
func (g *graph) shortest(set []*cfn.Resource) []*cfn.Resource {
	in := map[*cfn.Resource]bool{}
	for _, r := range set {
		in[r] = true
	}
	var best []*cfn.Resource
	for _, r := range slices.SortedFunc(slices.Values(set), inTemplate)[:min(len(set), maxStarts)] {
		if circle := g.cycleFrom(r, in); circle != nil && (best == nil || len(circle) < len(best)) {
			best = circle
		}
	}
	return best
}

// inTemplate orders resources by their line in the template, or by id if lines are unknown.
func inTemplate(r, s *cfn.Resource) int {
	return cmp.Or(r.Line-s.Line, strings.Compare(r.ID, s.ID))
}

// cycleFrom returns the shortest path from r to itself within a set, starting with r. It returns nil if there is none.
func (g *graph) cycleFrom(r *cfn.Resource, in map[*cfn.Resource]bool) []*cfn.Resource {
	by := map[*cfn.Resource]edge{} // the edge by which a resource is reached
	for todo := []*cfn.Resource{r}; len(todo) > 0; todo = todo[1:] {
		for _, d := range g.needs[todo[0]] {
			if _, reached := by[d.on]; reached || !in[d.on] {
				continue
			}
			by[d.on] = edge{todo[0], d}
			if d.on == r {
				return cycleAlong(r, by)
			}
			todo = append(todo, d.on)
		}
	}
	return nil
}

// cycleAlong follows the edges from r back to r. It returns nil if they need different outcomes of one condition.
func cycleAlong(r *cfn.Resource, by map[*cfn.Resource]edge) []*cfn.Resource {
	outcomes := map[string]int{}
	var circle []*cfn.Resource
	for at := r; len(circle) == 0 || at != r; at = by[at].from {
		e := by[at]
		if was, ok := outcomes[e.condition]; ok && e.condition != "" && was != e.outcome {
			return nil
		}
		outcomes[e.condition] = e.outcome
		if slices.ContainsFunc(circle, func(o *cfn.Resource) bool { return differentConditions(o, e.from) }) {
			return nil
		}
		circle = append(circle, e.from)
	}
	slices.Reverse(circle)
	return circle
}
