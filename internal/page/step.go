package page

import (
	"cmp"
	"fmt"

	"github.com/tierwall/tierwall/internal/reach"
)

// step is one control on the way, and what its rule does there.
type step struct {
	Number                                              int // from 1, in the whole page
	Direction, Control, Where, Does, Rule, Resource, At string
}

// rules are the steps of a page. Many pairs pass the same network ACLs, routes and firewall rules, so the page holds each step once.
type rules struct {
	all []*step
	by  map[step]*step // without their numbers
}

// add returns the step of the page that says the same.
func (r *rules) add(s step) *step {
	if known := r.by[s]; known != nil {
		return known
	}
	if r.by == nil {
		r.by = map[step]*step{}
	}
	added := s
	added.Number = len(r.all) + 1
	r.by[s] = &added
	r.all = append(r.all, &added)
	return &added
}

func stepOf(s reach.Step) step {
	out := step{Direction: "request", Control: s.Control, Where: s.Where, Does: "stops", Rule: s.Rule}
	if s.Reply {
		out.Direction = "reply"
	}
	switch {
	case s.Unsure != "":
		out.Does, out.Rule = "may pass", s.Rule+"; "+s.Unsure
	case s.Passes:
		out.Does = "passes"
	}
	if s.Resource != nil {
		out.Resource = s.Resource.String()
		if line := cmp.Or(s.Line, s.Resource.Line); line > 0 {
			out.At = fmt.Sprintf("%s:%d", s.Resource.Stack.File, line)
		}
	}
	return out
}
