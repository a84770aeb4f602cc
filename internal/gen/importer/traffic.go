package importer

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// end is an end of traffic: a tier, or something outside.
type end struct {
	tier *tier
	kind arch.Kind // of an end outside
	text string    // "internet", a block, or the id of a prefix list
}

func (e end) name() string {
	if e.tier != nil {
		return e.tier.id
	}
	return e.text
}

// label names an end before the tiers have their ids.
func (e end) label() string {
	if e.tier != nil {
		return e.tier.groups[0].Label()
	}
	return e.text
}

func (e end) kindOf() arch.Kind {
	if e.tier != nil {
		return e.tier.kind
	}
	return e.kind
}

// meaning says whether somebody meant traffic to be carried.
type meaning int

const (
	meant      meaning = iota // a rule names the other end
	incidental                // a rule on all addresses meets another one
	open                      // nobody wrote the egress rule
)

// pair is traffic that the templates carry from one end to another.
type pair struct {
	from, to end
	sets     byFamily
	meaning  meaning
	reason   string
	resource *cfn.Resource // the rule's place
	line     int
}

// set returns the traffic of both families.
func (p pair) set() traffic.Set { return p.sets.all() }

// key is equal for pairs of the same ends.
func (p pair) key() [2]end { return [2]end{p.from, p.to} }

// at is the place of the rule.
func (p pair) at() string { return position(p.resource, p.line) }

// isOfBothFamilies reports whether a flow between the two ends is open in both families.
func (p pair) isOfBothFamilies() bool {
	return (p.from.tier != nil || p.from.kind == arch.Internet) && (p.to.tier != nil || p.to.kind == arch.Internet)
}

// findTraffic computes what is carried between the tiers, and between them and the outside.
func (i *importer) findTraffic() {
	for _, from := range i.tiers {
		for _, to := range i.tiers {
			i.between(from, to)
		}
	}
	for _, t := range i.tiers {
		i.outside(t, false)
		i.outside(t, true)
	}
}

// carried returns what may be carried from one tier to another. Of tiers with rules that are not in the templates, only what seen rules
// allow counts, or what the rules of one end say that name the other.
func carried(t *reach.Topology, from, to *tier) byFamily {
	out := carriedBy(t, seen(from), seen(to), maybe)
	if from.hasUnseenRules() != to.hasUnseenRules() {
		out = out.union(carriedBy(t, from, to, maybe).intersect(meantBy(from, to)))
	}
	return out
}

func maybe(c traffic.Carried) traffic.Set { return c.Maybe }

// seen returns the tier with only the rules that are in the templates.
func seen(t *tier) *tier {
	if !t.hasUnseen() {
		return t
	}
	out := *t
	out.classes = nil
	for _, c := range t.classes {
		out.classes = append(out.classes, c.AsSeen())
	}
	return &out
}

// carriedBy returns a part of what is carried from one tier to another.
func carriedBy(t *reach.Topology, from, to *tier, part func(traffic.Carried) traffic.Set) byFamily {
	var out byFamily
	for p := range meetings(t, from, to) {
		f := family(p.x.Cell.Is6())
		out[f] = out[f].Union(part(t.Between(p.a, p.x, p.b, p.y)))
	}
	return out
}

// meeting is a kind of place of two tiers, from where connections are opened and where they are accepted.
type meeting struct {
	a, b *reach.Class
	x, y reach.Location
}

// meetings yields the kinds of places of two tiers that may exchange something.
func meetings(t *reach.Topology, from, to *tier) iter.Seq[meeting] {
	return func(yield func(meeting) bool) {
		for _, a := range from.classes {
			for _, b := range to.classes {
				if !reach.MayTalk(a, b) {
					continue
				}
				locationsA, locationsB := t.Representatives(a, b)
				for _, x := range locationsA {
					for _, y := range locationsB {
						if x.Cell.Is6() == y.Cell.Is6() && !yield(meeting{a, b, x, y}) {
							return
						}
					}
				}
			}
		}
	}
}

