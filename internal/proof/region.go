package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// regions groups the parts of the outside by their difference.
type regions struct{ found []*region }

// region holds parts of the outside with the same difference, and two ends that show it.
type region struct {
	verdict  Verdict
	traffic  traffic.Set
	parts    []reach.Outside
	from, to reach.End
}

// add adds the differences of one part.
func (all *regions) add(part reach.Outside, from, to reach.End, differences map[Verdict]traffic.Set) {
	for _, verdict := range []Verdict{Excess, Missing, Unknown} {
		if traffic := differences[verdict]; !traffic.IsEmpty() {
			all.region(verdict, traffic, from, to).addPart(part)
		}
	}
}

// region returns the region of a difference. It makes a new one for the first part.
func (all *regions) region(verdict Verdict, traffic traffic.Set, from, to reach.End) *region {
	for _, r := range all.found {
		if r.verdict == verdict && r.traffic.Equal(traffic) {
			return r
		}
	}
	r := &region{verdict: verdict, traffic: traffic, from: from, to: to}
	all.found = append(all.found, r)
	return r
}

// addPart adds a part, once.
func (r *region) addPart(part reach.Outside) {
	if !slices.Contains(r.parts, part) {
		r.parts = append(r.parts, part)
	}
}
