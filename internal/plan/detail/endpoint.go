package detail

import (
	"strings"

	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
)

func endpoints(p *plan.Plan) Table {
	t := Table{Name: "endpoints", Title: "VPC endpoints", Columns: []string{"service", "kind", "tiers", "because"}}
	for _, e := range p.VPCEndpoints {
		kind := "interface"
		switch {
		case e.Imported:
			kind = "existing"
		case e.Gateway:
			kind = "gateway"
		}
		t.add(e.Service, kind, strings.Join(e.Tiers, ", "), strings.Join(e.Reasons, "; "))
	}
	return t
}

// endpointPolicies lists the statements of the endpoints' policies, with a row for each action on each resource: a change of one of them
// is then one row.
func endpointPolicies(p *plan.Plan) Table {
	t := Table{
		Name: "endpointPolicies", Title: "Endpoint policies",
		Columns: []string{"endpoint", "effect", "action", "resource", "principal", "condition"},
	}
	for _, e := range p.VPCEndpoints {
		switch {
		case e.Imported: // Its policy is its owner's.
		case e.Policy == nil:
			t.add(e.Service, "allow", "*", "*", "*", "")
		default:
			for _, s := range e.Policy.Statements {
				t.statement(e.Service, s)
			}
		}
	}
	return t
}

// statement adds the rows of a statement.
func (t *Table) statement(endpoint string, s iam.Statement) {
	effect, principal, condition := strings.ToLower(string(s.Effect)), principalText(s.Principal), conditionText(s.Conditions)
	for _, action := range s.Actions {
		for _, resource := range s.Resources {
			t.add(endpoint, effect, except(s.NotAction, action), except(s.NotResource, resource), principal, condition)
		}
	}
}

// except writes the element of a list that excludes its elements.
func except(is bool, text string) string {
	if is {
		return "all but " + text
	}
	return text
}

func principalText(p iam.Principal) string {
	var names []string
	for _, n := range p.Names {
		names = append(names, n.Name)
	}
	return except(p.Not, strings.Join(names, ", "))
}

func conditionText(conditions []iam.Condition) string {
	var texts []string
	for _, c := range conditions {
		texts = append(texts, c.Key+" "+c.Operator+" "+strings.Join(c.Values, ", "))
	}
	return strings.Join(texts, "; ")
}
