package reach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// Change is a difference in what is carried between two peers.
type Change struct {
	From, To string
	Allowed  traffic.Set // newly carried
	// Possibly is what may be newly carried: it was not carried, or not surely, and now it may be. It also holds traffic that was in doubt
	// and still is, if something that the doubt hides has changed.
	Possibly traffic.Set
	Denied   traffic.Set // not carried any more
	// Unsettled is what was surely carried before and may not be now.
	Unsettled traffic.Set
	// Unsure says why it is not known whether the traffic in Possibly is carried.
	Unsure []string
	Partly bool // between some of their subnets only
	// Parts are the addresses of the end that is outside. It is empty if neither end is.
	Parts []Outside
}

// Diff computes what changes from one state of the templates to another, in what is surely carried and in what may be carried. Two peers
// are the same if their groups are. Rules that are written differently and carry the same traffic are no change.
func Diff(before, after *Topology) []Change {
	d := differ{
		before: before, after: after, reduced: map[kindsKey][2][]*Subnet{}, moved: map[movedKey]*Class{}, old: bySubnets{}, now: bySubnets{},
	}
	old, now := peersOfBoth(before, after)
	pairs := map[[2]string]bool{}
	collectPairs(old, pairs)
	collectPairs(now, pairs)
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
	slices.SortStableFunc(d.changes, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), a.Allowed.Compare(b.Allowed), a.Possibly.Compare(b.Possibly),
			a.Denied.Compare(b.Denied), a.Unsettled.Compare(b.Unsettled))
	})
	return d.changes
}

// peersOfBoth returns the classes of the peers of both states, by label. If a VPC's default group is a peer in one state, it is a peer in
// the other one too.
func peersOfBoth(before, after *Topology) (old, now map[string][]*Class) {
	var defaults []string
	for _, t := range []*Topology{before, after} {
		named := t.namedGroups()
		for _, g := range t.Groups {
			if g.Default != nil && named[g] {
				defaults = append(defaults, g.Name)
			}
		}
	}
	return index(before.peers(defaults...)), index(after.peers(defaults...))
}

type differ struct {
	before, after *Topology
	changes       []Change
	reduced       map[kindsKey][2][]*Subnet
	moved         map[movedKey]*Class
	old, now      bySubnets // of one comparison; kept because there are as many comparisons as pairs
}

// exchange returns maps for what two peers exchange in both states.
func (d *differ) exchange() (old, now bySubnets) {
	clear(d.old)
	clear(d.now)
	return d.old, d.now
}

// index returns the classes of the peers by label.
func index(peers []peer) map[string][]*Class {
	out := map[string][]*Class{}
	for _, p := range peers {
		out[p.label] = p.classes
	}
	return out
}

func collectPairs(peers map[string][]*Class, into map[[2]string]bool) {
	var classes []*Class
	var labels []string
	for _, label := range slices.Sorted(maps.Keys(peers)) {
		for _, c := range peers[label] {
			classes, labels = append(classes, c), append(labels, label)
		}
	}
	for _, pair := range Pairs(classes) {
		into[[2]string{labels[pair[0]], labels[pair[1]]}] = true
	}
}

// between compares what two peers exchange, in every pair of their subnets.
func (d *differ) between(oldFrom, newFrom, oldTo, newTo []*Class, labels [2]string) {
	c := Change{From: labels[0], To: labels[1]}
	old, now := d.exchange()
	if len(oldFrom) < 2 && len(newFrom) < 2 && len(oldTo) < 2 && len(newTo) < 2 {
		a, b, x, y := d.reduce(only(oldFrom), only(newFrom), only(oldTo), only(newTo))
		oldFrom, newFrom, oldTo, newTo = some(a), some(b), some(x), some(y)
	}
	for _, from := range oldFrom {
		for _, to := range oldTo {
			d.before.bySubnet(from, to, old)
		}
	}
	for _, from := range newFrom {
		for _, to := range newTo {
			d.after.bySubnet(from, to, now)
		}
	}
	c.compare(old, now)
	if !c.isEmpty() {
		d.changes = append(d.changes, c)
	}
}

