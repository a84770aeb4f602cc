package proof

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// comparison collects the differences between two peers over all locations where their interfaces may be.
type comparison struct {
	n        *network
	from, to string
	at       []diag.Position
	found    [Unknown + 1]*divergence
	bypass   bool   // whether the traffic bypasses the declared inspection
	unusual  string // what is unusual about one of the peers; may be empty
}

// divergence holds all traffic of one verdict, and the ends where it was found first.
type divergence struct {
	traffic  traffic.Set
	from, to reach.End
	first    traffic.Set
}

// add adds the differences between one pair of ends.
func (c *comparison) add(from, to reach.End, differences map[Verdict]traffic.Set) {
	for verdict, traffic := range differences {
		if traffic.IsEmpty() {
			continue
		}
		if c.found[verdict] == nil {
			c.found[verdict] = &divergence{from: from, to: to, first: traffic}
		}
		c.found[verdict].traffic = c.found[verdict].traffic.Union(traffic)
	}
}

// finish adds a finding for each verdict to the report and returns the most serious verdict.
func (c *comparison) finish() Verdict {
	out := Exact
	for verdict := Unknown; verdict > Exact; verdict-- {
		d := c.found[verdict]
		if d == nil {
			continue
		}
		out = verdict
		service, _ := d.first.First()
		f := Finding{
			Network: c.n.name(), From: c.from, To: c.to, Verdict: verdict, Traffic: d.traffic, At: c.at, Bypass: c.bypass,
			Witness: Witness{From: address(d.from, c.from), To: address(d.to, c.to), Service: service},
		}
		f.Steps = relevant(verdict, c.n.top.Explain(d.from, d.to, service))
		f.Reason = c.unusual
		if verdict == Unknown {
			f.Reason = cmp.Or(unknownPlace(d.from, d.to), c.unusual)
		}
		c.n.report.Findings = append(c.n.report.Findings, f)
	}
	return out
}

// relevant keeps the steps that explain a verdict: for missing traffic, the steps that stop it.
func relevant(v Verdict, steps []reach.Step) []reach.Step {
	var out []reach.Step
	for _, s := range steps {
		if v == Excess && s.Passes || v == Missing && !s.Passes || v == Unknown && s.Unsure != "" {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return steps
	}
	return out
}

// unknownPlace says why it is unknown where one of the ends is. It is empty if both are known.
func unknownPlace(from, to reach.End) string {
	for _, e := range []reach.End{from, to} {
		if e.Class != nil && e.Class.Unsure != "" {
			return e.Class.Name + ": " + e.Class.Unsure
		}
	}
	return ""
}

// address describes one end of a witness.
func address(e reach.End, name string) string {
	if e.Class == nil {
		return e.Address()
	}
	return name + " at " + e.Address()
}

// difference compares what is carried with what is declared: allowed is the traffic that may be carried, required the traffic that must be.
func difference(carried traffic.Carried, allowed, required traffic.Set) map[Verdict]traffic.Set {
	if allowed.Contains(carried.Maybe) && carried.Sure.Contains(required) {
		return nil
	}
	out := map[Verdict]traffic.Set{
		Excess:  carried.Sure.Minus(allowed),
		Missing: required.Minus(carried.Maybe),
	}
	doubt := carried.Maybe.Minus(allowed).Union(required.Minus(carried.Sure))
	out[Unknown] = doubt.Minus(out[Excess]).Minus(out[Missing])
	return out
}

// inDoubt compares under an assumption that may be wrong, so traffic beyond what is allowed is only unknown. Required traffic does not
// depend on such assumptions.
func inDoubt(carried traffic.Carried, allowed traffic.Set) map[Verdict]traffic.Set {
	return map[Verdict]traffic.Set{Unknown: carried.Maybe.Minus(allowed)}
}
