package cli

import (
	"encoding/csv"
	"strings"

	"github.com/tierwall/tierwall/internal/compliance"
)

// evidenceColumns are the columns of CSV. A line is one piece of evidence; a requirement without any has one line too.
var evidenceColumns = []string{
	"STANDARD", "REQUIREMENT", "PART", "TITLE", "STATUS", "VERDICT", "WHAT", "LOGICAL ID", "TEMPLATE", "SHOWS", "FROM", "TO", "SERVICE",
	"REASON", "OWNER", "EXPIRES", "DECLARED",
}

// evidenceCSV writes the evidence for standards.
func evidenceCSV(pages []compliance.Page) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(evidenceColumns) // Errors of a strings.Builder do not exist.
	for _, p := range pages {
		for _, r := range p.Requirements {
			rows := r.Evidence
			if len(rows) == 0 {
				rows = []compliance.Evidence{{}}
			}
			for _, e := range rows {
				cells := []string{
					p.Name, r.ID, r.Group, r.Title, string(r.Status), string(e.State), e.Object, e.ID, e.At, e.Shows, e.From, e.To, e.Service,
					e.Reason, e.Owner, e.Expires, e.Declared,
				}
				for i, cell := range cells {
					cells[i] = plainCell(cell)
				}
				_ = w.Write(cells)
			}
		}
	}
	w.Flush()
	return b.String(), w.Error()
}
