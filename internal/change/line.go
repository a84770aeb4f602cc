package change

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/survey"
)

// lines makes lines of changes, the riskiest first.
func lines(changes []survey.Change) []Line {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b survey.Change) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(a.Change, b.Change), strings.Compare(a.Source.Name, b.Source.Name),
			strings.Compare(a.Target.Name, b.Target.Name), a.Traffic.Compare(b.Traffic))
	})
	var out []Line
	for _, c := range sorted {
		out = append(out, Line{Mark: strings.TrimSpace(c.Change.Mark()), Kind: c.Change.String(), From: c.Source.Name, To: c.Target.Name,
			Traffic: c.Traffic.String(), Risks: risks(c), Why: c.Why, Opens: c.Change.Opens(), Internet: c.Public})
	}
	return out
}

// rank is higher the riskier a change is: connections from the internet, then those to data, then exceptions, then those to the internet.
// What already passes between other subnets of the same ends comes after all that is new. What is certain comes before what is possible,
// and what is denied comes last.
func rank(c survey.Change) int {
	if !c.Change.Opens() {
		return -100
	}
	n := 0
	if c.Known && c.Change != picture.LessInspected {
		n = -64
	}
	for weight, holds := range map[int]bool{
		32: fromInternet(c), 16: touchesData(c), 8: c.Exception, 4: toInternet(c), 2: c.State == picture.Excess, 1: c.Change == picture.Added,
	} {
		if holds {
			n += weight
		}
	}
	return n
}

func fromInternet(c survey.Change) bool { return c.Public && c.Source.Lane == picture.Outside }

func toInternet(c survey.Change) bool { return c.Public && !c.Target.Lane.IsInside() }

func touchesData(c survey.Change) bool {
	return c.Target.Lane == picture.Data || c.Source.Lane == picture.Data
}

// risks says why a line matters.
func risks(c survey.Change) []string {
	if !c.Change.Opens() {
		return nil
	}
	var out []string
	add := func(holds bool, text string) {
		if holds {
			out = append(out, text)
		}
	}
	internet := c.Source.Name == picture.Internet || c.Target.Name == picture.Internet
	addresses := "public addresses"
	if internet {
		addresses = "the internet"
	} else if c.Symbolic {
		addresses = "addresses that may be public"
	}
	add(fromInternet(c), "from "+addresses)
	add(c.Target.Lane == picture.Data, "into a data tier")
	add(c.Source.Lane == picture.Data, "out of a data tier")
	add(toInternet(c), "to "+addresses)
	add(c.Exception, "as an exception")
	add(c.State == picture.Excess, "not declared")
	add(c.Known && c.Change != picture.LessInspected, "already so in other subnets")
	return out
}
