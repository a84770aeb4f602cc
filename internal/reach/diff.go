package reach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Change is a difference in what is carried between two peers.
type Change struct {
	From, To string
	Allowed  Traffic // newly carried, or newly possible
	Denied   Traffic // not carried any more, or not surely
	// Unsure says why a part of it may not be so, empty if it is.
	Unsure []string
	Partly bool // between some of their subnets only
	// Parts are the addresses of the end that is outside; empty if none is.
	Parts []Outside
}

// Diff computes what changes from one state of the templates to another. Peers are the same if their groups are. Rules that
// are written in another way and carry the same make no change.
func Diff(before, after *Topology) []Change {
	d := differ{before: before, after: after, reduced: map[kindsKey][2][]*Subnet{}}
	oldPeers, newPeers := peersOfBoth(before, after)
	old, now := index(oldPeers), index(newPeers)
	pairs := map[[2]string]bool{}
	collectPairs(oldPeers, pairs)
	collectPairs(newPeers, pairs)
	for pair := range pairs {
		d.between(old[pair[0]], now[pair[0]], old[pair[1]], now[pair[1]], pair)
	}
	labels := map[string]bool{}
	for label := range old {
		labels[label] = true
	}
	for label := range now {
		labels[label] = true
	}
	for label := range labels {
		d.outside(label, old[label], now[label], true)
		d.outside(label, old[label], now[label], false)
	}
	slices.SortFunc(d.changes, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), a.Allowed.Compare(b.Allowed), a.Denied.Compare(b.Denied))
	})
	return d.changes
}

// peersOfBoth labels the peers of both states alike: a class whose label gets company keeps its name.
func peersOfBoth(before, after *Topology) (old, now []peer) {
	oldClasses, newClasses := before.allClasses(), after.allClasses()
	short := repeated(oldClasses)
	for l, is := range repeated(newClasses) {
		short[l] = short[l] || is
	}
	return label(oldClasses, short), label(newClasses, short)
}

type differ struct {
	before, after *Topology
	changes       []Change
	reduced       map[kindsKey][2][]*Subnet
}

// index finds classes by label; nil stands for one that is not there.
func index(peers []peer) map[string]*Class {
	out := map[string]*Class{}
	for _, p := range peers {
		out[p.label] = p.Class
	}
	return out
}

func collectPairs(peers []peer, into map[[2]string]bool) {
	classes := make([]*Class, len(peers))
	for i, p := range peers {
		classes[i] = p.Class
	}
	for _, pair := range Pairs(classes) {
		into[[2]string{peers[pair[0]].label, peers[pair[1]].label}] = true
	}
}

// between compares two peers in every pair of their subnets.
func (d *differ) between(oldFrom, newFrom, oldTo, newTo *Class, labels [2]string) {
	oldFrom, newFrom, oldTo, newTo = d.reduce(oldFrom, newFrom, oldTo, newTo)
	c := Change{From: labels[0], To: labels[1]}
	c.compare(d.before.bySubnet(oldFrom, oldTo), d.after.bySubnet(newFrom, newTo))
	if !c.isEmpty() {
		d.changes = append(d.changes, c)
	}
}

func (c *Change) isEmpty() bool { return c.Allowed.IsEmpty() && c.Denied.IsEmpty() }

// placed is what is carried between two places.
type placed struct {
	from, to Cell // empty outside
	Carried
}

// overlaps reports whether some addresses are in the places of both.
func (p placed) overlaps(o placed) bool { return p.from.overlaps(o.from) && p.to.overlaps(o.to) }

func (c Cell) overlaps(o Cell) bool {
	return c.Base == o.Base && c.Is6() == o.Is6() && !c.To.Less(o.From) && !o.To.Less(c.From)
}

// bySubnets are the places of two peers by the names of their subnets.
type bySubnets map[[2]string][]placed

