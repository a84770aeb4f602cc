package explain

import (
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// The verdicts.
const (
	NotCarried    = "not carried"
	NotKnown      = "not known"
	CarriedInPart = "carried in part"
	Carried       = "carried"
)

// Verdicts lists the verdicts in the order of outputs: problems come first.
var Verdicts = []string{NotCarried, NotKnown, CarriedInPart, Carried}

// Outcome is a verdict that holds between some pairs of places for the same reason.
type Outcome struct {
	Verdict string
	Part    string // the carried part of the service, if the verdict is CarriedInPart
	Pairs   []Places
	Witness traffic.Service // the service that the steps follow
	Steps   []reach.Step    // the steps between the first pair

	key string // the reason; outcomes with the same key are merged
}

// Places is one place of each of the two peers.
type Places struct{ From, To reach.End }

func (o *Outcome) String() string {
	if o.Part != "" {
		return o.Verdict + ": " + o.Part + ";"
	}
	return o.Verdict
}

// isBetweenResources reports whether each end is an interface of a resource in the templates, or outside of them.
func (o *Outcome) isBetweenResources() bool {
	hasMembers := func(e reach.End) bool { return e.Class == nil || len(e.Class.Members) > 0 }
	return hasMembers(o.Pairs[0].From) && hasMembers(o.Pairs[0].To)
}

// verdictOn compares traffic with what is carried. The witness is a service for which the verdict shows.
func verdictOn(c traffic.Carried, asked traffic.Set) *Outcome {
	o := &Outcome{}
	deciding := asked
	switch {
	case c.Sure.Contains(asked):
		o.Verdict = Carried
	case !c.Maybe.Overlaps(asked):
		o.Verdict = NotCarried
	case c.Sure.Intersect(asked).Equal(c.Maybe.Intersect(asked)):
		o.Verdict, o.Part, deciding = CarriedInPart, c.Sure.Intersect(asked).String(), asked.Minus(c.Sure)
	default:
		o.Verdict, deciding = NotKnown, asked.Intersect(c.Maybe).Minus(c.Sure)
	}
	o.Witness, _ = deciding.First()
	return o
}

// reason returns the text of what decides an outcome: the controls that stop the packet, those in doubt, or the rules that allow it.
// Routes and network ACLs that allow it differ between subnets, so they are left out.
func (o *Outcome) reason() string {
	var b strings.Builder
	for _, s := range o.Steps {
		belongsToSubnet := s.Control == "route" || s.Control == "network ACL"
		switch {
		case o.Verdict == NotKnown && s.Unsure != "":
			b.WriteString(s.Control + " " + s.Unsure + "\n")
		case o.Verdict == NotKnown:
		case !s.Passes && belongsToSubnet:
			b.WriteString(s.Control + "\n")
		case !s.Passes, o.Verdict == Carried && !belongsToSubnet:
			b.WriteString(s.Control + " " + s.Where + " " + s.Rule + "\n")
		}
	}
	return b.String()
}