// meantBy returns the traffic of rules that name the other tier.
func meantBy(from, to *tier) traffic.Set {
	var out traffic.Set
	for _, r := range rulesBetween(from, to) {
		out = out.Union(r.Traffic)
	}
	return out
}

// rulesBetween returns the rules that name the other tier, those of the accepting end first.
func rulesBetween(from, to *tier) []reach.Rule {
	var out []reach.Rule
	collect := func(own, other *tier, rules func(*reach.Group) []reach.Rule) {
		for _, g := range own.groups {
			for _, r := range rules(g) {
				if r.Resource != nil && names(r.Peer, other) {
					out = append(out, r)
				}
			}
		}
	}
	collect(to, from, func(g *reach.Group) []reach.Rule { return g.Ingress })
	collect(from, to, func(g *reach.Group) []reach.Rule { return g.Egress })
	return out
}

// names reports whether the peer of a rule is the tier, or a block narrower than all addresses that surely holds some of it.
func names(p reach.Peer, t *tier) bool {
	switch {
	case p.Group != nil:
		return slices.Contains(t.groups, p.Group)
	case p.List != "" || isAnywhere(p):
		return false
	}
	for _, s := range t.subnets {
		for _, c := range s.Cells {
			if p.Block.Holds(c) == address.Yes {
				return true
			}
		}
	}
	return false
}

func isAnywhere(p reach.Peer) bool {
	return p.Group == nil && p.List == "" && p.Block.Base == "" && p.Block.Prefix.IsValid() && p.Block.Prefix.Bits() == 0
}

const incidentalReason = "rules on addresses meet"

// between records what one tier can open to another: first what rules mean, then the rest.
func (i *importer) between(from, to *tier) {
	rest := i.carried(i.top, from, to)
	if rest.all().IsEmpty() {
		return
	}
	for _, r := range rulesBetween(from, to) {
		i.record(pair{from: end{tier: from}, to: end{tier: to}, reason: reasonOf(from, to, r), resource: r.Resource, line: r.Line},
			rest.intersect(r.Traffic), &rest)
	}
	if sure, known := i.surelyCarried(from, to); known { // Nobody meant the rest, so it must at least be sure.
		rest = byFamily{rest[0].Intersect(sure[0]), rest[1].Intersect(sure[1])}
	}
	i.record(pair{
		from: end{tier: from}, to: end{tier: to}, meaning: incidental, reason: incidentalReason, resource: to.groups[0].Resource,
	}, rest, &rest)
}

// record adds traffic to the pairs and takes it from the rest.
func (i *importer) record(p pair, sets byFamily, rest *byFamily) {
	if sets.all().IsEmpty() {
		return
	}
	p.sets = sets
	*rest = rest.minus(sets)
	i.traffic = append(i.traffic, p)
}

// reasonOf returns the description of a rule, of the rule of the other end on the same traffic, or the logical id of the rule's resource.
func reasonOf(from, to *tier, r reach.Rule) string {
	text := description(r)
	for _, other := range rulesBetween(from, to) {
		if text == "" && other.Traffic.Overlaps(r.Traffic) {
			text = description(other)
		}
	}
	return reason(text, r)
}

// description returns the description of a rule; empty if it has none.
func description(r reach.Rule) string {
	if strings.HasPrefix(r.Text, "AWS::") {
		return "" // AWS::NoValue, or another value that only a deployment knows
	}
	return r.Text
}

func reason(text string, r reach.Rule) string {
	if r.Resource != nil {
		text = cmp.Or(text, "imported: "+r.Resource.ID)
	}
	return cmp.Or(text, "imported")
}

