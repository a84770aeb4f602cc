package cli

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// question is whether traffic is carried between two peers. A peer has one end for each place where it is: a subnet with its addresses.
type question struct {
	top      *reach.Topology
	from, to []reach.End
	limit    int // how many pairs of places with the same verdict are explained; 0 for all
}

// maxExplained is how many pairs of places with the same verdict the text output explains. It merges the others into the first outcome.
const maxExplained = 2000

// placePair is one place of each of the two peers.
type placePair struct{ from, to reach.End }

// outcome is a verdict that holds between some pairs of places for the same reason.
type outcome struct {
	verdict string
	part    string // the carried part of the service, if the verdict is carriedInPart
	key     string // the reason; outcomes with the same key are merged
	pairs   []placePair
	witness traffic.Service // the service that the steps follow
	steps   []reach.Step    // the steps between the first pair
}

func (o *outcome) String() string {
	if o.part != "" {
		return o.verdict + ": " + o.part + ";"
	}
	return o.verdict
}

// explanation holds the outcomes for one service.
type explanation struct {
	service  string
	outcomes []*outcome
}

func (a explanation) isCarried() bool {
	return len(a.outcomes) > 0 && len(a.with(carried)) == len(a.outcomes)
}

// with returns the outcomes with one verdict.
func (a explanation) with(verdict string) []*outcome {
	var out []*outcome
	for _, o := range a.outcomes {
		if o.verdict == verdict {
			out = append(out, o)
		}
	}
	return out
}

// ask finds the different outcomes for a service.
func (q question) ask(service string, traffic traffic.Set) explanation {
	a := explanation{service: service}
	seen := map[string]int{}
	for _, f := range q.from {
		for _, t := range q.to {
			asked := traffic.Intersect(reach.FamilyOf(t))
			if f.Is6() != t.Is6() || f.Class == nil && t.Class == nil || asked.IsEmpty() {
				continue
			}
			o := verdictOn(q.top.Carried(f, t), asked)
			o.pairs = []placePair{{f, t}}
			if seen[o.verdict]++; q.limit > 0 && seen[o.verdict] > q.limit {
				first := a.with(o.verdict)[0] // Their reasons are no longer compared.
				first.pairs = append(first.pairs, o.pairs...)
				continue
			}
			o.steps = q.top.Explain(f, t, o.witness)
			o.key = o.reason()
			a.add(o)
		}
	}
	return a
}

// add merges an outcome with an equal one, or inserts it: outcomes between existing resources come first.
func (a *explanation) add(o *outcome) {
	i := slices.IndexFunc(a.outcomes, func(p *outcome) bool { return p.verdict == o.verdict && p.part == o.part && p.key == o.key })
	switch {
	case i >= 0:
		a.outcomes[i].pairs = append(a.outcomes[i].pairs, o.pairs...)
	case o.isBetweenResources(): // Resources in the templates come before resources that may exist elsewhere.
		at := slices.IndexFunc(a.outcomes, func(p *outcome) bool { return !p.isBetweenResources() })
		if at < 0 {
			at = len(a.outcomes)
		}
		a.outcomes = slices.Insert(a.outcomes, at, o)
	default:
		a.outcomes = append(a.outcomes, o)
	}
}

// isBetweenResources reports whether each end is an interface of a resource in the templates, or outside of them.
func (o *outcome) isBetweenResources() bool {
	hasMembers := func(e reach.End) bool { return e.Class == nil || len(e.Class.Members) > 0 }
	return hasMembers(o.pairs[0].from) && hasMembers(o.pairs[0].to)
}

// The verdicts.
const (
	notCarried    = "not carried"
	notKnown      = "not known"
	carriedInPart = "carried in part"
	carried       = "carried"
)

// verdicts lists the verdicts in the order of the output: problems come first.
var verdicts = []string{notCarried, notKnown, carriedInPart, carried}

// verdictOn compares traffic with what is carried. The witness is a service for which the verdict shows.
func verdictOn(c traffic.Carried, traffic traffic.Set) *outcome {
	o := &outcome{}
	deciding := traffic
	switch {
	case c.Sure.Contains(traffic):
		o.verdict = carried
	case !c.Maybe.Overlaps(traffic):
		o.verdict = notCarried
	case c.Sure.Intersect(traffic).Equal(c.Maybe.Intersect(traffic)):
		o.verdict, o.part, deciding = carriedInPart, c.Sure.Intersect(traffic).String(), traffic.Minus(c.Sure)
	default:
		o.verdict, deciding = notKnown, traffic.Intersect(c.Maybe).Minus(c.Sure)
	}
	o.witness, _ = deciding.First()
	return o
}

// reason returns the text of what decides an outcome: the controls that stop the packet, those in doubt, or the rules that allow it.
// Routes and network ACLs that allow it differ between subnets, so they are left out.
func (o *outcome) reason() string {
	var b strings.Builder
	for _, s := range o.steps {
		belongsToSubnet := s.Control == "route" || s.Control == "network ACL"
		switch {
		case o.verdict == notKnown && s.Unsure != "":
			b.WriteString(s.Control + " " + s.Unsure + "\n")
		case o.verdict == notKnown:
		case !s.Passes && belongsToSubnet:
			b.WriteString(s.Control + "\n")
		case !s.Passes, o.verdict == carried && !belongsToSubnet:
			b.WriteString(s.Control + " " + s.Where + " " + s.Rule + "\n")
		}
	}
	return b.String()
}
