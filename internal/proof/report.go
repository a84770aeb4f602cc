package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// Verdict is what the proof says of one pair of peers.
type Verdict int

// The verdicts.
const (
	Exact       Verdict = iota // carried is what was declared
	Excess                     // something is carried that was not declared
	Missing                    // something was declared that is not carried
	Unknown                    // the templates do not tell
	Unprotected                // HTTP comes from the internet, and no web ACL is in front
	Weakened                   // something that was declared does not do its part, whatever traffic remains
)

var verdictNames = [...]string{Exact: "exact", Excess: "excess", Missing: "missing", Unknown: "unknown", Unprotected: "unprotected",
	Weakened: "weakened"}

// String returns the verdict's name.
func (v Verdict) String() string { return verdictNames[v] }

// Report is the outcome of a proof.
type Report struct {
	Accesses []Access  // what tiers may do at AWS services, by network, Tier and Endpoint
	Pairs    []Pair    // by network, From and To; of pairs that are not listed nothing was declared and nothing is carried
	Findings []Finding // by network, From, To and verdict
	Failures []Failure // what a failure of one part does to declared flows
	// Assumptions are what the verdicts rest on beside the templates.
	Assumptions []string
	// Notes are traffic that is carried by the composition of declared flows, and no finding.
	Notes []string
}

// Pair is the verdict on the traffic that one peer opens to another.
type Pair struct {
	Network  string // construct path
	From, To string // tier ids, "the internet", blocks, names of what is no tier
	Verdict  Verdict
	Declared reach.Traffic // by a flow between the two
	Carried  reach.Traffic // surely
}

// Finding is a difference between what was declared and what is carried.
type Finding struct {
	Network  string
	From, To string
	Verdict  Verdict
	Traffic  reach.Traffic
	What     string // of an endpoint's policy, the action and the resource; of what is weakened, a word for it; empty of traffic
	Witness  Witness
	Steps    []reach.Step    // the controls that the witness passes, or the ones that stop it
	Reason   string          // why it is not known, or what is odd about the peers; may be empty
	At       []diag.Position // the declared flows or tiers concerned
	// Without are the declared flows that are not carried for what should be a member of a tier.
	Without []string
	// Around says that the traffic was declared, to be inspected, and goes around the inspection.
	Around bool
	// Control is the control of which a resource is not as its construct made it; empty of all else.
	Control string
	Line    string // what to write in the declaration to allow it, empty if nothing can be
	Fix     string // what to do about it, where the verdict alone does not say
}

// Witness is one packet that shows a finding.
type Witness struct {
	From, To string // addresses, with the names of whose they are
	Service  reach.Service
}

// String describes the packet.
func (w Witness) String() string { return fmt.Sprintf("%s from %s to %s", w.Service, w.From, w.To) }

// Failure is what happens to declared flows when one part of the network fails.
type Failure struct {
	Network string
	Part    string   // "zone eu-west-1a", "NAT gateway Shop/..."
	Dies    []string // flows that stop working for somebody outside the failed part, with where
	// Bypasses are flows that were declared to be inspected, and then go around the inspection, with where.
	Bypasses []string
}

// Exact reports whether there is no finding.
func (r *Report) Exact() bool { return len(r.Findings) == 0 }

func (r *Report) sort() {
	slices.SortStableFunc(r.Pairs, func(a, b Pair) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	slices.SortStableFunc(r.Accesses, func(a, b Access) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.Tier, b.Tier), strings.Compare(a.Endpoint, b.Endpoint), strings.Compare(a.Use, b.Use))
	})
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To),
			cmp.Compare(a.Verdict, b.Verdict), a.Traffic.Compare(b.Traffic), strings.Compare(a.What, b.What))
	})
	slices.Sort(r.Assumptions)
	r.Assumptions = slices.Compact(r.Assumptions)
	slices.Sort(r.Notes)
	r.Notes = slices.Compact(r.Notes)
}

// Diagnostics returns the findings in the form in which everything else is reported, each with an ID of its own:
// "excess[Shop/Network:Web->Database:tcp/3306]".
func (r *Report) Diagnostics() diag.List {
	var out diag.List
	for _, f := range r.Findings {
		out.Add(f.Diagnostic())
	}
	return out
}

// ID identifies the finding, so that it can be acknowledged.
func (f Finding) ID() string { return f.Diagnostic().ID() }

