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

// cause is something that values rest on and that the templates alone do not say: a parameter without a given value, an
// import, or a named thing that rests on such.
type cause struct {
	name      string   // "the parameter Open", "condition IsOpen of Shop"
	byDefault *Default // of a parameter that has one
	remedy    string   // what would tell it: "-p Open=...", `the template that exports "Vpc"`; may be empty
	causes    []*cause
}

// addCause notes that the value at hand rests on g.
func (r *resolver) addCause(g *cause) {
	if g != nil && (len(r.causes) == 0 || r.causes[len(r.causes)-1] != g) {
		r.causes = append(r.causes, g)
	}
}

// unknown is a Symbol that g would tell.
func (r *resolver) unknown(v Value, g *cause) Value {
	if r.mode == withoutDefaults {
		r.addCause(g)
	}
	v.cause = g
	return v
}

// collectCauses runs f and returns what the values found in it rest on. They count for the value around them too.
func (r *resolver) collectCauses(f func()) []*cause {
	outer := r.causes
	r.causes = nil
	f()
	all := distinct(r.causes)
	r.causes = outer
	for _, g := range all {
		r.addCause(g)
	}
	return all
}

// distinct returns all without repetitions, in their order.
func distinct(all []*cause) []*cause {
	if len(all) < 2 {
		return all
	}
	seen := make(map[*cause]bool, len(all))
	return slices.DeleteFunc(all, func(g *cause) bool {
		again := seen[g]
		seen[g] = true
		return again
	})
}

// combine is one ground for all of them, nil if there are none.
func combine(all []*cause) *cause {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &cause{causes: all}
}

// rootCauses calls f once for each ground below those given that uses no others, in their order.
func rootCauses(grounds []*cause, f func(*cause)) (visited int) {
	seen := map[*cause]bool{}
	var visit func([]*cause)
	visit = func(grounds []*cause) {
		for _, g := range grounds {
			if seen[g] {
				continue
			}
			seen[g] = true
			if visit(g.causes); len(g.causes) == 0 {
				f(g)
			}
		}
	}
	visit(grounds)
	return len(seen)
}

// defaultsAmong are the defaults among what values rest on, sorted.
func (r *resolver) defaultsAmong(n *node, grounds []*cause) []Default {
	var all []Default
	visited := rootCauses(grounds, func(g *cause) {
		if g.byDefault != nil {
			all = append(all, *g.byDefault)
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

// parameterCause is what values rest on that use the parameter n of a top-level stack, which was given no value.
func (r *resolver) parameterCause(s *scope, n *node) *cause {
	g := &cause{name: "the parameter " + n.key, remedy: s.flag(n.key)}
	if s.previous[n.key] {
		g.name += " as it is deployed"
	} else if standard := n.field("Default"); standard != nil && standard.kind == textNode {
		g.byDefault = &Default{Stack: s.stack.Name, Name: n.key, Value: standard.text, Flag: g.remedy}
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

// Remedies returns what would tell a value that is not known, as far as something outside a deployment could: flags like
// "-p SubnetId=...", or "the template that exports \"Vpc\"". It is sorted.
func (v Value) Remedies() []string {
	var grounds []*cause
	v.eachCause(func(g *cause) { grounds = append(grounds, g) })
	return remedies(grounds)
}

func remedies(grounds []*cause) []string {
	var all []string
	rootCauses(grounds, func(g *cause) {
		if g.remedy != "" {
			all = append(all, g.remedy)
		}
	})
	slices.Sort(all)
	return slices.Compact(all)
}

func (v *Value) eachCause(f func(*cause)) {
	if v.cause != nil {
		f(v.cause)
	}
	for i := range v.Items {
		v.Items[i].eachCause(f)
	}
	for _, field := range v.Fields {
		field.eachCause(f)
	}
}

// Doubt says why the outcome of a Choice is not known, what its condition depends on, and what would tell. It is empty for other kinds.
func (v Value) Doubt() string {
	if v.Kind != Choice {
		return ""
	}
	return explainDoubt(v.Text, v.cause)
}

// Doubt says why it is not known whether the resource exists, and what would tell. It is empty if the resource surely exists, as far as
// its stack does.
func (r *Resource) Doubt() string {
	if r.Condition == "" {
		return ""
	}
	return explainDoubt(r.Condition, r.doubt)
}

// Remedies returns what would tell whether the resource exists, as Value.Wants does for values.
func (r *Resource) Remedies() []string {
	if r.doubt == nil {
		return nil
	}
	return remedies([]*cause{r.doubt})
}

// maxNamed is how many grounds a message names.
const maxNamed = 5

// explainDoubt explains the condition of that unique name.
func explainDoubt(condition string, g *cause) string {
	if g == nil {
		return "condition " + condition + " is only known at deployment"
	}
	var parts []string
	rootCauses(g.causes, func(g *cause) { parts = append(parts, g.explain()) })
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
func (g *cause) explain() string {
	var notes []string
	if g.byDefault != nil {
		notes = append(notes, "its default, "+g.byDefault.Name+"="+g.byDefault.Value+", is not assumed")
	}
	if g.remedy != "" {
		notes = append(notes, g.remedy+" tells")
	}
	if len(notes) == 0 {
		return g.name
	}
	return g.name + " (" + strings.Join(notes, "; ") + ")"
}
