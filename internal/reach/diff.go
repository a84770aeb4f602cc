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
	oldPeers, newPeers := before.peers(), after.peers()
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

// compare compares subnet by subnet: what changes in one zone only is a change as well.
func (c *Change) compare(before, after map[[2]string]Carried) {
	keys := map[[2]string]bool{}
	shared := false
	for key := range before {
		_, both := after[key]
		keys[key], shared = true, shared || both
	}
	for key := range after {
		keys[key] = true
	}
	if !shared { // Nothing is where it was: what matters is what the peers can do at all.
		before, after = united(before), united(after)
		keys = map[[2]string]bool{{}: true}
	}
	same := 0
	for key := range keys {
		allowed, denied := change(before[key], after[key])
		if allowed.IsEmpty() && denied.IsEmpty() {
			same++
		}
		c.Allowed, c.Denied = c.Allowed.Union(allowed), c.Denied.Union(denied)
		c.note(after[key], allowed)
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

func united(m map[[2]string]Carried) map[[2]string]Carried {
	all := Carried{}
	for _, c := range m {
		all = all.union(c)
	}
	return map[[2]string]Carried{{}: all}
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
func (t *Topology) bySubnet(a, b *Class) map[[2]string]Carried {
	out := map[[2]string]Carried{}
	if a == nil || b == nil {
		return out
	}
	for _, from := range a.Spots() {
		for _, to := range b.Spots() {
			if from.Cell.Is6() == to.Cell.Is6() {
				key := [2]string{from.Subnet.Name, to.Subnet.Name}
				out[key] = out[key].union(t.Between(a, from, b, to))
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
func (t *Topology) exchanged(c *Class, part Outside, out bool) map[[2]string]Carried {
	all := map[[2]string]Carried{}
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
		all[key] = all[key].union(t.Carried(from, to))
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
