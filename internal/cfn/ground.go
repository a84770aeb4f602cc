package cfn

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Default is a value that was assumed because none was given: a parameter's default, or a file's name for
// AWS::StackName.
type Default struct {
	Stack string // the top-level stack whose parameter it is
	Name  string // "Open", "AWS::StackName"
	Value string
	// Flag is the command-line flag that gives another value: "-p Open=...".
	Flag string
}

// String describes the assumption and the flag that changes it.
func (d Default) String() string {
	whose := "the parameter's default"
	if d.Name == stackName {
		whose = "the file's name"
	}
	value := d.Value
	if strings.TrimSpace(value) == "" {
		value = strconv.Quote(value) // A blank value would be invisible.
	}
	return fmt.Sprintf("%s=%s, %s (set another with %s)", d.Name, value, whose, d.Flag)
}

// cause is something outside the templates that makes a value uncertain: a parameter without a given value, an import
// without its export, or a definition that depends on such things.
type cause struct {
	name      string   // "the parameter Open", "condition IsOpen of Shop"
	byDefault *Default // the value that is assumed, of a parameter with a default
	remedy    string   // what to give to make the value known: "-p Open=...", `the template that exports "Vpc"`; may be empty
	causes    []*cause
}

// addCause records that the current value depends on g.
func (r *resolver) addCause(g *cause) {
	if g != nil && (len(r.causes) == 0 || r.causes[len(r.causes)-1] != g) {
		r.causes = append(r.causes, g)
	}
}

// unknown returns v, a Symbol, with its cause.
func (r *resolver) unknown(v Value, g *cause) Value {
	if r.mode == withoutDefaults {
		r.addCause(g)
	}
	v.cause = g
	return v
}

// collectCauses runs f and returns the causes recorded while it ran. They are recorded for the enclosing value too.
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

// combine returns a single cause that stands for all, or nil if there are none.
func combine(all []*cause) *cause {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &cause{causes: all}
}

// rootCauses calls f once for each cause, among grounds and everything they depend on, that depends on no other. It
// returns the number of causes visited.
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

// defaultsAmong returns the defaults among the causes, sorted.
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

// parameterCause returns the cause of values that use the parameter n of a top-level stack, which was given no value.
func (r *resolver) parameterCause(s *scope, n *node) *cause {
	g := &cause{name: "the parameter " + n.key, remedy: s.flag(n.key)}
	if s.previous[n.key] {
		g.name += " as it is deployed"
	} else if standard := n.field("Default"); standard != nil && standard.kind == textNode {
		g.byDefault = &Default{Stack: s.stack.Name, Name: n.key, Value: standard.text, Flag: g.remedy}
	}
	return g
}

// flag returns the command-line flag for a parameter of a top-level stack.
func (s *scope) flag(name string) string {
	if s.shared[name] {
		name = s.stack.Name + "." + name
	}
	return "-p " + name + "=..."
}

// Remedies returns, sorted, what a user can give to make an unknown value known: flags such as "-p SubnetId=...", or
// "the template that exports \"Vpc\"". It is empty if only a deployment can tell.
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

// Doubt explains why the outcome of a Choice is unknown: what its condition depends on, and what to give to decide it.
// It is empty for other kinds.
func (v Value) Doubt() string {
	if v.Kind != Choice {
		return ""
	}
	return explainDoubt(v.Text, v.cause)
}

// Doubt explains why it is unknown whether the resource exists, and what to give to decide it. It is empty if the
// resource certainly exists whenever its stack does.
func (r *Resource) Doubt() string {
	if r.Condition == "" {
		return ""
	}
	return explainDoubt(r.Condition, r.doubt)
}

// Remedies returns what a user can give to decide whether the resource exists, as Value.Remedies does for values.
func (r *Resource) Remedies() []string {
	if r.doubt == nil {
		return nil
	}
	return remedies([]*cause{r.doubt})
}

// maxNamed is how many causes a message names.
const maxNamed = 5

// explainDoubt explains why the outcome of the condition with that unique name is unknown.
func explainDoubt(condition string, g *cause) string {
	if g == nil {
		return "condition " + condition + " is known only at deployment"
	}
	var parts []string
	rootCauses(g.causes, func(g *cause) { parts = append(parts, g.explain()) })
	if len(parts) == 0 {
		return g.name + " is known only at deployment"
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

// explain names g, its default, and what to give: "the parameter Open (its default, Open=false, is not assumed; give -p
// Open=...)".
func (g *cause) explain() string {
	var notes []string
	if g.byDefault != nil {
		notes = append(notes, "its default, "+g.byDefault.Name+"="+g.byDefault.Value+", is not assumed")
	}
	if g.remedy != "" {
		notes = append(notes, "give "+g.remedy)
	}
	if len(notes) == 0 {
		return g.name
	}
	return g.name + " (" + strings.Join(notes, "; ") + ")"
}
