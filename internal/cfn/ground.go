package cfn

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Default is a value that was taken for granted because none was given: a parameter's default, or a file's name for AWS::StackName.
type Default struct {
	Stack string // the top-level stack whose parameter it is
	Name  string // "Open", "AWS::StackName"
	Value string
	// Flag is how to give another value: "-p Open=...".
	Flag string
}

// String says what was assumed and how to give another value.
func (d Default) String() string {
	whose := "the parameter's default"
	if d.Name == stackName {
		whose = "the file's name"
	}
	value := d.Value
	if strings.TrimSpace(value) == "" {
		value = strconv.Quote(value) // Else nobody sees that it is one.
	}
	return fmt.Sprintf("%s=%s, %s (%s gives another)", d.Name, value, whose, d.Flag)
}

// ground is something that values rest on and that the templates alone do not say: a parameter without a given value, an
// import, or a named thing that rests on such.
type ground struct {
	name     string   // "the parameter Open", "condition IsOpen of Shop"
	standard *Default // of a parameter that has one
	tell     string   // what would tell it: "-p Open=...", `the template that exports "Vpc"`; may be empty
	uses     []*ground
}

// rest notes that the value at hand rests on g.
func (r *resolver) rest(g *ground) {
	if g != nil && (len(r.grounds) == 0 || r.grounds[len(r.grounds)-1] != g) {
		r.grounds = append(r.grounds, g)
	}
}

// unsaid is a Symbol that g would tell.
func (r *resolver) unsaid(v Value, g *ground) Value {
	if r.found == withoutDefaults {
		r.rest(g)
	}
	v.ground = g
	return v
}

// collect runs f and returns what the values found in it rest on. They count for the value around them too.
func (r *resolver) collect(f func()) []*ground {
	outer := r.grounds
	r.grounds = nil
	f()
	all := distinct(r.grounds)
	r.grounds = outer
	for _, g := range all {
		r.rest(g)
	}
	return all
}

// distinct returns all without repetitions, in their order.
func distinct(all []*ground) []*ground {
	if len(all) < 2 {
		return all
	}
	seen := make(map[*ground]bool, len(all))
	return slices.DeleteFunc(all, func(g *ground) bool {
		again := seen[g]
		seen[g] = true
		return again
	})
}

// bundle is one ground for all of them, nil if there are none.
func bundle(all []*ground) *ground {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &ground{uses: all}
}

// leaves calls f once for each ground below those given that uses no others, in their order.
func leaves(grounds []*ground, f func(*ground)) (visited int) {
	seen := map[*ground]bool{}
	var visit func([]*ground)
	visit = func(grounds []*ground) {
		for _, g := range grounds {
			if seen[g] {
				continue
			}
			seen[g] = true
			if visit(g.uses); len(g.uses) == 0 {
				f(g)
			}
		}
	}
	visit(grounds)
	return len(seen)
}

// defaults are the defaults among what values rest on, sorted.
func (r *resolver) defaults(n *node, grounds []*ground) []Default {
	var all []Default
	visited := leaves(grounds, func(g *ground) {
		if g.standard != nil {
			all = append(all, *g.standard)
		}
	})
	r.charge(n, visited)
	return sortedDefaults(all)
}

func sortedDefaults(all []Default) []Default {
	slices.SortFunc(all, func(a, b Default) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(all)
}

// parameterGround is what values rest on that use the parameter n of a top-level stack, which was given no value.
func (r *resolver) parameterGround(s *scope, n *node) *ground {
	g := &ground{name: "the parameter " + n.key, tell: s.flag(n.key)}
	if s.previous[n.key] {
		g.name += " as it is deployed"
	} else if standard := n.field("Default"); standard != nil && standard.kind == textNode {
		g.standard = &Default{Stack: s.stack.Name, Name: n.key, Value: standard.text, Flag: g.tell}
	}
	return g
}

// flag is how a user gives a value to a parameter of a top-level stack.
func (s *scope) flag(name string) string {
	if s.shared[name] {
		name = s.stack.Name + "." + name
	}
	return "-p " + name + "=..."
}

// Wants returns what would tell a value that is not known, as far as something outside a deployment could: flags like
// "-p SubnetId=...", or "the template that exports \"Vpc\"". It is sorted.
func (v Value) Wants() []string {
	var grounds []*ground
	v.eachGround(func(g *ground) { grounds = append(grounds, g) })
	return wants(grounds)
}

func wants(grounds []*ground) []string {
	var all []string
	leaves(grounds, func(g *ground) {
		if g.tell != "" {
			all = append(all, g.tell)
		}
	})
	slices.Sort(all)
	return slices.Compact(all)
}

func (v *Value) eachGround(f func(*ground)) {
	if v.ground != nil {
		f(v.ground)
	}
	for i := range v.Items {
		v.Items[i].eachGround(f)
	}
	for _, field := range v.Fields {
		field.eachGround(f)
	}
}

// Doubt says why the outcome of a Choice is not known, what its condition depends on, and what would tell. It is empty for other kinds.
func (v Value) Doubt() string {
	if v.Kind != Choice {
		return ""
	}
	return doubt(v.Text, v.ground)
}

// Doubt says why it is not known whether the resource exists, and what would tell. It is empty if the resource surely exists, as far as
// its stack does.
func (r *Resource) Doubt() string {
	if r.Condition == "" {
		return ""
	}
	return doubt(r.Condition, r.doubt)
}

// Wants returns what would tell whether the resource exists, as Value.Wants does for values.
func (r *Resource) Wants() []string {
	if r.doubt == nil {
		return nil
	}
	return wants([]*ground{r.doubt})
}

// maxNamed is how many grounds a message names.
const maxNamed = 5

// doubt explains the condition of that unique name.
func doubt(condition string, g *ground) string {
	if g == nil {
		return "condition " + condition + " is only known at deployment"
	}
	var parts []string
	leaves(g.uses, func(g *ground) { parts = append(parts, g.explain()) })
	if len(parts) == 0 {
		return g.name + " is only known at deployment"
	}
	slices.Sort(parts)
	if more := len(parts) - maxNamed; more > 0 {
		parts = append(parts[:maxNamed], fmt.Sprintf("%d more", more))
	}
	last := len(parts) - 1
	text := parts[last]
	if last > 0 {
		text = strings.Join(parts[:last], ", ") + " and " + text
	}
	return g.name + " is not known: it depends on " + text
}

// explain names g, its default, and what would tell: "the parameter Open (its default, Open=false, is not assumed; -p Open=... tells)".
func (g *ground) explain() string {
	var notes []string
	if g.standard != nil {
		notes = append(notes, "its default, "+g.standard.Name+"="+g.standard.Value+", is not assumed")
	}
	if g.tell != "" {
		notes = append(notes, g.tell+" tells")
	}
	if len(notes) == 0 {
		return g.name
	}
	return g.name + " (" + strings.Join(notes, "; ") + ")"
}
