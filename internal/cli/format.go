package cli

import (
	"encoding/json"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/texttable"
)

// table is text in columns, with a heading for each column.
type table struct {
	head []string
	rows [][]string
	more string // a line below the table
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// layout is the layout of all text tables of the command.
var layout = texttable.Layout{Gap: 2, MaxColumn: 60}

// text writes the table with aligned columns.
func (t *table) text() string {
	var rows [][]string
	for _, row := range append([][]string{t.head}, t.rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = brief(cell)
		}
		rows = append(rows, cells)
	}
	return layout.Format(rows) + t.below()
}

// below returns the line below the table.
func (t *table) below() string {
	if t.more == "" {
		return ""
	}
	return prose(t.more + "\n")
}

// markdown writes the table as Markdown, for a pull request.
func (t *table) markdown() string {
	var b strings.Builder
	line := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + escapeMarkdown(brief(newlines.Replace(c))) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.head)
	b.WriteString(strings.Repeat("|---", len(t.head)) + "|\n")
	for _, row := range t.rows {
		line(row)
	}
	if t.more != "" {
		b.WriteString("\n" + escapeMarkdown(t.more) + "\n")
	}
	return b.String()
}

// toJSON encodes v with indentation and without invisible characters.
func toJSON(v any) (string, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return escapeJSON(string(data)) + "\n", err
}

// findingJSON is a finding in JSON.
type findingJSON struct {
	ID      string `json:"id" doc:"acknowledges the finding, as tierwall::ID"`
	Path    string `json:"path" doc:"what it is about"`
	Summary string `json:"summary" doc:"what is wrong"`
	Detail  string `json:"detail" doc:"why, with witness and rules"`
	Fix     string `json:"fix,omitempty"`
	At      string `json:"at,omitempty" doc:"FILE:LINE, several with commas"`
}

// findingsJSON returns findings in the form that JSON output shows.
func findingsJSON(list diag.List) []findingJSON {
	out := []findingJSON{}
	for _, f := range list {
		out = append(out, findingJSON{f.AcknowledgeID(), f.Path, f.Summary, f.Detail, f.Fix, f.Where()})
	}
	return out
}
