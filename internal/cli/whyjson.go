package cli

import (
	"github.com/tierwall/tierwall/internal/explain"
	"github.com/tierwall/tierwall/internal/reach"
)

// whyJSON is the JSON of why.
type whyJSON struct {
	From        string           `json:"from" doc:"as asked"`
	To          string           `json:"to" doc:"as asked"`
	Carried     bool             `json:"carried" doc:"whether the service is certainly carried between all places"`
	Outcomes    []whyOutcomeJSON `json:"outcomes"`
	Assumptions []string         `json:"assumptions" doc:"what the answer takes as given"`
}

type whyEndJSON struct {
	Name    string `json:"name"`
	Subnet  string `json:"subnet,omitempty"`
	Address string `json:"address"`
}

type whyPairJSON struct {
	From whyEndJSON `json:"from"`
	To   whyEndJSON `json:"to"`
}

type whyStepJSON struct {
	Reply    bool   `json:"reply"`
	Control  string `json:"control"`
	Where    string `json:"where"`
	At       string `json:"at,omitempty"`
	Passes   bool   `json:"passes"`
	Unsure   string `json:"unsure,omitempty"`
	Rule     string `json:"rule"`
	Resource string `json:"resource,omitempty"`
	Path     string `json:"path,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

type whyOutcomeJSON struct {
	Service string        `json:"service"`
	Verdict string        `json:"verdict"`
	Carried string        `json:"carried,omitempty" doc:"the carried part of the service, if the verdict is carried in part"`
	Witness string        `json:"witness"`
	Places  []whyPairJSON `json:"places"`
	Steps   []whyStepJSON `json:"steps" doc:"the steps of the witness between the first pair of places"`
}

// json returns all outcomes with all their places and steps.
func (w whyCommand) json(answers []explain.Explanation, isCarried bool, assumptions []string) whyJSON {
	outcomes := []whyOutcomeJSON{}
	for _, a := range answers {
		for _, verdict := range explain.Verdicts {
			for _, o := range a.With(verdict) {
				outcomes = append(outcomes, w.outcomeJSON(a.Service, o))
			}
		}
	}
	return whyJSON{w.From, w.To, isCarried, outcomes, orEmpty(assumptions)}
}

func (w whyCommand) outcomeJSON(service string, o *explain.Outcome) whyOutcomeJSON {
	out := whyOutcomeJSON{Service: service, Verdict: o.Verdict, Carried: o.Part, Witness: o.Witness.String(), Places: []whyPairJSON{},
		Steps: []whyStepJSON{}}
	for _, p := range o.Pairs {
		out.Places = append(out.Places, whyPairJSON{endJSON(w.From, p.From), endJSON(w.To, p.To)})
	}
	for _, s := range o.Steps {
		out.Steps = append(out.Steps, stepJSON(s))
	}
	return out
}

func endJSON(name string, e reach.End) whyEndJSON {
	if e.Class == nil {
		return whyEndJSON{Name: name, Address: e.Address()}
	}
	return whyEndJSON{Name: e.Class.Label(), Subnet: e.Location.Subnet.Name, Address: e.Address()}
}

func stepJSON(s reach.Step) whyStepJSON {
	out := whyStepJSON{
		Reply: s.Reply, Control: s.Control, Where: s.Where, At: s.At, Passes: s.Passes, Unsure: s.Unsure, Rule: s.Rule, Line: s.Line,
	}
	if s.Resource == nil {
		return out
	}
	out.Resource, out.Path, out.File = s.Resource.String(), s.Resource.Path, s.Resource.Stack.File
	if out.Line == 0 {
		out.Line = s.Resource.Line
	}
	return out
}
