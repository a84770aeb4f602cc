package cli

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/diag"
)

// table is text in columns, with a heading for each column.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// maxColumn is the maximum width of a column, in characters. A longer cell overflows its column.
const maxColumn = 60

// text writes the table with aligned columns.
func (t *table) text() string {
	widths := make([]int, len(t.head))
	rows := append([][]string{t.head}, t.rows...)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], min(utf8.RuneCountInString(brief(cell)), maxColumn))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			cell = brief(cell)
			if i+1 < len(row) {
				cell += strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell))+2)
			}
			line += cell
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
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
	return b.String()
}

// toJSON encodes v with indentation and without invisible characters.
func toJSON(v any) (string, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return escapeJSON(string(data)) + "\n", err
}

// findingsJSON returns findings in the form that JSON output shows.
func findingsJSON(list diag.List) any {
	type finding struct {
		ID      string `json:"id"`
		Path    string `json:"path"`
		Summary string `json:"summary"`
		Detail  string `json:"detail"`
		Fix     string `json:"fix,omitempty"`
		At      string `json:"at,omitempty"`
	}
	out := []finding{}
	for _, f := range list {
		out = append(out, finding{f.AcknowledgeID(), f.Path, f.Summary, f.Detail, f.Fix, f.Where()})
	}
	return out
}