// Diagnostic returns the finding with its witness and the rules that decide.
func (f Finding) Diagnostic() diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Finding, Rule: f.Verdict.String(), Path: fmt.Sprintf("%s %s -> %s", f.Network, f.From, f.To), At: f.At,
		Subject: fmt.Sprintf("%s:%s->%s:%s", f.Network, f.From, f.To, strings.ReplaceAll(f.Traffic.String(), " ", "")),
	}
	if f.Control != "" {
		d.Path, d.Summary, d.Fix = f.Network, f.Reason, f.Fix
		d.Subject = strings.ReplaceAll(f.Network+":"+f.What, " ", "")
		return d
	}
	if f.What != "" {
		return f.policyDiagnostic(d)
	}
	lines := []string{}
	if f.Witness != (Witness{}) {
		lines = append(lines, "witness: "+f.Witness.String())
	}
	switch f.Verdict {
	case Excess:
		d.Summary = f.Traffic.String() + " is carried and was not declared"
		d.Fix = "remove the rule that lets it through"
		if f.Line != "" {
			d.Fix += ", or declare it: " + f.Line
		}
		if f.Around {
			d.Rule, d.Summary = "bypass", f.Traffic.String()+" goes around the inspection that was declared"
			d.Fix = "lead the routes of both ends through one endpoint, or declare the flow as direct"
		}
	case Missing:
		d.Summary = f.Traffic.String() + " was declared and is not carried"
		d.Fix = "remove what stops it, or the declaration"
	case Unprotected:
		d.Summary = f.Traffic.String() + " comes from the internet with no web ACL in front"
		d.Fix = "protect the tier, as in waf.Protect(loadBalancer, \"WebACL\", &waf.Props{...}), or acknowledge this finding with a reason"
	case Unknown:
		d.Summary = "whether " + f.Traffic.String() + " is carried is not known"
		d.Fix = "add the missing part to the templates or give its value (-p), or acknowledge this finding with a reason"
	}
	if f.Reason != "" {
		lines = append(lines, f.Reason)
	}
	for _, s := range f.Steps {
		lines = append(lines, StepText(s))
	}
	d.Detail = strings.Join(lines, "\n")
	return d
}

// policyDiagnostic is a finding about what an endpoint's policy lets through, or about something else than traffic.
func (f Finding) policyDiagnostic(d diag.Diagnostic) diag.Diagnostic {
	d.Subject = fmt.Sprintf("%s:%s->%s:%s", f.Network, f.From, f.To, strings.ReplaceAll(f.What, " ", ""))
	d.Detail = f.Reason
	switch {
	case f.Verdict == Weakened || f.Fix != "":
		d.Summary, d.Detail, d.Fix = f.Reason, "", f.Fix
		if len(f.Without) > 0 {
			d.Detail = "not carried for it: " + strings.Join(f.Without, ", ")
		}
	case f.Verdict == Excess:
		d.Summary = f.What + " passes and was not granted"
		d.Fix = "remove it from the endpoint's policy, or grant it: endpoints.Grant(tier, ...)"
	case f.Verdict == Missing:
		d.Summary = f.What + " was granted and does not pass"
		d.Fix = "remove what stops it, or the grant"
	default:
		d.Summary = "whether " + f.What + " passes is not known"
		d.Fix = "add the missing part to the templates or give its value (-p), or acknowledge this finding with a reason"
	}
	return d
}

// StepText renders a step on one line: what the control does, its rule, and where that stands.
func StepText(s reach.Step) string {
	does := "stops it"
	switch {
	case s.Unsure != "":
		does = "may let it through"
	case s.Passes:
		does = "lets it through"
	}
	text := fmt.Sprintf("%s %s %s: %s", s.Control, s.Where, does, s.Rule)
	if s.Resource != nil {
		text += fmt.Sprintf(" [%s", s.Resource)
		if s.Resource.Path != "" && s.Resource.Path != s.Resource.String() {
			text += ", " + s.Resource.Path
		}
		if s.Line > 0 {
			text += fmt.Sprintf(", %s:%d", s.Resource.Stack.File, s.Line)
		} else if s.Resource.Line > 0 {
			text += fmt.Sprintf(", %s:%d", s.Resource.Stack.File, s.Resource.Line)
		}
		text += "]"
	}
	if s.Unsure != "" {
		text += "; " + s.Unsure
	}
	return text
}
