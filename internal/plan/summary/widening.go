package summary

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
)

// widenings shows what controls must allow beyond the flows, grouped by reason.
func (w *writer) widenings() {
	var reasons []string
	by := map[string][]arch.Widening{}
	for _, one := range w.p.Widenings {
		if by[one.Reason] == nil {
			reasons = append(reasons, one.Reason)
		}
		by[one.Reason] = append(by[one.Reason], one)
	}
	for _, reason := range reasons {
		fmt.Fprintf(&w.b, "widening: %s\n", reason)
		for _, one := range by[reason] {
			fmt.Fprintf(&w.b, "  %s of %s: %s\n", one.Control, one.Path, one.Carries)
		}
	}
	if len(w.p.Widenings) > 0 {
		fmt.Fprintln(&w.b)
	}
}
