package survey

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// sideKey is a peer with the outside that it reaches, or that reaches it.
type sideKey struct {
	peer string
	out  bool
}

// outsideName returns the name of the box for an end that a declaration or the proof names.
func outsideName(name string) string {
	switch {
	case name == "the internet":
		return picture.Internet
	case catalog.IsPrefixListOf(name, "s3") || strings.HasSuffix(name, ".s3"):
		return "Amazon S3"
	case catalog.IsPrefixListOf(name, "dynamodb") || strings.HasSuffix(name, ".dynamodb"):
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
		if name == picture.Internet {
			b.Holds = []string{"all public addresses"}
		}
		s.outside[id] = b
	}
	return id
}

func gatewayID(name string) string { return "by gateway endpoint to " + name }

// gatewayBox returns the id of the box of a service behind a gateway endpoint.
func (s *survey) gatewayBox(name string) string {
	id := gatewayID(name)
	if s.outside[id] == nil {
		s.outside[id] = &picture.Box{ID: id, Lane: picture.Endpoint, Name: name, Holds: []string{"gateway endpoint"}}
	}
	return id
}

// crowd is some parts of the outside that exchange the same with a peer.
type crowd struct {
	name    string // of a list, a domain or a symbol; empty for addresses
	parts   []reach.Outside
	carried traffic.Carried
	why     []string
	// inspected says that a firewall is on every way, gateway that a gateway endpoint is on some way.
	inspected, gateway bool
}

// outsideOf makes the bundles of a peer with the outside. Most addresses together are the internet; what others exchange beyond that has
// boxes of its own. Addresses of the network itself are counted only.
func (s *survey) outsideOf(k sideKey, rows []reach.Row) []bundle {
	var crowds []crowd
	for _, r := range rows {
		crowds = append(crowds, s.crowdsOf(k, r)...)
	}
	share := map[string]float64{}
	for _, c := range crowds {
		for _, p := range c.parts {
			share[c.family(p)] += shareOf(p)
		}
	}
	world := crowd{name: picture.Internet, inspected: true}
	var rest []crowd
	for _, c := range crowds {
		if c.name == "" && slices.ContainsFunc(c.parts, func(p reach.Outside) bool { return share[c.family(p)] >= 0.5 }) {
			world.join(c)
		} else {
			rest = append(rest, c)
		}
	}
	out := []bundle{s.sideBundle(k, world)}
	for _, c := range rest {
		if c.beyond(world, k.out) {
			out = append(out, s.sideBundle(k, c))
		}
	}
	return united(out)
}

// crowdsOf divides a row. What is only possible is computed again: a rule on a prefix list counts for the list alone, which has a box of
// its own, and not for every address that may be in it.
func (s *survey) crowdsOf(k sideKey, r reach.Row) []crowd {
	byName := split(r)
	var out []crowd
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		parts := byName[name]
		if name == inside {
			s.neighbours++
			continue
		}
		c := crowd{name: name, parts: parts, carried: r.Carried, why: r.Unsure}
		if r.Carried.Maybe.Equal(r.Carried.Sure) {
			s.followWays(k, &c)
			out = append(out, c)
			continue
		}
		for _, p := range parts {
			one := crowd{name: name, parts: []reach.Outside{p}, carried: s.exchanged(k, p, reach.IgnoreUnresolved), why: r.Unsure}
			if !one.carried.Maybe.IsEmpty() {
				s.followWays(k, &one)
				out = append(out, one)
			}
		}
	}
	return out
}

// exchanged returns what a peer and a part of the outside exchange.
func (s *survey) exchanged(k sideKey, p reach.Outside, unresolved reach.Unresolved) traffic.Carried {
	var out traffic.Carried
	for from, to := range s.ways(k, []reach.Outside{p}) {
		out = out.Union(s.Topology.CarriedIf(from, to, unresolved))
	}
	return out
}

// followWays finds out whether a firewall is on every way between a peer and a crowd, and whether a gateway endpoint is on some way.
func (s *survey) followWays(k sideKey, c *crowd) {
	c.inspected = true
	some := false
	for from, to := range s.ways(k, c.parts) {
		if s.Topology.CarriedIf(from, to, reach.IgnoreUnresolved).Maybe.IsEmpty() {
			continue
		}
		some = true
		_, inspected := s.Topology.Inspected(from, to)
		c.inspected = c.inspected && inspected
		c.gateway = c.gateway || k.out && c.name != "" && s.Topology.IsByGatewayEndpoint(from, to)
	}
	c.inspected = c.inspected && some
}

// ways yields the ends of all ways between a peer and parts of the outside.
func (s *survey) ways(k sideKey, parts []reach.Outside) func(func(from, to reach.End) bool) {
	return func(yield func(from, to reach.End) bool) {
		for _, c := range s.classes[k.peer] {
			for _, l := range s.Topology.RepresentativesOutside(c) {
				for _, p := range parts {
					if p.Is6() != l.Cell.Is6() && p.List == "" {
						continue
					}
					from, to := reach.End{Class: c, Location: l}, reach.End{Outside: p}
					if !k.out {
						from, to = to, from
					}
					if !yield(from, to) {
						return
					}
				}
			}
		}
	}
}

// family returns a text that is equal for parts of an address family in crowds that exchange the same. Names have none.
func (c crowd) family(p reach.Outside) string {
	key := c.name + "4 "
	if p.Is6() {
		key = c.name + "6 "
	}
	return key + c.carried.Sure.String() + "/" + c.carried.Maybe.String()
}

func (c *crowd) join(o crowd) {
	c.parts = append(c.parts, o.parts...)
	c.carried = c.carried.Union(o.carried)
	c.inspected = c.inspected && o.inspected
	for _, why := range o.why {
		if !slices.Contains(c.why, why) {
			c.why = append(c.why, why)
		}
	}
}

// beyond takes away what the internet exchanges too, and reports whether anything is left. A list is part of the internet; it is only of
// interest if it is reached by another way. A domain name always is: whoever named it wants to see it.
func (c *crowd) beyond(world crowd, out bool) bool {
	if c.gateway || out && c.isDomain() {
		return true
	}
	c.carried.Sure = c.carried.Sure.Minus(world.carried.Sure)
	c.carried.Maybe = c.carried.Maybe.Minus(world.carried.Maybe).Union(c.carried.Sure)
	return !c.carried.Maybe.IsEmpty()
}

func (c *crowd) isDomain() bool { return len(c.parts) > 0 && c.parts[0].IsName() }

// sideBundle makes the bundle of a peer and a crowd.
func (s *survey) sideBundle(k sideKey, c crowd) bundle {
	b := bundle{from: k.peer, carried: c.carried, inspected: c.inspected, why: c.why}
	if c.carried.Maybe.IsEmpty() {
		return b
	}
	name := c.name
	if name == "" {
		name = reach.DescribeParts(c.parts)
	}
	if c.gateway {
		b.to = s.gatewayBox(outsideName(name))
	} else {
		b.to = s.outsideBox(outsideName(name), k.out)
	}
	if !k.out {
		b.from, b.to = b.to, b.from
	}
	s.parts[[2]string{b.from, b.to}] = append(s.parts[[2]string{b.from, b.to}], c.parts...)
	return b
}

// united joins the bundles of the same two ends.
func united(in []bundle) []bundle {
	var out []bundle
	for _, b := range in {
		if b.carried.Maybe.IsEmpty() {
			continue
		}
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
