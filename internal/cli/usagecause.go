package cli

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/refusal"
)

// causes says for the rows of rejected traffic that the tables show which control stops them, and what to declare if it should pass.
func (u usageResult) causes() [][]string {
	var out [][]string
	for _, rows := range [][]usage.Row{u.result.Rejected, u.result.Refused} {
		for _, r := range rows[:min(len(rows), mostRows)] {
			texts := u.causeTexts(r)
			if len(texts) == 0 {
				continue
			}
			line := []string{printable(fmt.Sprintf("%s -> %s %s:", r.From, r.To, r.Service))}
			for _, text := range texts {
				line = append(line, printable(text))
			}
			out = append(out, line)
		}
	}
	return out
}

// causeTexts says why the traffic of a row is rejected. It is empty if nothing is known because there are no templates.
func (u usageResult) causeTexts(r usage.Row) []string {
	c := u.judge.Cause(r)
	var out []string
	for _, s := range c.Steps {
		out = append(out, u.stepText(s))
	}
	if c.Doubt != "" && c.Doubt != refusal.NoTemplates {
		out = append(out, c.Doubt)
	}
	if note := u.expired(r); note != "" {
		out = append(out, note)
	}
	if c.Declare != "" {
		out = append(out, "if it should pass: "+c.Declare)
	}
	return out
}

// stepText says what a control does, with its line if the template is a file.
func (u usageResult) stepText(s reach.Step) string {
	if u.judge.isMade && s.Resource != nil {
		s.Resource = nil
	}
	return proof.StepText(s)
}

// expired says whether the flow of a row had expired.
func (u usageResult) expired(r usage.Row) string {
	for _, i := range r.Flows {
		if f := u.model.Flows[i]; f.Expires != "" && timeIn(r.At, "2006-01-02") > f.Expires {
			return "its flow expired on " + f.Expires
		}
	}
	return ""
}

// mostCauses is how many rows of rejected traffic JSON explains.
const mostCauses = 500

// rejectedJSON is a row of rejected traffic with its cause.
type rejectedJSON struct {
	usage.Row
	Controls []whyStepJSON `json:"controls,omitempty"` // that stop it
	Doubt    string        `json:"doubt,omitempty"`
	Declare  string        `json:"declare,omitempty"`
}

func (u usageResult) rejectedJSON(rows []usage.Row) []rejectedJSON {
	var out []rejectedJSON
	for i, r := range rows {
		one := rejectedJSON{Row: r, Doubt: fmt.Sprintf("only the first %d rows are explained", mostCauses)}
		if i < mostCauses {
			cause := u.judge.Cause(r)
			one.Doubt, one.Declare = cause.Doubt, cause.Declare
			for _, s := range cause.Steps {
				one.Controls = append(one.Controls, stepJSON(s))
			}
		}
		out = append(out, one)
	}
	return out
}

// stoppedJSON is a row of traffic that a firewall stopped.
type stoppedJSON struct {
	usage.Row
	Declare string `json:"declare,omitempty"`
}

func (u usageResult) stoppedJSON() []stoppedJSON {
	var out []stoppedJSON
	for i, r := range u.result.Stopped {
		one := stoppedJSON{Row: r}
		if i < mostCauses {
			one.Declare = u.judge.Declare(r)
		}
		out = append(out, one)
	}
	return out
}