// only returns the first class of a peer, or nil if there is no such peer.
func only(classes []*Class) *Class {
	if len(classes) == 0 {
		return nil
	}
	return classes[0]
}

func some(c *Class) []*Class {
	if c == nil {
		return nil
	}
	return []*Class{c}
}

// Opens returns what is newly carried or may be.
func (c Change) Opens() traffic.Set { return c.Allowed.Union(c.Possibly) }

// Closes returns what is no longer carried or may no longer be.
func (c Change) Closes() traffic.Set { return c.Denied.Union(c.Unsettled) }

func (c *Change) isEmpty() bool {
	return c.Allowed.IsEmpty() && c.Possibly.IsEmpty() && c.Denied.IsEmpty() && c.Unsettled.IsEmpty()
}

// placed is what is carried between two places.
type placed struct {
	from, to Cell // empty outside
	state
}

// overlaps reports whether both ends have addresses in common.
func (p placed) overlaps(o placed) bool { return p.from.Overlaps(o.from) && p.to.Overlaps(o.to) }

// bySubnets holds what two peers exchange, by the names of their subnets. If members are compared one by one, the second name is the
// member's.
type bySubnets map[[2]string][]placed

// put adds what is carried between two places. If several interfaces of a peer have the same places, it adds the union.
func (b bySubnets) put(key [2]string, p placed) {
	for i, o := range b[key] {
		if o.from == p.from && o.to == p.to {
			b[key][i].state = o.union(p.state)
			return
		}
	}
	b[key] = append(b[key], p)
}

// compare compares subnet by subnet and address by address, so that a change in one zone only is a change as well.
func (c *Change) compare(before, after bySubnets) {
	same, shared := 0, false
	each := func(before, after state) {
		if !c.add(before, after) {
			same++
		}
	}
	for key, old := range before {
		for _, o := range old {
			shared = shared || slices.ContainsFunc(after[key], o.overlaps)
		}
	}
	if !shared { // The peers have moved: compare what they can do anywhere.
		before, after = bySubnets{{}: {{state: before.united()}}}, bySubnets{{}: {{state: after.united()}}}
	}
	for _, key := range before.keys() {
		for _, o := range before[key] {
			if !slices.ContainsFunc(after[key], o.overlaps) {
				each(o.state, state{})
			}
			for _, n := range after[key] {
				if o.overlaps(n) {
					each(o.state, n.state)
				}
			}
		}
	}
	for _, key := range after.keys() {
		for _, n := range after[key] {
			if !slices.ContainsFunc(before[key], n.overlaps) {
				each(state{}, n.state)
			}
		}
	}
	c.Partly = same > 0
}

// add adds one difference and reports whether there was one.
func (c *Change) add(before, after state) bool {
	doubt := func(s state) traffic.Set { return s.Maybe.Minus(s.Sure) }
	allowed := after.Sure.Minus(before.Maybe)
	possibly := after.Maybe.Minus(before.Maybe).Minus(allowed).Union(after.Sure.Minus(before.Sure).Minus(allowed))
	denied := before.Maybe.Minus(after.Maybe)
	unsettled := before.Sure.Minus(after.Sure).Minus(denied)
	if both := doubt(before).Intersect(doubt(after)); !both.IsEmpty() { // The doubt may hide a change.
		if before.ways() != after.ways() {
			possibly = possibly.Union(both)
		} else {
			other := after.seen.Minus(before.seen).Union(otherRules(before, after))
			possibly = possibly.Union(other.Intersect(both))
		}
	}
	if allowed.IsEmpty() && possibly.IsEmpty() && denied.IsEmpty() && unsettled.IsEmpty() {
		return false
	}
	c.Allowed, c.Possibly = c.Allowed.Union(allowed), c.Possibly.Union(possibly)
	c.Denied, c.Unsettled = c.Denied.Union(denied), c.Unsettled.Union(unsettled)
	c.reason(after, possibly.Minus(after.Sure))
	return true
}

// reduce leaves each class one subnet of each kind. Neither state distinguishes subnets of a kind.
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

