package cli

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// question is asked of all places of two peers.
type question struct {
	top      *reach.Topology
	from, to []reach.End
	limit    int // how many pairs of places with one verdict are explained; 0 for all
}

// maxExplained is how many pairs of places with one verdict are told apart by what decides, where the explanation is read by people.
const maxExplained = 2000

// pair are two places.
type pair struct{ from, to reach.End }

// outcome is what happens between some of the places, and what decides it.
type outcome struct {
	verdict string
	part    string // of what is carried in part, that
	key     string // what decides
	pairs   []pair
	witness traffic.Service // that the steps are of
	steps   []reach.Step    // between the first pair
}

func (o *outcome) String() string {
	if o.part != "" {
		return o.verdict + ": " + o.part + ";"
	}
	return o.verdict
}

// explanation are the outcomes for one service.
type explanation struct {
	service  string
	outcomes []*outcome
}

func (a explanation) isCarried() bool {
	return len(a.outcomes) > 0 && len(a.of(carried)) == len(a.outcomes)
}

// of are the outcomes of one verdict.
func (a explanation) of(verdict string) []*outcome {
	var out []*outcome
	for _, o := range a.outcomes {
		if o.verdict == verdict {
			out = append(out, o)
		}
	}
	return out
}

// ask finds each different outcome.
func (q question) ask(service string, traffic traffic.Set) explanation {
	a := explanation{service: service}
	seen := map[string]int{}
	for _, f := range q.from {
		for _, t := range q.to {
			asked := traffic.Intersect(reach.FamilyOf(t))
			if f.Is6() != t.Is6() || f.Class == nil && t.Class == nil || asked.IsEmpty() {
				continue
			}
			o := judge(q.top.Carried(f, t), asked)
			o.pairs = []pair{{f, t}}
			if seen[o.verdict]++; q.limit > 0 && seen[o.verdict] > q.limit {
				first := a.of(o.verdict)[0] // What decides between them is not told apart any more.
				first.pairs = append(first.pairs, o.pairs...)
				continue
			}
			o.steps = q.top.Explain(f, t, o.witness)
			o.key = o.deciding()
			a.add(o)
		}
	}
	return a
}

// add joins an outcome to the one that is alike.
func (a *explanation) add(o *outcome) {
	i := slices.IndexFunc(a.outcomes, func(p *outcome) bool { return p.verdict == o.verdict && p.part == o.part && p.key == o.key })
	switch {
	case i >= 0:
		a.outcomes[i].pairs = append(a.outcomes[i].pairs, o.pairs...)
	case o.isReal(): // What is in the templates is said before what may be somewhere else.
		at := slices.IndexFunc(a.outcomes, func(p *outcome) bool { return !p.isReal() })
		if at < 0 {
			at = len(a.outcomes)
		}
		a.outcomes = slices.Insert(a.outcomes, at, o)
	default:
		a.outcomes = append(a.outcomes, o)
	}
}

// isReal reports whether both ends are interfaces of resources in the templates, or outside.
func (o *outcome) isReal() bool {
	hasMembers := func(e reach.End) bool { return e.Class == nil || len(e.Class.Members) > 0 }
	return hasMembers(o.pairs[0].from) && hasMembers(o.pairs[0].to)
}

// The verdicts, in the order in which they are said.
const (
	notCarried = "not carried"
	notKnown   = "not known"
	inPart     = "carried in part"
	carried    = "carried"
)

var verdicts = []string{notCarried, notKnown, inPart, carried}

// judge says what becomes of traffic, with a service of it that shows the verdict.
func judge(c traffic.Carried, traffic traffic.Set) *outcome {
	o := &outcome{}
	shows := traffic
	switch {
	case c.Sure.Contains(traffic):
		o.verdict = carried
	case !c.Maybe.Overlaps(traffic):
		o.verdict = notCarried
	case c.Sure.Intersect(traffic).Equal(c.Maybe.Intersect(traffic)):
		o.verdict, o.part, shows = inPart, c.Sure.Intersect(traffic).String(), traffic.Minus(c.Sure)
	default:
		o.verdict, shows = notKnown, traffic.Intersect(c.Maybe).Minus(c.Sure)
	}
	o.witness, _ = shows.First()
	return o
}

// deciding names what decides an outcome: what stops the packet, what is in doubt, or the rules that let it through. Routes and network
// ACLs that let it through are others in each subnet, and tell no outcomes apart.
func (o *outcome) deciding() string {
	var b strings.Builder
	for _, s := range o.steps {
		isOfSubnet := s.Control == "route" || s.Control == "network ACL"
		switch {
		case o.verdict == notKnown && s.Unsure != "":
			b.WriteString(s.Control + " " + s.Unsure + "\n")
		case o.verdict == notKnown:
		case !s.Passes && isOfSubnet:
			b.WriteString(s.Control + "\n")
		case !s.Passes, o.verdict == carried && !isOfSubnet:
			b.WriteString(s.Control + " " + s.Where + " " + s.Rule + "\n")
		}
	}
	return b.String()
}