// outside records what a tier exchanges with the outside.
func (i *importer) outside(t *tier, out bool) {
	var rules []reach.Rule
	for _, g := range t.groups {
		if out {
			rules = append(rules, g.Egress...)
		} else {
			rules = append(rules, g.Ingress...)
		}
	}
	slices.SortStableFunc(rules, func(a, b reach.Rule) int { return cmp.Compare(width(a.Peer), width(b.Peer)) })
	views := viewsOf(i.top, t)
	var internet byFamily
	done := map[string]byFamily{}
	for _, r := range rules {
		if !i.has6 && is6(r.Peer) {
			continue
		}
		other, ok := endOf(r.Peer)
		if !ok {
			if r.Peer.Group == nil && r.Resource != nil && r.Unsure == "" {
				i.report.Residual = append(i.report.Residual, Residual{position(r.Resource, r.Line),
					"a rule on " + r.Peer.String() + ", which only a deployment knows, is not imported"})
			}
			continue
		}
		rest := outsideCarried(i.top, views, r.Peer, out).intersect(r.Traffic).minus(internet).minus(done[other.text])
		p := pair{from: other, to: end{tier: t}, reason: reason(description(r), r), resource: r.Resource, line: r.Line}
		if out {
			p.from, p.to = p.to, p.from
		}
		if r.Resource == nil {
			p.meaning, p.resource = open, t.groups[0].Resource
			p.reason = "imported: no egress rule is written, so AWS allows all"
		}
		done[other.text] = done[other.text].union(rest)
		if other.kind == arch.Internet {
			internet = internet.union(rest)
		}
		i.record(p, rest, &rest)
	}
}

// width orders peers: all addresses first.
func width(p reach.Peer) int {
	switch {
	case isAnywhere(p):
		return 0
	case p.Block.Prefix.IsValid():
		return 1 + p.Block.Prefix.Bits()
	}
	return 200
}

// endOf returns the end that a rule's peer is in the file. It returns false for groups, and for what only a deployment knows.
func endOf(p reach.Peer) (end, bool) {
	switch {
	case p.Group != nil:
		return end{}, false
	case p.List != "":
		return end{kind: arch.PrefixList, text: p.List}, listID.MatchString(p.List)
	case isAnywhere(p):
		return end{kind: arch.Internet, text: "internet"}, true
	}
	return end{kind: arch.CIDR, text: p.Block.String()}, p.Block.Base == "" && p.Block.IsValid()
}

// outsideCarried returns what all parts of a peer exchange with a tier.
func outsideCarried(t *reach.Topology, views []view, p reach.Peer, out bool) byFamily {
	var all byFamily
	for _, v := range views {
		each, found := byFamily{traffic.Everything(), traffic.Everything()}, [2]bool{}
		for _, part := range v.of(p) {
			f := family(part.Is6())
			each[f], found[f] = each[f].Intersect(withPart(t, v.class, part, out, maybe)), true
		}
		for f := range found {
			if found[f] {
				all[f] = all[f].Union(each[f])
			}
		}
	}
	return all
}

// isPart reports whether a part of the outside belongs to a peer. The internet has no private addresses.
func isPart(part reach.Outside, p reach.Peer) bool {
	switch {
	case p.List != "" || part.List != "":
		return p.List == part.List
	case isAnywhere(p):
		return part.Is6() == p.Block.Is6() && part.Cell.Base == "" && !part.IsUnroutable()
	}
	return p.Block.Holds(part.Cell) == address.Yes
}

// withPart returns what a class exchanges with a part of the outside. A rule on a prefix list counts for the list alone, on both sides of a
// comparison, because only a deployment knows its addresses.
func withPart(t *reach.Topology, c *reach.Class, part reach.Outside, out bool, of func(traffic.Carried) traffic.Set) traffic.Set {
	var set traffic.Set
	for _, l := range t.RepresentativesOutside(c) {
		if l.Cell.Is6() != part.Is6() && part.List == "" {
			continue
		}
		set = set.Union(of(atLocation(t, c, l, part, out)))
	}
	return set
}

// atLocation returns what a class exchanges with a part of the outside at one location.
func atLocation(t *reach.Topology, c *reach.Class, at reach.Location, part reach.Outside, out bool) traffic.Carried {
	from, to := ends(c, at, part, out)
	return t.CarriedIf(from, to, reach.IgnoreUnresolved)
}

// ends returns a class at a location and a part of the outside, in the direction of a connection.
func ends(c *reach.Class, at reach.Location, part reach.Outside, out bool) (from, to reach.End) {
	from, to = reach.End{Class: c, Location: at}, reach.End{Outside: part}
	if !out {
		return to, from
	}
	return from, to
}
