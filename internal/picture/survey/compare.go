package survey

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Comparison is what changes from one state of templates to another.
type Comparison struct {
	Picture *picture.Picture
	// Changes are the flows of the picture that change.
	Changes []Change
}

// Change is a flow that changes, and the boxes at its ends.
type Change struct {
	picture.Flow
	Source, Target picture.Box
	// Public says that one end is outside and has public addresses, or may have some. A name of a domain that is reached is none.
	Public bool
	// Symbolic says that the addresses of that end are not known.
	Symbolic bool
	// Known says that the same traffic passed before, between other subnets of the two ends: a new zone makes such changes.
	Known bool
}

// Compare draws what [reach.Diff] finds between two states: each change is a line, and so is all that does not change.
func Compare(before, after Survey, diff []reach.Change) Comparison {
	c := &comparison{before: before, after: after, picture: &picture.Picture{Title: after.Picture.Title, Compared: true},
		symbolic: map[string]bool{}}
	c.addBoxes()
	base := slices.Clone(after.Picture.Flows)
	for _, d := range diff {
		c.add(d)
	}
	c.addInspection(base)
	for _, f := range base {
		f.Traffic = c.unchanged(f)
		if !f.Traffic.IsEmpty() {
			c.picture.Flows = append(c.picture.Flows, f)
		}
	}
	for _, change := range c.changes {
		c.picture.Flows = append(c.picture.Flows, change.Flow)
	}
	c.picture.Sort()
	for i := range c.changes {
		change := &c.changes[i]
		change.Known = c.passedBefore(change.Flow)
		change.Symbolic = c.symbolic[change.From] || c.symbolic[change.To]
		change.Source, change.Target = *c.picture.Box(change.From), *c.picture.Box(change.To)
	}
	c.picture.Summary, c.picture.Notes = c.summary(), slices.Clone(after.Picture.Notes)
	return Comparison{c.picture, c.changes}
}

// comparison holds the making of one picture.
type comparison struct {
	before, after Survey
	picture       *picture.Picture
	changes       []Change
	symbolic      map[string]bool // the boxes outside whose addresses are not known, by id
}

// addBoxes takes the boxes of both pictures. A tier or endpoint in one of them only is new or gone.
func (c *comparison) addBoxes() {
	for _, b := range c.after.Picture.Boxes {
		if b.Lane.IsInside() && c.before.made.boxes[b.ID] == nil && c.before.made.outside[b.ID] == nil {
			b.Change, b.Holds = picture.Added, append([]string{"new"}, b.Holds...)
		}
		c.picture.Boxes = append(c.picture.Boxes, b)
	}
	for _, b := range c.before.Picture.Boxes {
		if c.picture.Box(b.ID) == nil && b.Lane.IsInside() {
			if c.after.made.boxes[b.ID] == nil && c.after.made.outside[b.ID] == nil {
				b.Change, b.Holds = picture.Removed, append([]string{"gone"}, b.Holds...)
			}
			c.picture.Boxes = append(c.picture.Boxes, b)
		}
	}
}

// add draws one change: a line for each kind of change and each box that stands for its ends.
func (c *comparison) add(d reach.Change) {
	if len(d.Parts) == 0 {
		c.addBetween(c.peer(d.From), c.peer(d.To), d, false, nil)
		return
	}
	out := d.To == reach.DescribeParts(d.Parts) // Peers have labels that no address has.
	for _, side := range sidesOf(d.Parts) {
		public := slices.ContainsFunc(side.parts, func(p reach.Outside) bool { return mayBePublic(p, out) })
		if out {
			c.addBetween(c.peer(d.From), c.side(side, true), d, public, side.notes)
		} else {
			c.addBetween(c.side(side, false), c.peer(d.To), d, public, side.notes)
		}
	}
}

