package cfn

import (
	"fmt"
	"slices"
	"strings"
)

// Remedies returns, sorted, what a user can give to make an unknown value known: flags such as "-p SubnetId=...", or
// "the template that exports \"Vpc\"". It is empty if only a deployment can tell.
func (v Value) Remedies() []string {
	var causes []*cause
	v.eachCause(func(c *cause) { causes = append(causes, c) })
	return remedies(causes)
}

// Remedies returns what a user can give to decide whether the resource exists, as Value.Remedies does for values.
func (r *Resource) Remedies() []string {
	if r.doubt == nil {
		return nil
	}
	return remedies([]*cause{r.doubt})
}

func remedies(causes []*cause) []string {
	var all []string
	rootCauses(causes, func(c *cause) {
		if c.remedy != "" {
			all = append(all, c.remedy)
		}
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// Doubt explains why the outcome of a Choice is unknown: what its condition depends on, and what to give to decide it.
// It is empty for other kinds.
func (v Value) Doubt() string {
	if v.Kind != Choice {
		return ""
	}
	return explainDoubt(v.Text, v.known().cause)
}

// Doubt explains why it is unknown whether the resource exists, and what to give to decide it. It is empty if the
// resource certainly exists whenever its stack does.
func (r *Resource) Doubt() string {
	if r.Condition == "" {
		return ""
	}
	return explainDoubt(r.Condition, r.doubt)
}

// maxNamed is how many causes a message names.
const maxNamed = 5

// explainDoubt explains why the outcome of the condition with that unique name is unknown.
func explainDoubt(condition string, c *cause) string {
	if c == nil {
		return "condition " + condition + " is known only at deployment"
	}
	var parts []string
	rootCauses(c.causes, func(c *cause) { parts = append(parts, c.explain()) })
	if len(parts) == 0 {
		return c.name + " is known only at deployment"
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
	return c.name + " is not known: it depends on " + text
}

// explain names c, its default, and what to give: "the parameter Open (its default, Open=false, is not assumed; give -p
// Open=...)".
func (c *cause) explain() string {
	var notes []string
	if c.byDefault != nil {
		notes = append(notes, "its default, "+c.byDefault.Name+"="+c.byDefault.Value+", is not assumed")
	}
	if c.remedy != "" {
		notes = append(notes, "give "+c.remedy)
	}
	if len(notes) == 0 {
		return c.name
	}
	return c.name + " (" + strings.Join(notes, "; ") + ")"
}

// Doubt explains why the outcome of a condition is unknown: what the condition depends on, and what to give to decide
// it. The argument is the unique name in Resource.Condition or in the Text of a Choice.
func (a *Assembly) Doubt(condition string) string {
	return explainDoubt(condition, a.doubts[condition])
}

// collectDoubts adds the causes of all open conditions of s.
func (s *scope) collectDoubts(doubts map[string]*cause) {
	for name, e := range s.conditions {
		if c := e.resolution(withoutDefaults).cause; c != nil {
			doubts[s.conditionName(name)] = c
		}
	}
	for name, c := range s.undefinedConditions {
		doubts[s.conditionName(name)] = c
	}
}

// conditionCause returns the cause of the named condition's unknown outcome.
func (s *scope) conditionCause(condition string) *cause {
	if e := s.conditions[condition]; e != nil {
		return e.resolution(withoutDefaults).cause
	}
	return s.undefinedConditions[condition]
}
