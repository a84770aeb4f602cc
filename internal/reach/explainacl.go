package reach

import (
	"cmp"
	"fmt"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// cross explains what the network ACL does with packets at a crossing.
func (j *journey) cross(x crossing) {
	asked := j.s.Traffic()
	j.entry(x, x.subnet.passes(x.way, x.other), asked, asked.String())
}

// crossBack explains what the network ACL does with replies there.
func (j *journey) crossBack(x crossing) {
	asked := j.s.Replies()
	if asked.IsEmpty() {
		return // Nobody replies.
	}
	x.way = !x.way
	before := len(j.steps)
	j.entry(x, traffic.Answered(x.subnet.passes(x.way, x.other)), asked, "replies "+asked.String())
	for i := range j.steps[before:] {
		j.steps[before+i].Reply = true
	}
}

// entry adds a step for the entry that decides about the asked traffic. It adds none if the templates add no entries to the ACL. c is
// what the ACL carries.
func (j *journey) entry(x crossing, c traffic.Carried, asked traffic.Set, what string) {
	s := x.subnet
	step := Step{Control: "network ACL", Where: s.Name, At: s.Name, Inbound: x.way == ingress}
	if s.ACL != nil {
		step.Where, step.Resource = s.ACL.Name, s.ACL.Resource
	}
	switch {
	case s.ACL == nil && s.Table == nil:
		return // A step about the routes says that the subnet is not known.
	case s.ACL == nil:
		step.Passes, step.Rule, step.Unsure = true, what, "the network ACL of subnet "+s.Name+" is not in the templates"
	case s.ACL.Unsure != "" || s.Unsure != "":
		step.Passes, step.Rule, step.Unsure = true, what, cmp.Or(s.ACL.Unsure, s.Unsure)
	case s.ACL.Open:
		return
	default:
		step.entry(x, asked, what)
		step.judge(c, j.s, x.doubt(asked))
	}
	j.add(step)
}

// entry names the first entry that is about the asked traffic in the direction of x.
func (s *Step) entry(x crossing, asked traffic.Set, what string) {
	side, word, border := "inbound", "from", "into "+x.subnet.Name
	if x.way == egress {
		side, word, border = "outbound", "to", "out of "+x.subnet.Name
	}
	e, ok := x.first(asked)
	if !ok {
		s.Rule = fmt.Sprintf("no %s entry for %s %s %s, %s", side, what, word, x.other, border)
		return
	}
	action := "deny"
	if e.Allow {
		action = "allow"
	}
	s.Rule = fmt.Sprintf("%s entry %d: %s %s %s %s (%s, %s)", side, e.Number, action, e.Traffic, word, e.Block, what, border)
	s.Resource = e.Resource
}

// first returns the first entry about some services. If they surely pass, it prefers an entry that allows. If they surely do not, it
// prefers one that denies.
func (x crossing) first(services traffic.Set) (Entry, bool) {
	entries := x.entries()
	got := passes(entries, x.other)
	var found Entry
	some := false
	for _, e := range entries {
		match := e.Block.Holds(x.other)
		if match == address.No || !e.Traffic.Overlaps(services) {
			continue
		}
		fits := true
		switch {
		case got.Sure.Contains(services):
			fits = e.Allow
		case !got.Maybe.Overlaps(services):
			fits = !e.Allow
		}
		if fits {
			return e, true
		}
		if !some {
			found, some = e, true
		}
	}
	return found, some
}

func (x crossing) entries() []Entry {
	if x.way == egress {
		return x.subnet.ACL.Out
	}
	return x.subnet.ACL.In
}

// doubt says why the asked traffic may pass and may not.
func (x crossing) doubt(asked traffic.Set) string {
	got := passes(x.entries(), x.other)
	switch e, ok := x.first(asked); {
	case got.Sure.Intersect(asked).Equal(got.Maybe.Intersect(asked)) && got.Maybe.Overlaps(asked):
		return "it lets " + got.Maybe.Intersect(asked).String() + " through, not all of " + asked.String()
	case !got.Maybe.Overlaps(asked):
		return "replies are stopped, so it is carried one way at most"
	case ok && e.Unsure != "":
		return e.Unsure
	case ok && e.Block.Holds(x.other) == address.Perhaps:
		return fmt.Sprintf("whether %s is in %s is only known at deployment", x.other, e.Block)
	}
	return "only a deployment knows which of its entries count"
}
