package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Matrix holds everything that a topology carries: who can open connections to whom.
type Matrix struct {
	// Rows are what is carried between interfaces, and between interfaces and the outside, sorted by From and To. If there is no row for two
	// ends, nothing is carried between them.
	Rows []Row
	// Peers are the labels of all peers, including those without a row.
	Peers []string
	// Pairs is the number of pairs of classes that may talk. If it is more than MaxPairs, Rows has no rows between interfaces, because
	// nobody would read such a table.
	Pairs int
	// Foreign are the labels of groups that are not in the templates. Nothing is known of what they exchange among each other and with the
	// outside, so Rows leaves that out.
	Foreign []string
}

// MaxPairs is the largest number of pairs for which a [Matrix] has rows between interfaces.
const MaxPairs = 200_000

// Row is what one peer can open to another.
type Row struct {
	From, To string
	// FromPeer and ToPeer are the labels of the two peers, as in Matrix.Peers. It is empty for an end that is outside.
	FromPeer, ToPeer string
	Carried          traffic.Carried
	Seen             traffic.Set // what may be carried by the rules that are seen alone
	Partly           bool        // between some of their subnets only
	Unsure           []string    // why a part of it is not sure
	// Parts are the addresses of the end that is outside. It is empty if neither end is.
	Parts []Outside
}

// Matrix returns who can open connections to whom. It is computed once. Nobody may change its rows.
func (t *Topology) Matrix() Matrix {
	if t.memo.matrix == nil {
		m := t.computeMatrix()
		t.memo.matrix = &m
	}
	return *t.memo.matrix
}

func (t *Topology) computeMatrix() Matrix {
	peers := t.peers()
	m := Matrix{}
	var classes []*Class
	var of []int // the peer of each class
	for i, p := range peers {
		m.Peers = append(m.Peers, p.label)
		if p.foreign() {
			m.Foreign = append(m.Foreign, p.label)
		}
		for _, c := range p.classes {
			classes, of = append(classes, c), append(of, i)
		}
	}
	found := map[[2]int]*rows{}
	pairs := Pairs(classes)
	if m.Pairs = len(pairs); m.Pairs > MaxPairs {
		pairs = nil
	}
	for _, pair := range pairs {
		a, b := classes[pair[0]], classes[pair[1]]
		if a.foreign() && b.foreign() {
			a, b = a.AsSeen(), b.AsSeen()
		}
		row := t.row(a, b)
		if row.Carried.Maybe.IsEmpty() {
			continue
		}
		key := [2]int{of[pair[0]], of[pair[1]]}
		if found[key] == nil {
			found[key] = &rows{expected: peers[key[0]].seen() * peers[key[1]].seen()}
		}
		row.From, row.To = peers[key[0]].name(a), peers[key[1]].name(b)
		row.FromPeer, row.ToPeer = peers[key[0]].label, peers[key[1]].label
		found[key].add(row, a.shadow || b.shadow)
	}
	for key, r := range found {
		m.Rows = append(m.Rows, r.joined(peers[key[0]].label, peers[key[1]].label)...)
	}
	for _, p := range peers {
		parts := make([][]Outside, len(p.classes))
		for i, c := range p.classes {
			parts[i] = t.Outsides(c, nil)
		}
		m.Rows = append(m.Rows, t.peerOutside(p, parts, true)...)
		m.Rows = append(m.Rows, t.peerOutside(p, parts, false)...)
	}
	m.Rows = sorted(m.Rows)
	return m
}

// sorted returns the rows sorted by From and To. Rows are large, so it sorts their indices and moves each row once.
func sorted(rows []Row) []Row {
	places := allBelow(len(rows))
	slices.SortStableFunc(places, func(i, j int) int {
		a, b := &rows[i], &rows[j]
		if order := cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To)); order != 0 {
			return order
		}
		return a.Carried.Maybe.Compare(b.Carried.Maybe)
	})
	out := make([]Row, len(rows))
	for to, from := range places {
		out[to] = rows[from]
	}
	return out
}

// rows are the rows of two peers: those of interfaces that are seen, and those of shadows.
type rows struct {
	seen, shadows []Row
	expected      int // the number of pairs of classes that are no shadows
}

func (r *rows) add(row Row, shadow bool) {
	if shadow {
		r.shadows = append(r.shadows, row)
	} else {
		r.seen = append(r.seen, row)
	}
}

// joined returns the rows of two peers. If all interfaces of the two peers are alike, it returns one row with short labels. For shadows
// it returns only what they may carry beyond that.
func (r *rows) joined(from, to string) []Row {
	if len(r.seen) > 0 && len(r.seen) >= r.expected && !slices.ContainsFunc(r.seen, func(o Row) bool { return !o.alike(r.seen[0]) }) {
		r.seen = r.seen[:1]
		r.seen[0].From, r.seen[0].To = from, to
	}
	for i := range r.shadows {
		r.shadows[i].From, r.shadows[i].To = from, to
	}
	return r.beyond()
}

