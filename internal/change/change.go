package change

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/upgrade"
)

// Change is what changes from one state of templates to the next.
type Change struct {
	Title   string
	Picture *picture.Picture
	Lines   []Line // the riskiest first
	// Calls are calls of AWS services that policies of endpoints newly allow or deny.
	Calls  []Call
	Update upgrade.Result
	// Findings are those of the new state: of the proof, and mistakes in controls.
	Findings diag.List
	// Budgets and Costs are values of the plans that change. Uncompared says why there are none.
	Budgets, Costs []Value
	Uncompared     string
	Assumptions    []string
}

// Line is traffic that changes between two ends.
type Line struct {
	Mark, Kind        string // "+", "newly allowed"
	From, To, Traffic string
	Risks             []string // "from the internet", "into a data tier"; the first matters most
	Why               []string
	Opens             bool // more passes than before, or passes with fewer checks
	Internet          bool // one end has public addresses, or may have some
}

// Call is a call of an AWS service that an endpoint's policy newly allows, newly denies, or may do so.
type Call struct{ Mark, Endpoint, Call string }

// Value is a number that changes, as text.
type Value struct{ What, Before, After, Of string }

// Input is what a change is made of.
type Input struct {
	Title         string
	Before, After survey.Survey
	Update        upgrade.Result
	Findings      diag.List
	Calls         []Call
	// PlansBefore and PlansAfter follow from the declarations. A side without a declaration has none.
	PlansBefore, PlansAfter []*plan.Plan
}

// Of makes the change.
func Of(in Input) *Change {
	compared := survey.Compare(in.Before, in.After, reach.Diff(in.Before.Topology(), in.After.Topology()))
	compared.Picture.Title = in.Title
	c := &Change{Title: in.Title, Picture: compared.Picture, Lines: lines(compared.Changes), Calls: in.Calls, Update: in.Update,
		Findings: in.Findings}
	for _, a := range slices.Concat(in.Before.Topology().Assumptions, in.After.Topology().Assumptions, in.Update.Assumptions) {
		if !slices.Contains(c.Assumptions, a) {
			c.Assumptions = append(c.Assumptions, a)
		}
	}
	switch before, after := len(in.PlansBefore) > 0, len(in.PlansAfter) > 0; {
	case before && after:
		c.Budgets, c.Costs = values(in.PlansBefore, in.PlansAfter)
	case !before && !after:
		c.Uncompared = "Neither side has a declaration, so budgets and costs are not compared."
	case !before:
		c.Uncompared = "The state before the change has no declaration, so budgets and costs are not compared."
	default:
		c.Uncompared = "The state after the change has no declaration, so budgets and costs are not compared."
	}
	return c
}

// The conditions on which a pipeline can fail.
const (
	NewlyAllowed = "newly-allowed" // traffic or calls are newly allowed, or possibly so, or are no longer inspected
	Internet     = "internet"      // the same between a tier and public addresses
	Findings     = "findings"      // the proof, the checks of controls or the update have findings
)

// Fails reports whether one of the conditions holds.
func (c *Change) Fails(conditions []string) bool {
	return slices.ContainsFunc(conditions, func(condition string) bool {
		switch condition {
		case NewlyAllowed:
			return slices.ContainsFunc(c.Lines, func(l Line) bool { return l.Opens }) ||
				slices.ContainsFunc(c.Calls, func(call Call) bool { return call.Mark != "-" })
		case Internet:
			return slices.ContainsFunc(c.Lines, func(l Line) bool { return l.Opens && l.Internet })
		}
		return len(c.Findings)+len(c.Update.Findings) > 0
	})
}

// Risky reports whether more passes than before.
func (c *Change) Risky() bool { return c.Fails([]string{NewlyAllowed}) }

// Headline says the worst in one sentence.
func (c *Change) Headline() string {
	if len(c.Lines) == 0 {
		if opened := len(c.Calls); opened > 0 {
			return "No traffic changes. Calls of AWS services change."
		}
		return "No traffic changes."
	}
	first := c.Lines[0]
	text := first.Kind
	if len(first.Risks) > 0 {
		text += " " + strings.Join(first.Risks, ", ")
	}
	return strings.ToUpper(text[:1]) + text[1:] + ": " + first.From + " -> " + first.To + " " + first.Traffic
}