// peer returns the id of the box of a peer, and draws it if it is not yet.
func (c *comparison) peer(label string) string {
	if c.picture.Box(label) != nil {
		return label
	}
	for _, s := range []Survey{c.after, c.before} {
		if b := s.made.boxes[label]; b != nil {
			c.picture.Boxes = append(c.picture.Boxes, *b)
			return label
		}
	}
	c.picture.Boxes = append(c.picture.Boxes, picture.Box{ID: label, Lane: picture.App, Name: shortName(label), Why: "nothing says more"})
	return label
}

// side returns the id of the box of some of the outside.
func (c *comparison) side(s side, reached bool) string {
	id, b := "from "+s.name, picture.Box{Lane: picture.Outside, Name: s.name}
	if reached {
		id, b.Lane = "to "+s.name, picture.Reached
	}
	c.symbolic[id] = slices.ContainsFunc(s.parts, func(p reach.Outside) bool { return p.Cell.Base != "" })
	if gateway := gatewayID(s.name); reached && c.picture.Box(gateway) != nil {
		return gateway
	}
	if c.picture.Box(id) != nil {
		return id
	}
	b.ID = id
	if s.name == picture.Internet {
		b.Holds = []string{"all public addresses"}
	} else if slices.ContainsFunc(s.parts, func(p reach.Outside) bool { return p.Inside }) {
		b.Holds = []string{"addresses of the network itself"}
	}
	c.picture.Boxes = append(c.picture.Boxes, b)
	return id
}

// side is some parts of the outside that one box stands for.
type side struct {
	name  string
	parts []reach.Outside
	notes []string
}

// sidesOf divides the outside as the pictures of one state do: most addresses together are the internet, lists and names have boxes of
// their own. If the internet is among the parts, its line stands for lists and for the network's own addresses too.
func sidesOf(parts []reach.Outside) []side {
	byName := map[string][]reach.Outside{}
	var names []string
	for _, p := range parts {
		name := nameOfPart(p)
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], p)
	}
	slices.Sort(names)
	share := map[bool]float64{}
	for _, p := range byName[""] {
		share[p.Is6()] += shareOf(p)
	}
	world := share[false] >= 0.5 || share[true] >= 0.5
	var out []side
	for _, name := range names {
		s := side{name: outsideName(name), parts: byName[name]}
		switch {
		case name == "" && world:
			s.name = picture.Internet
			if len(byName[inside]) > 0 {
				s.notes = []string{"and addresses of the network itself"}
			}
		case name == "" || name == inside:
			s.name = reach.DescribeParts(s.parts)
		}
		if world && (name == inside || name != "" && !s.parts[0].IsName()) {
			continue
		}
		out = append(out, s)
	}
	return out
}

// nameOfPart returns the name of a list, a domain or a symbol; inside for addresses of the network; and nothing for other addresses.
func nameOfPart(p reach.Outside) string {
	for name := range split(reach.Row{Parts: []reach.Outside{p}}) {
		return name
	}
	return ""
}

// private are the blocks of addresses that the internet does not route (IANA special-purpose address registries).
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("::1/128"),
}

// mayBePublic reports whether a part of the outside has public addresses, or may have some. Whoever is reached by name is not anybody.
func mayBePublic(p reach.Outside, reached bool) bool {
	switch {
	case p.Inside:
		return false
	case p.List != "":
		return !reached
	case p.Cell.Base != "":
		return true
	}
	return !slices.ContainsFunc(private, func(b netip.Prefix) bool { return b.Contains(p.Cell.From) && b.Contains(p.Cell.To) })
}

