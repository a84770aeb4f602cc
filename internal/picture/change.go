package picture

import (
	"fmt"
	"slices"
)

// Change says how a box or a flow of a picture of a change differs from what was there before.
type Change int

// The changes. Those of boxes are Same, Added and Removed.
const (
	Same          Change = iota // it is as it was, or the picture shows no change
	Added                       // newly allowed, or a new box
	MaybeAdded                  // possibly newly allowed
	Removed                     // newly denied, or a box that is gone
	MaybeRemoved                // possibly newly denied
	LessInspected               // it passed a network firewall, and does not certainly do so any more
)

var changes = [...]struct{ mark, words string }{
	Added: {"+ ", "newly allowed"}, MaybeAdded: {"+? ", "possibly newly allowed"}, Removed: {"- ", "newly denied"},
	MaybeRemoved: {"-? ", "possibly newly denied"}, LessInspected: {"! ", "no longer inspected by a network firewall on every way"},
}

// Mark returns what a label begins with: "+ ", or nothing for Same.
func (c Change) Mark() string { return changes[c].mark }

// String returns the change in words: "newly allowed". It is empty for Same.
func (c Change) String() string { return changes[c].words }

// Opens reports whether more passes than before, or passes with fewer checks.
func (c Change) Opens() bool { return c == Added || c == MaybeAdded || c == LessInspected }

// focus leaves out what does not change: flows, and boxes at no end of a change.
func (p *Picture) focus() {
	flows, boxes := len(p.Flows), len(p.Boxes)
	p.Flows = slices.DeleteFunc(slices.Clone(p.Flows), func(f Flow) bool { return f.Change == Same })
	near := map[string]bool{}
	for _, f := range p.Flows {
		near[f.From], near[f.To] = true, true
	}
	p.Boxes = slices.DeleteFunc(slices.Clone(p.Boxes), func(b Box) bool { return b.Change == Same && !near[b.ID] })
	p.Notes = append([]string{fmt.Sprintf("Not drawn, because they do not change: %d boxes and %d flows.", boxes-len(p.Boxes),
		flows-len(p.Flows))}, p.Notes...)
}
