package summary

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/fold"
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
		w.line("widening: " + reason)
		var places []string // with what is carried there
		of := map[string][]string{}
		for _, one := range by[reason] {
			place := one.Control + ": " + one.Carries
			if of[place] == nil {
				places = append(places, place)
			}
			of[place] = append(of[place], one.Path)
		}
		for _, place := range places {
			control, carries, _ := strings.Cut(place, ": ")
			w.line("  " + control + " of " + strings.Join(fold.Names(of[place]), ", ") + ": " + carries)
		}
	}
	if len(w.p.Widenings) > 0 {
		fmt.Fprintln(&w.b)
	}
}