// samePlaces reports whether the outside parts of one row are among those of another.
func samePlaces(all, some []Outside) bool {
	return !slices.ContainsFunc(some, func(o Outside) bool {
		return !slices.ContainsFunc(all, func(a Outside) bool { return a.Cell == o.Cell && a.List == o.List })
	})
}

func (r Row) alike(o Row) bool {
	return r.Carried.Sure.Equal(o.Carried.Sure) && r.Carried.Maybe.Equal(o.Carried.Maybe) && r.Seen.Equal(o.Seen) &&
		r.Partly == o.Partly && slices.Equal(r.Parts, o.Parts)
}

// peerOutside returns the rows of a peer and the outside. parts are the parts of the outside for each class. If all interfaces of the
// peer are alike, there is one row for all of them.
func (t *Topology) peerOutside(p peer, parts [][]Outside, out bool) []Row {
	var all [][]Row
	var classes []*Class
	r := rows{}
	for i, c := range p.classes {
		seen := c
		if c.foreign() {
			seen = c.AsSeen()
		}
		found := t.outsideRows(seen, parts[i], p.label, out)
		if c.shadow {
			r.shadows = append(r.shadows, found...)
			continue
		}
		all, classes = append(all, found), append(classes, c)
	}
	alike := len(all) > 0 && !slices.ContainsFunc(all, func(o []Row) bool { return !slices.EqualFunc(o, all[0], Row.alike) })
	for i, c := range classes {
		for _, row := range all[i] {
			switch {
			case alike:
			case out:
				row.From = p.name(c)
			default:
				row.To = p.name(c)
			}
			if !alike || i == 0 {
				r.seen = append(r.seen, row)
			}
		}
	}
	return r.beyond()
}

// beyond returns the rows that are seen, and what shadows may carry beyond them.
func (r *rows) beyond() []Row {
	out := r.seen
	for _, s := range r.shadows {
		i := slices.IndexFunc(out, func(o Row) bool { return o.From == s.From && o.To == s.To && samePlaces(o.Parts, s.Parts) })
		switch {
		case i >= 0 && !out[i].Carried.Maybe.Contains(s.Carried.Maybe):
			out[i].Carried.Maybe = out[i].Carried.Maybe.Union(s.Carried.Maybe)
			for _, why := range s.Unsure {
				if !slices.Contains(out[i].Unsure, why) {
					out[i].Unsure = append(slices.Clip(out[i].Unsure), why)
				}
			}
		case i < 0 && !s.isCovered(r.seen):
			out = append(out, s)
		}
	}
	return out
}

// isCovered reports whether other rows say of each part of a shadow's row that at least as much may be carried.
func (r Row) isCovered(by []Row) bool {
	return len(r.Parts) > 0 && !slices.ContainsFunc(r.Parts, func(part Outside) bool {
		return !slices.ContainsFunc(by, func(o Row) bool { return o.Carried.Maybe.Contains(r.Carried.Maybe) && holdsPlace(o.Parts, part) })
	})
}

// holdsPlace reports whether one of the parts holds a part of the outside.
func holdsPlace(parts []Outside, part Outside) bool {
	return slices.ContainsFunc(parts, func(o Outside) bool {
		return o.List == part.List && o.Cell.Base == part.Cell.Base && o.Is6() == part.Is6() &&
			!part.Cell.From.Less(o.Cell.From) && !o.Cell.To.Less(part.Cell.To)
	})
}

// row returns the union of what is carried between all locations of two classes.
func (t *Topology) row(a, b *Class) Row {
	row := Row{}
	var all [2][]traffic.Carried // by address family
	var united [2]traffic.Carried
	locationsA, locationsB := t.Representatives(a, b)
	for _, from := range locationsA {
		for _, to := range locationsB {
			if from.Cell.Is6() != to.Cell.Is6() {
				continue
			}
			state := t.stateOf(End{Class: a, Location: from}, End{Class: b, Location: to})
			c := state.Carried
			row.Seen = row.Seen.Union(state.seen)
			family := 0
			if to.Cell.Is6() {
				family = 1
			}
			all[family], united[family] = append(all[family], c), united[family].Union(c)
			row.Carried = row.Carried.Union(c)
			row.doubt(t, End{Class: a, Location: from}, End{Class: b, Location: to}, c)
		}
	}
	for i := range all {
		for _, c := range all[i] {
			row.Partly = row.Partly || !c.Maybe.Equal(united[i].Maybe)
		}
	}
	return row
}

// doubt records why something is not sure.
func (r *Row) doubt(t *Topology, from, to End, c traffic.Carried) {
	unsure := c.Maybe.Minus(c.Sure)
	service, found := unsure.First()
	if !found || len(r.Unsure) > 0 {
		return
	}
	for _, s := range t.Explain(from, to, service) {
		if s.Unsure != "" {
			r.Unsure = addReason(r.Unsure, s)
		}
	}
}

