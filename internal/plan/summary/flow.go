package summary

import (
	"cmp"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// flows shows who may talk to whom, and why.
func (w *writer) flows() {
	rows := [][]string{{"FROM", "TO", "SERVICE", "BECAUSE", "DECLARED AT"}}
	for _, f := range w.p.Model.Flows {
		at := make([]string, len(f.At))
		for i, position := range f.At {
			at[i] = position.String()
		}
		reason := cmp.Or(w.grantedBy(f), because(f))
		rows = append(rows, []string{f.From.String(), f.To.String(), flowService(f), reason, strings.Join(at, ", ")})
	}
	w.table(rows)
}

// flowService shows a flow's ports, with the name it was declared by if that says more: "tcp/443 (https)".
func flowService(f arch.CheckedFlow) string {
	ports := arch.FormatService(f.Ports)
	if f.Service == ports {
		return ports
	}
	return ports + " (" + f.Service + ")"
}

// because is why a flow is there, with what an exception must say.
func because(f arch.CheckedFlow) string {
	var notes []string
	if f.Exception {
		notes = append(notes, "exception")
	}
	if f.Owner != "" {
		notes = append(notes, "owner "+f.Owner)
	}
	if f.Expires != "" {
		notes = append(notes, "until "+f.Expires)
	}
	text := cmp.Or(f.Reason, "-")
	if len(notes) > 0 {
		text += " [" + strings.Join(notes, ", ") + "]"
	}
	return text
}
