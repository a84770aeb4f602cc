package explain

import (
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Question is whether traffic is carried between two peers. A peer has one end for each place where it is: a subnet with its addresses.
type Question struct {
	Topology *reach.Topology
	From, To []reach.End
	Limit    int // how many pairs of places with the same verdict are explained; the others join the first outcome; 0 for all
}

// Explanation holds the outcomes for one service.
type Explanation struct {
	Service  string
	Outcomes []*Outcome
}

// Ask finds the different outcomes for a service.
func (q Question) Ask(service string, asked traffic.Set) Explanation {
	a := Explanation{Service: service}
	seen := map[string]int{}
	for _, f := range q.From {
		for _, t := range q.To {
			part := asked.Intersect(reach.FamilyOf(t))
			if f.Is6() != t.Is6() || f.Class == nil && t.Class == nil || part.IsEmpty() {
				continue
			}
			o := verdictOn(q.Topology.Carried(f, t), part)
			o.Pairs = []Places{{f, t}}
			if seen[o.Verdict]++; q.Limit > 0 && seen[o.Verdict] > q.Limit {
				first := a.With(o.Verdict)[0] // Their reasons are no longer compared.
				first.Pairs = append(first.Pairs, o.Pairs...)
				continue
			}
			o.Steps = q.Topology.Explain(f, t, o.Witness)
			o.key = o.reason()
			a.add(o)
		}
	}
	return a
}

// add merges an outcome with an equal one, or inserts it: outcomes between existing resources come first.
func (a *Explanation) add(o *Outcome) {
	i := slices.IndexFunc(a.Outcomes, func(p *Outcome) bool { return p.Verdict == o.Verdict && p.Part == o.Part && p.key == o.key })
	switch {
	case i >= 0:
		a.Outcomes[i].Pairs = append(a.Outcomes[i].Pairs, o.Pairs...)
	case o.isBetweenResources(): // Resources in the templates come before resources that may exist elsewhere.
		at := slices.IndexFunc(a.Outcomes, func(p *Outcome) bool { return !p.isBetweenResources() })
		if at < 0 {
			at = len(a.Outcomes)
		}
		a.Outcomes = slices.Insert(a.Outcomes, at, o)
	default:
		a.Outcomes = append(a.Outcomes, o)
	}
}

// IsCarried reports whether the service is carried between all places.
func (a Explanation) IsCarried() bool {
	return len(a.Outcomes) > 0 && len(a.With(Carried)) == len(a.Outcomes)
}

// With returns the outcomes with one verdict.
func (a Explanation) With(verdict string) []*Outcome {
	var out []*Outcome
	for _, o := range a.Outcomes {
		if o.Verdict == verdict {
			out = append(out, o)
		}
	}
	return out
}
