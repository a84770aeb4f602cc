package proof

import (
	"encoding/json"
	"fmt"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Control is one resource of a control, with the properties that its construct gave it. If the app or somebody else changes them later,
// the control may no longer stop or log something, even though no traffic changes because another layer still stops it.
type Control struct {
	Name     string `json:"name"`     // the kind of resource in words: "web ACL"
	Path     string `json:"path"`     // construct path
	Resource Value  `json:"resource"` // for example {"Ref": "WebACL1A2B"}
	// Properties holds the properties of the resource under their CloudFormation names.
	Properties json.RawMessage `json:"properties"`
	// Partial says that Properties holds only some properties. Further properties, and further items of lists with names, are allowed.
	Partial bool `json:"partial,omitempty"`
	// Stops says what each rule is for. The keys are names of rules.
	Stops map[string]string `json:"stops,omitempty"`
	At    diag.Position     `json:"at,omitzero"`
}

// declaredResources returns the resources in the templates that controls declare.
func declaredResources(a *cfn.Assembly, controls []Control) map[*cfn.Resource]Control {
	out := map[*cfn.Resource]Control{}
	for _, c := range controls {
		if at, err := a.Evaluate(c.Resource.Template, c.Resource.Expression); err == nil && at.Kind == cfn.Reference {
			out[at.Resource] = c
		}
	}
	return out
}

// compareControls compares the resources of controls with what their constructs made.
func (r *Report) compareControls(a *cfn.Assembly, controls []Control) error {
	r.reportCompeting(a, declaredResources(a, controls))
	for _, c := range controls {
		want, err := a.Evaluate(c.Resource.Template, c.Properties)
		if err != nil {
			return fmt.Errorf("the declared %s of %s: %w", c.Name, c.Path, err)
		}
		at, err := a.Evaluate(c.Resource.Template, c.Resource.Expression)
		if err != nil || at.Kind != cfn.Reference {
			r.weakened(c, "", fmt.Sprintf("the %s is not in the templates", c.Name), Weakened)
			continue
		}
		if at.Resource.Condition != "" {
			r.weakened(c, "", fmt.Sprintf("the %s exists only if a condition holds: %s", c.Name, a.Doubt(at.Resource.Condition)), Unknown)
		}
		r.reportManagers(a, c, at.Resource)
		d := controlDiff{report: r, control: c, resource: at.Resource}
		d.fields("", want.Fields, at.Resource.Properties)
	}
	return nil
}

// weakened adds a finding about a part of a control.
func (r *Report) weakened(c Control, part, reason string, verdict Verdict) {
	f := Finding{Network: c.Path, From: c.Path, To: part, Verdict: verdict, What: part, Control: c.Name, Reason: reason,
		Fix: "undo the change, make it with the props of the construct, or acknowledge this finding with a reason"}
	if c.At != (diag.Position{}) {
		f.At = []diag.Position{c.At}
	}
	r.Findings = append(r.Findings, f)
}
