package survey

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/reach"
)

// sideKey is a peer with the outside that it reaches, or that reaches it.
type sideKey struct {
	peer string
	out  bool
}

// internet is the name of the box that stands for most addresses.
const internet = "Internet"

// outsideName returns the name of the box for an end that a declaration or the proof names.
func outsideName(name string) string {
	switch {
	case name == "the internet":
		return internet
	case catalog.IsPrefixListOf(name, "s3"):
		return "Amazon S3"
	case catalog.IsPrefixListOf(name, "dynamodb"):
		return "Amazon DynamoDB"
	}
	return name
}

// outsideBox returns the id of the box of someone outside, and makes the box.
func (s *survey) outsideBox(name string, reached bool) string {
	id, lane := "from "+name, picture.Outside
	if reached {
		id, lane = "to "+name, picture.Reached
	}
	if s.outside[id] == nil {
		b := &picture.Box{ID: id, Lane: lane, Name: name}
		if name == internet {
			b.Holds = []string{"all public addresses"}
		}
		s.outside[id] = b
	}
	return id
}

// outsideOf makes the bundles of a peer with the outside. Most addresses together are the internet; what others exchange beyond that has
// boxes of its own. Addresses of the network itself are counted only.
func (s *survey) outsideOf(k sideKey, rows []reach.Row) []bundle {
	var world bundle
	var named, other []namedRow
	share := map[string]float64{}
	for _, r := range rows {
		byName := split(r)
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			parts := byName[name]
			switch name {
			case inside:
				s.neighbours++
			case "":
				n := namedRow{Row: r, parts: parts, key: r.Carried.Sure.String() + "/" + r.Carried.Maybe.String()}
				for _, p := range parts {
					share[n.family(p)] += shareOf(p)
				}
				other = append(other, n)
			default:
				named = append(named, namedRow{Row: r, parts: parts, name: name})
			}
		}
	}
	var narrow []namedRow
	for _, n := range other {
		if slices.ContainsFunc(n.parts, func(p reach.Outside) bool { return share[n.family(p)] >= 0.5 }) {
			world.add(n.Row)
			world.inspected = s.inspectedOutside(k, n.parts)
		} else {
			narrow = append(narrow, n)
		}
	}
	var out []bundle
	if !world.carried.Maybe.IsEmpty() {
		out = append(out, s.sideBundle(k, internet, world))
	}
	for _, n := range append(named, narrow...) {
		if b, ok := s.beyond(k, n, world); ok {
			out = append(out, b)
		}
	}
	return united(out)
}

// namedRow is a row with some of its parts: those of one name, or addresses.
type namedRow struct {
	reach.Row
	parts []reach.Outside
	name  string
	key   string // equal for rows that carry the same
}

func (n namedRow) family(p reach.Outside) string {
	if p.Is6() {
		return "6" + n.key
	}
	return "4" + n.key
}

// beyond returns the bundle of a row beside the internet's. It returns false if the row adds nothing.
func (s *survey) beyond(k sideKey, n namedRow, world bundle) (bundle, bool) {
	b := bundle{inspected: s.inspectedOutside(k, n.parts)}
	b.add(n.Row)
	if n.name == "" {
		n.name = reach.DescribeParts(n.parts)
		b.carried.Sure = b.carried.Sure.Minus(world.carried.Sure)
		b.carried.Maybe = b.carried.Maybe.Minus(world.carried.Maybe).Union(b.carried.Sure)
	}
	return s.sideBundle(k, outsideName(n.name), b), !b.carried.Maybe.IsEmpty()
}

// sideBundle gives a bundle its two ends.
func (s *survey) sideBundle(k sideKey, name string, b bundle) bundle {
	if b.carried.Maybe.IsEmpty() {
		return b
	}
	b.from, b.to = k.peer, s.outsideBox(name, k.out)
	if !k.out {
		b.from, b.to = b.to, b.from
	}
	return b
}

// united joins the bundles of the same two ends.
func united(in []bundle) []bundle {
	var out []bundle
	for _, b := range in {
		i := slices.IndexFunc(out, func(o bundle) bool { return o.from == b.from && o.to == b.to })
		if i < 0 {
			out = append(out, b)
			continue
		}
		out[i].carried = out[i].carried.Union(b.carried)
		out[i].inspected = out[i].inspected && b.inspected
		out[i].why = append(slices.Clip(out[i].why), b.why...)
	}
	return out
}

// inside is the name of the parts within the network.
const inside = "\x00inside"

// split divides the parts of a row: those within the network, those with a name each, and the addresses, which have none.
func split(r reach.Row) map[string][]reach.Outside {
	out := map[string][]reach.Outside{}
	for _, p := range r.Parts {
		name := ""
		switch {
		case p.Inside:
			name = inside
		case p.List != "":
			name = strings.TrimPrefix(p.List, "domain ")
		case p.Cell.Base != "":
			name = p.String()
		}
		out[name] = append(out[name], p)
	}
	return out
}

// shareOf returns the part's share of all addresses of its family.
func shareOf(p reach.Outside) float64 {
	value := func(b []byte) float64 {
		n := 0.0
		for _, x := range b {
			n = n*256 + float64(x)
		}
		return n
	}
	from, to := p.Cell.From.AsSlice(), p.Cell.To.AsSlice()
	return (value(to) - value(from) + 1) / math.Pow(256, float64(len(from)))
}

// inspectedOutside reports whether a firewall is on every way between a peer and parts of the outside.
func (s *survey) inspectedOutside(k sideKey, parts []reach.Outside) bool {
	some := false
	for _, c := range s.classes[k.peer] {
		for _, l := range s.Topology.RepresentativesOutside(c) {
			for _, p := range parts {
				if p.Is6() != l.Cell.Is6() {
					continue
				}
				from, to := reach.End{Class: c, Location: l}, reach.End{Outside: p}
				if !k.out {
					from, to = to, from
				}
				if _, ok := s.Topology.Inspected(from, to); !ok {
					return false
				}
				some = true
			}
		}
	}
	return some
}