// addReason adds why a step is unsure, once, with the position in the template if there is one.
func addReason(to []string, s Step) []string {
	reason := s.Unsure
	if strings.HasPrefix(reason, "it ") || strings.HasPrefix(reason, "whether it ") {
		reason = s.Where + ": " + reason
	}
	at := s.at()
	i := slices.IndexFunc(to, func(known string) bool { return known == reason || strings.HasPrefix(known, reason+" [") })
	if at != "" {
		reason += " [" + at + "]"
	}
	if at != "" && i >= 0 && !strings.HasSuffix(to[i], "]") {
		to[i] = reason
	}
	if i < 0 {
		to = append(to, reason)
	}
	return to
}

// at returns the file and line of what a step is about. It is empty if that is in no template.
func (s Step) at() string {
	if s.Resource == nil || s.Resource.Stack == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.Resource.Stack.File, cmp.Or(s.Line, s.Resource.Line))
}

// outsideRows joins parts of the outside with which a class exchanges the same traffic.
func (t *Topology) outsideRows(class *Class, parts []Outside, name string, out bool) []Row {
	var rows []Row
	found := map[string]int{}
	for _, part := range parts {
		row := Row{From: name, FromPeer: name}
		for _, location := range t.RepresentativesOutside(class) {
			from, to := End{Class: class, Location: location}, End{Outside: part}
			if !out {
				from, to = to, from
			}
			state := t.stateOf(from, to)
			c := state.Carried
			row.Carried, row.Seen = row.Carried.Union(c), row.Seen.Union(state.seen)
			row.doubt(t, from, to, c)
		}
		if row.Carried.Maybe.IsEmpty() {
			continue
		}
		key := row.content(part.IsName()) // A domain name has a row of its own.
		i, known := found[key]
		if !known {
			i = len(rows)
			rows, found[key] = append(rows, row), i
		}
		rows[i].Parts = append(rows[i].Parts, part)
	}
	for i := range rows {
		rows[i].To = DescribeParts(rows[i].Parts)
		if !out {
			rows[i].From, rows[i].To = rows[i].To, rows[i].From
			rows[i].FromPeer, rows[i].ToPeer = "", name
		}
	}
	return rows
}

// content returns a text that is equal for rows that differ in their ends only. Rows about domain names differ from all others.
func (r Row) content(isName bool) string {
	key := []byte{'a'}
	if isName {
		key[0] = 'n'
	}
	for _, t := range []traffic.Set{r.Carried.Sure, r.Carried.Maybe, r.Seen} {
		key = t.AppendKey(key)
	}
	return string(key) + strings.Join(r.Unsure, "\x00")
}

// describedParts is the number of parts of the outside that a description lists. It counts the rest.
const describedParts = 3

// DescribeParts describes parts of the outside: "0.0.0.0/0", "10.0.0.0/8, pl-1234", "0.0.0.0/0 except 10.0.0.0/16". If there are many, it
// lists the first ones and counts the rest.
func DescribeParts(parts []Outside) string {
	names := partNames(parts)
	if more := len(names) - describedParts; more > 0 {
		names = append(names[:describedParts:describedParts], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// whole returns the full description of an end that is outside. It returns any other end as it is.
func whole(end string, parts []Outside) string {
	if len(parts) > 0 && end == DescribeParts(parts) {
		return strings.Join(partNames(parts), ", ")
	}
	return end
}

// WholeFrom returns the end that opens connections, without shortening it.
func (r Row) WholeFrom() string { return whole(r.From, r.Parts) }

// WholeTo returns the end that accepts connections, without shortening it.
func (r Row) WholeTo() string { return whole(r.To, r.Parts) }

// WholeFrom returns the end that opens connections, without shortening it.
func (c Change) WholeFrom() string { return whole(c.From, c.Parts) }

// WholeTo returns the end that accepts connections, without shortening it.
func (c Change) WholeTo() string { return whole(c.To, c.Parts) }

func partNames(parts []Outside) []string {
	joined := Join(parts)
	names, joined := exceptions(joined)
	seen := map[string]bool{}
	for _, p := range joined { // A list is a part in each address family.
		if name := p.String(); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// exceptions describes the literal IPv4 addresses by what is not among them, if that is shorter. It returns the parts that it did not
// describe.
func exceptions(joined []Outside) (names []string, rest []Outside) {
	var four []Outside
	for _, p := range joined {
		if p.List == "" && p.Cell.Base == "" && !p.Cell.Is6() {
			four = append(four, p)
		} else {
			rest = append(rest, p)
		}
	}
	if len(four) < 2 {
		return nil, joined
	}
	var without netipx.IPSetBuilder
	without.AddPrefix(address.Anywhere4.Prefix)
	for _, p := range four {
		without.RemoveRange(netipx.IPRangeFrom(p.Cell.From, p.Cell.To))
	}
	set, err := without.IPSet()
	if err != nil || len(set.Ranges()) >= len(four) {
		return nil, joined
	}
	var gaps []string
	for _, r := range set.Ranges() {
		gaps = append(gaps, Cell{From: r.From(), To: r.To()}.String())
	}
	return []string{"0.0.0.0/0 except " + strings.Join(gaps, " and ")}, rest
}
