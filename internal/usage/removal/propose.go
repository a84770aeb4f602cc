package removal

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/usage"
)

// Proposal says which flows to remove.
type Proposal struct {
	// Remove are the flows to remove, by their first line.
	Remove []Flow
	// Keep are flows without traffic that are not proposed, with the reason.
	Keep []Kept
}

// Flow is a flow to remove.
type Flow struct {
	arch.CheckedFlow
	// Lines are the lines that declare it.
	Lines []Line
}

// Line is a line that declares a flow.
type Line struct {
	At diag.Position
	// Others are flows that the same line declares, and that are not to be removed.
	Others []arch.CheckedFlow
}

// Kept is a flow without traffic that is not proposed.
type Kept struct {
	arch.CheckedFlow
	Why string
}

// Propose chooses the flows to remove: those that were not used in a period of at least the given length.
func Propose(m *arch.Model, r *usage.Result, atLeast time.Duration) Proposal {
	var out Proposal
	period := time.Duration(r.To-r.From) * time.Second
	remove := map[int]bool{}
	for _, f := range r.Flows {
		declared := m.Flows[f.Flow]
		keep := func(why string) { out.Keep = append(out.Keep, Kept{declared, why}) }
		switch {
		case f.Verdict == usage.NotSeen:
			keep("the logs may lack its traffic: " + f.Doubts[0])
		case f.Verdict != usage.Unused:
		case period < atLeast:
			keep(fmt.Sprintf("the logs cover %s only, and %s were asked for", period, atLeast))
		case declared.To.Kind == arch.Endpoint || declared.Path.Kind == arch.ByGatewayEndpoint:
			keep("it follows from a grant")
		case len(declared.At) == 0:
			keep("the line that declares it is not known")
		default:
			remove[f.Flow] = true
		}
	}
	for i, f := range m.Flows {
		if remove[i] {
			out.Remove = append(out.Remove, Flow{f, linesOf(m, f, remove)})
		}
	}
	slices.SortStableFunc(out.Remove, func(a, b Flow) int { return compareLines(a.Lines[0], b.Lines[0]) })
	return out
}

// linesOf returns the lines that declare a flow, with the flows that stay.
func linesOf(m *arch.Model, f arch.CheckedFlow, remove map[int]bool) []Line {
	var out []Line
	for _, at := range f.At {
		line := Line{At: at}
		for i, other := range m.Flows {
			if !remove[i] && slices.Contains(other.At, at) {
				line.Others = append(line.Others, other)
			}
		}
		out = append(out, line)
	}
	slices.SortStableFunc(out, compareLines)
	return out
}

func compareLines(a, b Line) int {
	return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line))
}
