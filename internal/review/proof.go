package review

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// noTemplates is why nothing is known of the templates.
const noTemplates = "a file has no templates (review a cloud assembly)"

func (in Input) findings() Topic {
	t := Topic{Title: "Differences between the templates and the declaration", Do: "run tierwall prove, and follow its fixes", Overdue: true}
	return in.proven(t, func(d diag.Diagnostic) bool { return !isUnknown(d) && !in.accepts(d) })
}

func (in Input) unknowns() Topic {
	t := Topic{Title: "What the templates do not say", Do: "add the missing parts, or accept with a reason that nobody knows"}
	return in.proven(t, func(d diag.Diagnostic) bool { return isUnknown(d) && !in.accepts(d) })
}

func (in Input) acknowledged() Topic {
	t := Topic{Title: "Findings that the app acknowledges", Do: "ask whether the reasons still hold"}
	return in.proven(t, in.accepts)
}

func isUnknown(d diag.Diagnostic) bool { return d.Rule == proof.Unknown.String() }

// accepts reports whether the app acknowledges a finding.
func (in Input) accepts(d diag.Diagnostic) bool {
	_, ok := in.Acknowledged[d.AcknowledgeID()]
	return ok
}

// proven adds the wanted findings of a proof about the network.
func (in Input) proven(t Topic, wanted func(diag.Diagnostic) bool) Topic {
	if in.Proof == nil {
		t.Unknown = noTemplates
		return t
	}
	for _, d := range in.Proof.Diagnostics() {
		if d.Within(in.Model.Network.Path).Subject == d.Subject || !wanted(d) {
			continue
		}
		what := strings.TrimSpace(strings.TrimPrefix(d.Path, in.Model.Network.Path))
		one := Item{What: what, Why: d.Summary, At: d.At}
		if reason, ok := in.Acknowledged[d.AcknowledgeID()]; ok {
			one.Why += "; accepted: " + reason
		}
		t.Items = append(t.Items, one)
	}
	return t
}

// widenings lists what controls let through, by control and reason.
func (in Input) widenings() Topic {
	t := Topic{Title: "What controls let through beyond the flows", Do: "know that another control has to stop it"}
	type kind struct{ control, reason string }
	var kinds []kind
	by := map[kind][]arch.Widening{}
	for _, w := range in.Widenings {
		k := kind{w.Control, w.Reason}
		if by[k] == nil {
			kinds = append(kinds, k)
		}
		by[k] = append(by[k], w)
	}
	for _, k := range kinds {
		var paths, carries []string
		for _, w := range by[k] {
			paths, carries = append(paths, w.Path), append(carries, w.Carries)
		}
		slices.Sort(carries)
		what := k.control + " of " + strings.Join(paths, ", ")
		t.Items = append(t.Items, Item{What: what, Why: strings.Join(slices.Compact(carries), ", ") + ": " + k.reason})
	}
	return t
}
