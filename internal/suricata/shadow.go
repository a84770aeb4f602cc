package suricata

import "slices"

// Place is a rule of a policy: the index of its group in the order of priority, and the index of its line in Group.Lines.
type Place struct{ Group, Line int }

// Shadow is a rule that can never decide anything, because earlier rules match everything that it matches.
type Shadow struct {
	Rule Place
	// By lists the rules that together match all of it, in the order of evaluation.
	By []Place
	// Contradiction is true if one of them decides the opposite of what the rule says.
	Contradiction bool
	// Why explains the shadow, in words that introduce the list of By.
	Why string
}

// Shadows returns the rules of a policy in strict order that can never decide anything. The groups are in the order of
// their priority.
//
// The header of a rule describes a set of packets: protocol, addresses, ports and place in the connection. Each earlier rule that has only
// a header takes its own packets away from that set. If nothing is left, the rule is shadowed. A rule that looks at more than its header,
// or has addresses that only a deployment knows, matches a part of what its header says: it can be shadowed, but shadows no other rule.
func Shadows(groups []Group) []Shadow {
	earlier := shadowersOf(groups)
	var out []Shadow
	before := 0 // the number of boxes of earlier rules
	for gi, g := range groups {
		for li, line := range g.Lines {
			place, end := Place{gi, li}, before
			for end < len(earlier.places) && earlier.places[end] == place {
				end++
			}
			boxes := earlier.boxes[before:end]
			if len(boxes) == 0 {
				boxes, _ = g.boxes(line.Rule)
			}
			if by := earlier.shadow(boxes, before); len(by) > 0 {
				out = append(out, earlier.describe(place, line.Rule, by))
			}
			before = end
		}
	}
	return out
}

// shadowers holds, in the order of evaluation, the boxes that single rules decide completely.
type shadowers struct {
	*boxIndex
	places  []Place
	actions []Action
}

func shadowersOf(groups []Group) shadowers {
	var s shadowers
	var all []box
	for gi, g := range groups {
		for li, line := range g.Lines {
			if !line.Rule.Action.Decides() || !line.Rule.headerOnly() {
				continue // It shadows nothing, so its addresses need not be resolved.
			}
			boxes, exact := g.boxes(line.Rule)
			if !exact {
				continue
			}
			for _, b := range boxes {
				all = append(all, b)
				s.places = append(s.places, Place{gi, li})
				s.actions = append(s.actions, line.Rule.Action)
			}
		}
	}
	s.boxIndex = newBoxIndex(all)
	return s
}

// maxPieces bounds the number of boxes that a rule is cut into. A rule with more counts as not shadowed.
const maxPieces = 2000

// shadow returns the indexes below a limit of the boxes that together cover all of the given boxes; none if they do not.
func (s *shadowers) shadow(boxes []box, limit int) []int {
	if len(boxes) == 0 {
		return nil
	}
	first, last := boxes[0].firstPacket(), boxes[len(boxes)-1].lastPacket()
	if !s.meets(&first, limit) || !s.meets(&last, limit) {
		return nil // This is quick, and most rules have one of these packets for themselves.
	}
	rest := boxes
	var by []int
	for i := range s.meeting(boxes, limit) {
		shadower := &s.boxes[i]
		if !slices.ContainsFunc(rest, func(b box) bool { return b.meets(shadower) }) {
			continue // An earlier box covers what the two have in common.
		}
		by = append(by, i)
		if rest = without(rest, shadower); len(rest) == 0 {
			return by
		}
		if len(rest) > maxPieces {
			return nil
		}
	}
	return nil
}

// without returns the packets of boxes that are not in another box.
func without(boxes []box, other *box) []box {
	var out []box
	for _, b := range boxes {
		if b.meets(other) {
			out = append(out, b.minus(*other)...)
		} else {
			out = append(out, b)
		}
	}
	return out
}

// describe makes the Shadow of a rule that earlier boxes cover.
func (s *shadowers) describe(place Place, r Rule, by []int) Shadow {
	out := Shadow{Rule: place, Why: "these earlier rules already decide everything it matches:"}
	for _, i := range by {
		if !slices.Contains(out.By, s.places[i]) {
			out.By = append(out.By, s.places[i])
		}
		out.Contradiction = out.Contradiction || r.Action.Decides() && (s.actions[i] == Pass) != (r.Action == Pass)
	}
	return out
}
