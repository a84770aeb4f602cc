package page

import (
	"strings"

	"github.com/tierwall/tierwall/internal/compliance"
)

// standard is the evidence for a standard.
type standard struct {
	ID, Short, Title string
	Notes            []string
	Tally            []tally
	Groups           []evidenceGroup
}

// tally is how many requirements have a status.
type tally struct {
	Class, Status string
	Count         int
}

// evidenceGroup is a part of a standard.
type evidenceGroup struct {
	Title        string
	Requirements []requirement
}

// requirement is one requirement with its evidence.
type requirement struct {
	ID, Number, Title, Status, Class string
	Rows                             []evidenceRow
	Sought                           []string // what was looked for and not found
	Attach                           []string // what only a person can give
}

// evidenceRow is one piece of evidence.
type evidenceRow struct {
	compliance.Evidence
	Class string
}

// evidenceTable is some of the rows of a requirement.
type evidenceTable struct {
	Label string
	Rows  []evidenceRow
	Flows bool // they have reasons, owners and ends
}

// shownEvidence is how many rows of a requirement are shown at once.
const shownEvidence = 8

// First are the rows that are shown at once, and Rest the others.
func (r requirement) First() evidenceTable {
	return r.table("Evidence for "+r.Number, r.Rows[:min(len(r.Rows), shownEvidence)])
}

// Rest are the rows that are folded away.
func (r requirement) Rest() evidenceTable {
	return r.table("More evidence for "+r.Number, r.Rows[min(len(r.Rows), shownEvidence):])
}

// More counts the rows that are folded away.
func (r requirement) More() int { return max(0, len(r.Rows)-shownEvidence) }

func (r requirement) table(label string, rows []evidenceRow) evidenceTable {
	t := evidenceTable{Label: label, Rows: rows}
	for _, row := range rows {
		t.Flows = t.Flows || row.Reason != "" || row.Owner != "" || row.Expires != ""
	}
	return t
}

var statusClass = map[compliance.Status]string{
	compliance.Found: "found", compliance.InPart: "partly", compliance.Inactive: "inactive", compliance.Nothing: "nothing",
	compliance.Against: "against", compliance.NotKnown: "unknown", compliance.NotVisible: "outside",
}

var stateClass = map[compliance.State]string{
	compliance.Acts: "found", compliance.Idle: "inactive", compliance.Lacks: "nothing", compliance.Opposes: "against",
	compliance.Unknown: "unknown",
}

// evidence lists the standards. What is missing comes first in each requirement.
func (m *maker) evidence() []standard {
	var out []standard
	for _, p := range m.Evidence {
		s := standard{ID: m.id("evidence", p.Name), Short: "Evidence: " + p.Name, Title: p.Title, Notes: p.Notes}
		for _, status := range compliance.Statuses() {
			if n := p.Count(status); n > 0 {
				s.Tally = append(s.Tally, tally{statusClass[status], string(status), n})
			}
		}
		for _, r := range p.Requirements {
			if len(s.Groups) == 0 || s.Groups[len(s.Groups)-1].Title != r.Group {
				s.Groups = append(s.Groups, evidenceGroup{Title: r.Group})
			}
			g := &s.Groups[len(s.Groups)-1]
			g.Requirements = append(g.Requirements, m.requirement(p.Name, r))
		}
		out = append(out, s)
	}
	return out
}

func (m *maker) requirement(of string, r compliance.Requirement) requirement {
	out := requirement{ID: m.id(of, strings.ReplaceAll(r.ID, ".", "-")), Number: r.ID, Title: r.Title, Status: string(r.Status),
		Class: statusClass[r.Status]}
	for _, state := range []compliance.State{compliance.Opposes, compliance.Lacks, compliance.Unknown, compliance.Idle, compliance.Acts} {
		for _, e := range r.Evidence {
			if e.State == state && e.Object != "" {
				out.Rows = append(out.Rows, evidenceRow{e, stateClass[state]})
			}
		}
	}
	for _, e := range r.Evidence {
		switch {
		case e.State == compliance.Attach:
			out.Attach = append(out.Attach, e.Shows)
		case e.Object == "":
			out.Sought = append(out.Sought, e.Shows)
		}
	}
	return out
}