// plainPair reports whether only groups decide what two classes exchange. A class may be nil.
func (t *Topology) plainPair(a, b *Class) bool {
	return a == nil || b == nil || t.plainTogether(a.Subnets, b.Subnets)
}

// kindsKey identifies the subnets before and after, and the blocks at which their addresses are cut.
type kindsKey struct {
	old, now subnetsKey
	cuts     string
}

// kinds leaves a class, as it was and as it is now, one subnet of each kind.
func (d *differ) kinds(old, now *Class, at cuts) (oldKinds, newKinds *Class) {
	key := kindsKey{old.subnetsKey(), now.subnetsKey(), at.key}
	subnets, known := d.reduced[key]
	if !known {
		subnets = keptSubnets(old, now, func(_ int, s *Subnet) string { return at.marks(s) })
		d.reduced[key] = subnets
	}
	return d.move(old, subnets[0]), d.move(now, subnets[1])
}

func (c *Class) subnetsKey() subnetsKey {
	if c == nil {
		return subnetsKey{}
	}
	return keyOf(c.Subnets)
}

// movedKey identifies a class with other subnets.
type movedKey struct {
	class   *Class
	subnets subnetsKey
}

// move returns the class with other subnets.
func (d *differ) move(c *Class, subnets []*Subnet) *Class {
	if c == nil {
		return nil
	}
	key := movedKey{c, keyOf(subnets)}
	moved, known := d.moved[key]
	if !known {
		copied := *c
		copied.Subnets, copied.locations = subnets, nil
		moved = &copied
		d.moved[key] = moved
	}
	return moved
}

// keptSubnets returns one subnet of each kind. Subnets of a kind have the same marks in both states, 0 and 1.
func keptSubnets(old, now *Class, mark func(int, *Subnet) string) [2][]*Subnet {
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

// reason adds why some traffic is only possible. The first place with such traffic gives the reason.
func (c *Change) reason(after state, possible traffic.Set) {
	service, some := possible.Intersect(after.Maybe).First()
	if !some || after.doubt == nil || len(c.Unsure) > 0 {
		return
	}
	for _, s := range after.doubt.top.Explain(after.doubt.from, after.doubt.to, service) {
		if s.Unsure != "" {
			c.Unsure = addReason(c.Unsure, s)
		}
	}
}

// keys returns the names in order, so that the first reason for a doubt is the same each time.
func (b bySubnets) keys() [][2]string {
	out := make([][2]string, 0, len(b))
	for key := range b {
		out = append(out, key)
	}
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) })
	return out
}

func (b bySubnets) united() state {
	var all state
	for _, key := range b.keys() {
		for _, p := range b[key] {
			all = all.union(p.state)
		}
	}
	return all
}

// bySubnet adds what is carried between two classes, by the names of the subnets.
func (t *Topology) bySubnet(a, b *Class, into bySubnets) {
	for _, from := range a.Locations() {
		for _, to := range b.Locations() {
			if from.Cell.Is6() == to.Cell.Is6() {
				s := t.stateOf(End{Class: a, Location: from}, End{Class: b, Location: to})
				into.put([2]string{from.Subnet.Name, to.Subnet.Name}, placed{from.Cell, to.Cell, s})
			}
		}
	}
}

