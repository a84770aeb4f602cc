package mirror

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Limits of AWS.
const (
	MaxNumber   = 32766 // of a session
	FewSources  = 10    // of a network interface as a target
	MostSources = 100   // of one on the largest sizes of some instances
)

// Session copies packets of one interface. Its interface and number are what AWS tells it from others by.
type Session struct {
	Copy      string // the id of what declares it
	Tier      string
	Interface string // a name that is the same for the same interface
	Number    int
	Target    Target
	At        diag.Position
}

// Target is where copies go.
type Target struct {
	Kind TargetKind
	Tier string
	Name string // a name that is the same for the same target
}

// TargetKind is what a target is.
type TargetKind int

// The kinds of targets.
const (
	ToInterface TargetKind = iota + 1
	ToNetworkLoadBalancer
	ToGatewayEndpoint
)

// Number returns the number of sessions for a choice; 0 means 1.
func Number(choice int) int {
	if choice == 0 {
		return 1
	}
	return choice
}

// Check reports what AWS rejects about the sessions of a network, in their order.
func Check(all []Session) (out diag.List) {
	sessions, numbers, sources, targets := map[string][]Session{}, map[string]Session{}, map[Target][]string{}, map[string]Session{}
	for _, s := range all {
		if s.Target.Kind == ToInterface {
			targets[s.Target.Name] = s
		}
	}
	add := func(s Session, summary, detail, fix string, more ...diag.Position) {
		out.Add(diag.Diagnostic{Rule: "mirror-session", Summary: summary, Detail: detail, Fix: fix, At: append([]diag.Position{s.At}, more...)})
	}
	for _, s := range all {
		if s.Number < 1 || s.Number > MaxNumber {
			add(s, "the number of a session is not possible", fmt.Sprintf("got %d; allowed are 1 to %d", s.Number, MaxNumber),
				"leave out Number, which means 1")
			continue
		}
		key := fmt.Sprint(s.Interface, " ", s.Number)
		if first, taken := numbers[key]; taken {
			add(s, "two sessions of a network interface have one number",
				fmt.Sprintf("%s of %s has session %d in %s and in %s", s.Interface, s.Tier, s.Number, first.Copy, s.Copy),
				"set Number to another number; the session with the lowest number whose filter accepts a packet copies it", first.At)
			continue
		}
		numbers[key] = s
		if sessions[s.Interface] = append(sessions[s.Interface], s); len(sessions[s.Interface]) == MaxSessions+1 {
			add(s, "a network interface has too many sessions",
				fmt.Sprintf("%s of %s has more than %d; AWS does not raise that", s.Interface, s.Tier, MaxSessions), "remove one")
		}
		if target, both := targets[s.Interface]; both {
			add(s, "a network interface is a source and a target", s.Interface+" is both, and AWS takes it as one of the two",
				"leave it out of Of, or send the copies elsewhere", target.At)
		}
		if !slices.Contains(sources[s.Target], s.Interface) {
			sources[s.Target] = append(sources[s.Target], s.Interface)
		}
		out = append(out, tooManySources(s, len(sources[s.Target]))...)
	}
	return out
}

// tooManySources reports the source with which an interface gets more copies than it takes.
func tooManySources(s Session, n int) (out diag.List) {
	d := diag.Diagnostic{Rule: "mirror-sources", Subject: s.Target.Name, Summary: "a network interface is the target of many sources",
		Detail: fmt.Sprintf("%d or more sources send copies to %s; AWS takes %d, and %d on the largest sizes of some instances",
			n, s.Target.Name, FewSources, MostSources),
		Fix: "send the copies to a network load balancer, which has no such limit", At: []diag.Position{s.At}}
	switch {
	case s.Target.Kind != ToInterface:
	case n == FewSources+1:
		d.Severity = diag.Warning
		out.Add(d)
	case n == MostSources+1:
		out.Add(d)
	}
	return out
}

// Copies reports whether the model has a flow on which copies from one tier reach another.
func Copies(m *arch.Model, from, to string) bool {
	return slices.ContainsFunc(m.Flows, func(f arch.CheckedFlow) bool {
		return f.From.Kind.IsTier() && f.To.Kind.IsTier() && f.From.Text == from && f.To.Text == to && f.Allows(VXLAN)
	})
}

// LeadsOn reports whether copies go on from a tier of a load balancer to the tier of its targets.
func LeadsOn(m *arch.Model, from string) bool {
	return slices.ContainsFunc(m.Flows, func(f arch.CheckedFlow) bool {
		return f.From.Kind.IsTier() && f.To.Kind.IsTier() && f.From.Text == from && f.Allows(VXLAN)
	})
}

// VXLAN is the service on which copies reach their target.
var VXLAN = arch.Ports{Protocol: arch.UDP, From: 4789, To: 4789}

// Carries returns whether a flow of a tier is there for copies alone. Copies are not at the interface themselves; what a workload sends to
// the target's port is nothing that anybody declared for it.
func Carries(tier string, target Target) func(arch.CheckedFlow) bool {
	return func(f arch.CheckedFlow) bool {
		return f.From.Text == tier && f.To.Kind.IsTier() && f.To.Text == target.Tier && len(f.Ports) == 1 && f.Ports[0] == VXLAN
	}
}
