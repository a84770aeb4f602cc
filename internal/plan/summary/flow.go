package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/fold"
)

// flows shows who may talk to whom, and why. Flows that are equal but for their ends are one row; what matters most is first.
func (w *writer) flows() {
	flows := map[string][]*arch.CheckedFlow{}
	var pairs []fold.Pair
	for i := range w.p.Model.Flows {
		f := &w.p.Model.Flows[i]
		pair := fold.Pair{From: f.From.String(), To: f.To.String(), Content: strings.Join(w.flowCells(f), "\x00")}
		pairs = append(pairs, pair)
		key := flowKey(pair.From, pair.To, pair.Content)
		flows[key] = append(flows[key], f)
	}
	groups := fold.Pairs(pairs)
	rank := func(g *fold.Group) flowRank { return rankOf(flows[flowKey(g.From[0], g.To[0], g.Content)][0]) }
	slices.SortStableFunc(groups, func(a, b *fold.Group) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), fold.Compare(a.From[0], b.From[0]), fold.Compare(a.To[0], b.To[0]))
	})
	rows := [][]string{{"FROM", "TO", "SERVICE", "BECAUSE", "DECLARED AT"}}
	for _, g := range groups {
		var at []string
		for _, from := range g.From {
			for _, to := range g.To {
				for _, f := range flows[flowKey(from, to, g.Content)] {
					for _, position := range f.At {
						at = append(at, position.String())
					}
				}
			}
		}
		cells := strings.Split(g.Content, "\x00")
		rows = append(rows, []string{folded(g.From), folded(g.To), cells[0], cells[1], firstOf(at)})
	}
	w.table(rows)
}

func flowKey(from, to, content string) string { return from + "\x00" + to + "\x00" + content }

// firstOf names the first position, and how many more there are.
func firstOf(at []string) string {
	slices.SortFunc(at, fold.Compare)
	if at = slices.Compact(at); len(at) < 2 {
		return strings.Join(at, "")
	}
	return fmt.Sprintf("%s and %d more", at[0], len(at)-1)
}

func folded(names []string) string { return strings.Join(fold.Names(names), ", ") }

// flowCells are what a row says of a flow besides its ends, and last its rank: only flows of equal rank are one row.
func (w *writer) flowCells(f *arch.CheckedFlow) []string {
	return []string{flowService(*f), cmp.Or(w.grantedBy(*f), because(*f)), fmt.Sprint(rankOf(f))}
}

// flowRank is how much a flow matters. The smallest is the first.
type flowRank int

// The ranks.
const (
	fromInternet flowRank = iota
	toInternet            // addresses and domain names
	byException
	withData // from or to a data tier
	otherwise
)

func rankOf(f *arch.CheckedFlow) flowRank {
	switch {
	case f.From.Kind == arch.Internet:
		return fromInternet
	case f.To.Kind == arch.Internet, f.To.Kind == arch.Domain:
		return toInternet
	case f.Exception:
		return byException
	case f.From.Kind == arch.Data, f.To.Kind == arch.Data:
		return withData
	}
	return otherwise
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