// outside compares what a peer exchanges with the outside. It does so for parts that are treated alike both before and after.
func (d *differ) outside(label string, old, now []*Class, out bool) {
	var found []Change
	places := map[string]int{}
	for _, part := range d.parts(old, now) {
		c := Change{From: label, Parts: []Outside{part}}
		c.compareMembers(d, old, now, part, out)
		if c.isEmpty() {
			continue
		}
		key := c.content()
		if i, known := places[key]; known {
			found[i].Parts = append(found[i].Parts, part)
		} else {
			places[key] = len(found)
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

// content returns a text that is equal for changes that differ in their ends only.
func (c Change) content() string {
	var key []byte
	for _, t := range []traffic.Set{c.Allowed, c.Possibly, c.Denied, c.Unsettled} {
		key = t.AppendKey(key)
	}
	return fmt.Sprint(string(key), c.Partly, strings.Join(c.Unsure, "\x00"))
}

// parts cuts the outside wherever a class of the peer, before or after, distinguishes addresses.
func (d *differ) parts(old, now []*Class) []Outside {
	var cuts []Peer
	for _, c := range old {
		cuts = append(cuts, d.before.cuts(c)...)
	}
	for _, c := range now {
		cuts = append(cuts, d.after.cuts(c)...)
	}
	var out []Outside
	at := map[Outside]int{}
	add := func(t *Topology, classes []*Class) {
		for _, c := range classes {
			for _, part := range t.Outsides(c, cuts) {
				key := Outside{Cell: part.Cell, List: part.List}
				i, known := at[key]
				if !known {
					at[key] = len(out)
					out = append(out, part)
				} else {
					out[i].Inside = out[i].Inside || part.Inside
				}
			}
		}
	}
	add(d.after, now)
	if len(now) == 0 {
		add(d.before, old)
	}
	return out
}

// compareMembers compares what a peer exchanges with a part of the outside. If the interfaces of the peer differ, each one is compared
// with what it was before.
func (c *Change) compareMembers(d *differ, old, now []*Class, part Outside, out bool) {
	before, after := d.exchange()
	if len(old) < 2 && len(now) < 2 {
		a, b := d.alikeOutside(only(old), only(now))
		d.before.exchanged(a, part, out, "", before)
		d.after.exchanged(b, part, out, "", after)
		c.compare(before, after)
		return
	}
	for _, class := range old {
		d.before.exchanged(class, part, out, "", before)
	}
	for _, class := range now {
		d.after.exchanged(class, part, out, "", after)
	}
	c.compare(before, after)
	were := membersOf(old)
	for name, class := range membersOf(now) {
		was := were[name]
		if was == nil {
			continue
		}
		before, after := d.exchange()
		d.before.exchanged(was, part, out, name, before)
		d.after.exchanged(class, part, out, name, after)
		c.compare(before, after)
	}
}

// membersOf returns the classes of members that are in one class only, by name.
func membersOf(classes []*Class) map[string]*Class {
	out := map[string]*Class{}
	for _, c := range classes {
		for _, r := range c.Members {
			if _, several := out[r.String()]; several {
				out[r.String()] = nil
				continue
			}
			out[r.String()] = c
		}
	}
	maps.DeleteFunc(out, func(_ string, c *Class) bool { return c == nil })
	return out
}

// alikeOutside leaves a class, as it was and as it is now, one subnet of each kind. Packets from subnets of a kind take the same way out
// in both states.
func (d *differ) alikeOutside(old, now *Class) (oldKinds, newKinds *Class) {
	key := kindsKey{old: old.subnetsKey(), now: now.subnetsKey(), cuts: "outside"}
	subnets, known := d.reduced[key]
	if !known {
		subnets = keptSubnets(old, now, func(i int, s *Subnet) string {
			t := []*Topology{d.before, d.after}[i]
			if way := t.routesKey(s); way != "" {
				return way + cuts{}.marks(s)
			}
			return "only " + s.Name
		})
		d.reduced[key] = subnets
	}
	return d.move(old, subnets[0]), d.move(now, subnets[1])
}

// exchanged adds what a class opens to a part of the outside, or lets in from there, by the names of its subnets.
func (t *Topology) exchanged(c *Class, part Outside, out bool, member string, into bySubnets) {
	if c == nil {
		return
	}
	for _, at := range c.Locations() {
		if at.Cell.Is6() != part.Cell.Is6() {
			continue
		}
		part.Inside = part.List == "" && at.Subnet.VPC.surelyHas(part.Cell)
		part.Private = true
		from, to := End{Class: c, Location: at}, End{Outside: part}
		if !out {
			from, to = to, from
		}
		into.put([2]string{at.Subnet.Name, member}, placed{from: at.Cell, state: t.stateOf(from, to)})
	}
}

// cuts returns the blocks and lists at which the outside of the class is cut.
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