// compare compares subnet by subnet, address by address: what changes in one zone only is a change as well.
func (c *Change) compare(before, after bySubnets) {
	same, shared := 0, false
	each := func(before, after Carried) {
		allowed, denied := change(before, after)
		if allowed.IsEmpty() && denied.IsEmpty() {
			same++
		}
		c.Allowed, c.Denied = c.Allowed.Union(allowed), c.Denied.Union(denied)
		c.note(after, allowed)
	}
	for key, old := range before {
		for _, o := range old {
			shared = shared || slices.ContainsFunc(after[key], o.overlaps)
		}
	}
	if !shared { // Nothing is where it was: what matters is what the peers can do at all.
		before, after = bySubnets{{}: {{Carried: before.united()}}}, bySubnets{{}: {{Carried: after.united()}}}
	}
	for key, old := range before {
		for _, o := range old {
			if !slices.ContainsFunc(after[key], o.overlaps) {
				each(o.Carried, Carried{})
			}
			for _, n := range after[key] {
				if o.overlaps(n) {
					each(o.Carried, n.Carried)
				}
			}
		}
	}
	for key, now := range after {
		for _, n := range now {
			if !slices.ContainsFunc(before[key], n.overlaps) {
				each(Carried{}, n.Carried)
			}
		}
	}
	c.Partly = same > 0
}

// reduce leaves the classes one subnet for each kind that neither state tells apart.
func (d *differ) reduce(oldFrom, newFrom, oldTo, newTo *Class) (a, b, c, e *Class) {
	if !d.before.plainPair(oldFrom, oldTo) || !d.after.plainPair(newFrom, newTo) {
		return oldFrom, newFrom, oldTo, newTo
	}
	var classes []*Class
	for _, c := range []*Class{oldFrom, newFrom, oldTo, newTo} {
		if c != nil {
			classes = append(classes, c)
		}
	}
	at := joinCuts(classes)
	oldFrom, newFrom = d.kinds(oldFrom, newFrom, at)
	oldTo, newTo = d.kinds(oldTo, newTo, at)
	return oldFrom, newFrom, oldTo, newTo
}

// plainPair is plainTogether for classes that may not be there.
func (t *Topology) plainPair(a, b *Class) bool {
	return a == nil || b == nil || t.plainTogether(a.Subnets, b.Subnets)
}

// kindsKey is a choice of subnets before and after, told apart at cuts.
type kindsKey struct {
	old, now subnetsKey
	cuts     string
}

// kinds leaves a class, as it was and is, one subnet for each kind.
func (d *differ) kinds(old, now *Class, at cuts) (oldKinds, newKinds *Class) {
	key := kindsKey{old.subnetsKey(), now.subnetsKey(), at.key}
	subnets, known := d.reduced[key]
	if !known {
		subnets = representatives(old, now, func(_ int, s *Subnet) string { return at.marks(s) })
		d.reduced[key] = subnets
	}
	return old.moved(subnets[0]), now.moved(subnets[1])
}

func (c *Class) subnetsKey() subnetsKey {
	if c == nil {
		return subnetsKey{}
	}
	return keyOf(c.Subnets)
}

// moved returns the class in other subnets.
func (c *Class) moved(subnets []*Subnet) *Class {
	if c == nil {
		return nil
	}
	out := *c
	out.Subnets, out.spots = subnets, nil
	return &out
}

// representatives returns one subnet for each kind of subnets that have the same mark in both states, 0 and 1.
func representatives(old, now *Class, mark func(int, *Subnet) string) [2][]*Subnet {
	marks := map[string]string{}
	for i, class := range []*Class{old, now} {
		if class != nil {
			for _, s := range class.Subnets {
				marks[s.Name] += fmt.Sprint(i, mark(i, s), ";")
			}
		}
	}
	first := map[string]string{} // mark -> name
	for _, name := range slices.Sorted(maps.Keys(marks)) {
		if _, ok := first[marks[name]]; !ok {
			first[marks[name]] = name
		}
	}
	var out [2][]*Subnet
	for i, class := range []*Class{old, now} {
		if class != nil {
			for _, s := range class.Subnets {
				if first[marks[s.Name]] == s.Name {
					out[i] = append(out[i], s)
				}
			}
		}
	}
	return out
}

func (b bySubnets) united() Carried {
	var all Carried
	for _, list := range b {
		for _, p := range list {
			all = all.union(p.Carried)
		}
	}
	return all
}