// addBetween draws a change between two boxes.
func (c *comparison) addBetween(from, to string, d reach.Change, public bool, notes []string) {
	for _, part := range []struct {
		change picture.Change
		set    traffic.Set
		in     Survey
	}{
		{picture.Added, d.Allowed, c.after}, {picture.MaybeAdded, d.Possibly, c.after}, {picture.Removed, d.Denied, c.before},
		{picture.MaybeRemoved, d.Unsettled, c.before},
	} {
		why := slices.Clone(notes)
		if d.Partly {
			why = append(why, "only between some of their subnets")
		}
		if part.change == picture.MaybeAdded || part.change == picture.MaybeRemoved {
			why = append(why, d.Unsure...)
		}
		rest := part.set
		for _, f := range part.in.Picture.Flows {
			common := f.Traffic.Intersect(rest)
			if f.From != from || f.To != to || f.State == picture.Missing || common.IsEmpty() {
				continue
			}
			rest = rest.Minus(common)
			f.Traffic, f.Change, f.Why = common, part.change, joined(why, f.Why)
			c.put(f, public)
		}
		if !rest.IsEmpty() {
			c.put(picture.Flow{From: from, To: to, Traffic: rest, Change: part.change, Why: why}, public)
		}
	}
}

// joined returns the texts of both lists, each once.
func joined(a, b []string) []string {
	out := slices.Clone(a)
	for _, text := range b {
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// put adds a change. Changes of several parts of the outside that one box stands for are one.
func (c *comparison) put(f picture.Flow, public bool) {
	for i := range c.changes {
		o := &c.changes[i]
		if o.From == f.From && o.To == f.To && o.Change == f.Change && o.State == f.State && o.Exception == f.Exception &&
			o.Until == f.Until && o.Inspected == f.Inspected {
			o.Traffic, o.Why, o.Public = o.Traffic.Union(f.Traffic), joined(o.Why, f.Why), o.Public || public
			return
		}
	}
	c.changes = append(c.changes, Change{Flow: f, Public: public})
}

// addInspection draws what passed a firewall before and now does not, or not on every way.
func (c *comparison) addInspection(now []picture.Flow) {
	for _, f := range now {
		if f.Inspected || f.State == picture.Missing {
			continue
		}
		for _, old := range c.before.Picture.Flows {
			if old.From == f.From && old.To == f.To && old.Inspected && old.State != picture.Missing {
				less := f
				less.Traffic, less.Change = c.unchanged(f).Intersect(old.Traffic), picture.LessInspected
				if !less.Traffic.IsEmpty() {
					c.put(less, c.after.isInternet(f.From) || c.after.isInternet(f.To))
				}
			}
		}
	}
}

func (s Survey) isInternet(id string) bool {
	b := s.made.outside[id]
	return b != nil && b.Name == picture.Internet
}

// passedBefore reports whether all traffic of a change certainly passed before, somewhere between its ends.
func (c *comparison) passedBefore(f picture.Flow) bool {
	rest := f.Traffic
	for _, old := range c.before.Picture.Flows {
		if old.From == f.From && old.To == f.To && old.State != picture.Missing && old.State != picture.Possible {
			rest = rest.Minus(old.Traffic)
		}
	}
	return rest.IsEmpty()
}

// unchanged returns what no change of the picture has of a flow.
func (c *comparison) unchanged(f picture.Flow) traffic.Set {
	rest := f.Traffic
	for _, d := range c.changes {
		if d.From == f.From && d.To == f.To && d.Change.Opens() && f.State != picture.Missing {
			rest = rest.Minus(d.Traffic)
		}
	}
	return rest
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// summary counts what changes.
func (c *comparison) summary() string {
	var parts []string
	for change := picture.Added; change <= picture.LessInspected; change++ {
		n := 0
		for _, d := range c.changes {
			if d.Change == change {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, change))
		}
	}
	for _, kind := range []struct {
		change picture.Change
		word   string
	}{{picture.Added, "new"}, {picture.Removed, "gone"}} {
		n := 0
		for _, b := range c.picture.Boxes {
			if b.Change == kind.change {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s %s", n, plural(n, "tier or endpoint", "tiers or endpoints"), kind.word))
		}
	}
	if len(parts) == 0 {
		return "No traffic changes."
	}
	return strings.Join(parts, ", ") + "."
}