// change is what becomes possible and what is not sure any more.
func change(before, after Carried) (allowed, denied Traffic) {
	allowed = after.Maybe.Minus(before.Maybe).Union(after.Sure.Minus(before.Sure))
	denied = before.Maybe.Minus(after.Maybe).Union(before.Sure.Minus(after.Sure))
	return allowed, denied
}

func (c *Change) note(after Carried, allowed Traffic) {
	const doubt = "the new templates leave open whether all of it is carried"
	if !after.Sure.Contains(allowed) && !slices.Contains(c.Unsure, doubt) {
		c.Unsure = append(c.Unsure, doubt)
	}
}

// bySubnet is what is carried between two classes, by the names of the subnets. A nil class carries nothing.
func (t *Topology) bySubnet(a, b *Class) bySubnets {
	out := bySubnets{}
	if a == nil || b == nil {
		return out
	}
	for _, from := range a.Spots() {
		for _, to := range b.Spots() {
			if from.Cell.Is6() == to.Cell.Is6() {
				key := [2]string{from.Subnet.Name, to.Subnet.Name}
				out[key] = append(out[key], placed{from.Cell, to.Cell, t.Between(a, from, b, to)})
			}
		}
	}
	return out
}

// outside compares what a class exchanges with addresses, over parts that are treated alike before and after.
func (d *differ) outside(label string, old, now *Class, out bool) {
	var parts []Outside
	switch {
	case old == nil:
		parts = d.after.Outsides(now, nil)
	case now == nil:
		parts = d.before.Outsides(old, nil)
	default:
		parts = d.after.Outsides(now, d.before.cuts(old))
	}
	old, now = d.alikeOutside(old, now)
	var found []Change
	for _, part := range parts {
		c := Change{From: label, Parts: []Outside{part}}
		c.compare(d.before.exchanged(old, part, out), d.after.exchanged(now, part, out))
		if c.isEmpty() {
			continue
		}
		if i := slices.IndexFunc(found, func(f Change) bool {
			return f.Allowed.Equal(c.Allowed) && f.Denied.Equal(c.Denied) && slices.Equal(f.Unsure, c.Unsure) && f.Partly == c.Partly
		}); i >= 0 {
			found[i].Parts = append(found[i].Parts, part)
		} else {
			found = append(found, c)
		}
	}
	for _, c := range found {
		c.To = DescribeParts(c.Parts)
		if !out {
			c.From, c.To = c.To, c.From
		}
		d.changes = append(d.changes, c)
	}
}

// alikeOutside leaves a class, as it was and is, one subnet for each kind from which both states take the same way out.
func (d *differ) alikeOutside(old, now *Class) (oldKinds, newKinds *Class) {
	key := kindsKey{old: old.subnetsKey(), now: now.subnetsKey(), cuts: "outside"}
	subnets, known := d.reduced[key]
	if !known {
		subnets = representatives(old, now, func(i int, s *Subnet) string {
			t := []*Topology{d.before, d.after}[i]
			if way := t.way(s); way != "" {
				return way + cuts{}.marks(s)
			}
			return "only " + s.Name
		})
		d.reduced[key] = subnets
	}
	return old.moved(subnets[0]), now.moved(subnets[1])
}

// exchanged is what a class opens to a part of the outside, or lets in from there, by the names of its subnets.
func (t *Topology) exchanged(c *Class, part Outside, out bool) bySubnets {
	all := bySubnets{}
	if c == nil {
		return all
	}
	for _, spot := range c.Spots() {
		if spot.Cell.Is6() != part.Cell.Is6() {
			continue
		}
		from, to := End{Class: c, Spot: spot}, End{Outside: part}
		if !out {
			from, to = to, from
		}
		key := [2]string{spot.Subnet.Name}
		all[key] = append(all[key], placed{from: spot.Cell, Carried: t.Carried(from, to)})
	}
	return all
}

// cuts are the blocks and lists at which the class's world is cut.
func (t *Topology) cuts(c *Class) []Peer {
	w := t.worldOf(c, nil)
	var out []Peer
	for b := range w.blocks {
		out = append(out, Peer{Block: b})
	}
	for l := range w.lists {
		out = append(out, Peer{List: l})
	}
	return out
}
