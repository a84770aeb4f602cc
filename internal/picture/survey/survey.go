package survey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// Input is what a picture is made of.
type Input struct {
	Assembly *cfn.Assembly
	Topology *reach.Topology // of the assembly
	// Declaration and Report are what was declared and what the proof says about it; both are nil if nothing was declared.
	Declaration *proof.Declaration
	Report      *proof.Report
	Title       string
	Places      Places
	// AssumesOpen says that missing routes and network ACLs were assumed to be open.
	AssumesOpen bool
}

// Places says which places of a tier its box lists.
type Places int

// The places.
const (
	NoPlaces Places = iota // only the number of zones
	Zones
	Subnets
)

// Survey is a picture, with what stands at the ends of its flows.
type Survey struct {
	Picture *picture.Picture

	made *survey
}

// Topology returns what was surveyed.
func (s Survey) Topology() *reach.Topology { return s.made.Topology }

// Declared returns the declared flows from one box to another.
func (s Survey) Declared(from, to string) []arch.Flow {
	var out []arch.Flow
	for _, f := range s.made.declared(bundle{from: from, to: to}) {
		out = append(out, f.Flow)
	}
	return out
}

// Members returns the resources that a box stands for.
func (s Survey) Members(id string) []*cfn.Resource {
	return members(s.made.classes[id])
}

// Ends returns the places that a flow between two boxes begins and ends at. There are none if a box stands for nothing in the templates.
func (s Survey) Ends(from, to string) (a, b []reach.End) {
	side := func(id string) []reach.End {
		var out []reach.End
		for _, c := range s.made.classes[id] {
			for _, l := range c.Locations() {
				out = append(out, reach.End{Class: c, Location: l})
			}
		}
		if out == nil {
			for _, p := range s.made.parts[[2]string{from, to}] {
				out = append(out, reach.End{Outside: p})
			}
		}
		return out
	}
	return side(from), side(to)
}

// Make makes the picture.
func Make(in Input) Survey {
	s := &survey{Input: in, matrix: in.Topology.Matrix(), classes: in.Topology.PeerClasses(), boxes: map[string]*picture.Box{},
		outside: map[string]*picture.Box{}, used: map[string]bool{}, tiers: map[string]tier{}, networks: map[string]map[string]string{},
		isTier: map[string]bool{}, parts: map[[2]string][]reach.Outside{}}
	s.findTiers()
	for _, label := range s.matrix.Peers {
		s.addPeer(label)
	}
	s.addRows()
	s.addMissing()
	p := &picture.Picture{Title: in.Title, Flows: s.flows}
	for _, label := range s.matrix.Peers {
		if s.isDrawn(label) {
			p.Boxes = append(p.Boxes, *s.boxes[label])
		}
	}
	for _, b := range s.outside {
		p.Boxes = append(p.Boxes, *b)
	}
	if s.Declaration == nil {
		dropPrefix(p)
	}
	p.Sort()
	dropEmpty(p)
	p.Summary, p.Notes = s.summary(p), s.notes()
	return Survey{p, s}
}

// survey holds the making of one picture.
type survey struct {
	Input
	matrix     reach.Matrix
	classes    map[string][]*reach.Class
	tiers      map[string]tier // by the names of their groups
	unmeant    []importer.Unmeant
	boxes      map[string]*picture.Box      // by the labels of peers
	outside    map[string]*picture.Box      // by id
	networks   map[string]map[string]string // the ids of boxes, by network and tier
	flows      []picture.Flow
	used       map[string]bool // the boxes that flows begin or end at
	neighbours int             // rows with addresses of the network itself
	idle       int
	isTier     map[string]bool               // the labels of declared tiers
	parts      map[[2]string][]reach.Outside // the outside ends of flows, by both boxes
}

// tier is what is known of the tier that wears some groups.
type tier struct {
	network  string // construct path; empty if it was not declared
	name     string
	kind     arch.Kind
	internal bool
	why      string
}

// findTiers finds the names and kinds of tiers.
func (s *survey) findTiers() {
	found := importer.Recognize(s.Assembly)
	for _, t := range found.Tiers {
		s.tiers[strings.Join(t.Groups, "\x00")] = tier{name: t.ID, kind: t.Kind, internal: t.Internal, why: t.Why}
	}
	if s.Declaration == nil {
		s.unmeant = found.Unmeant
		return
	}
	for _, n := range s.Declaration.Networks {
		for _, t := range n.Architecture.Tiers {
			at := n.Tiers[t.ID].Group
			if v, err := s.Assembly.Evaluate(at.Template, at.Expression); err == nil {
				s.tiers[groupsKey([]*reach.Group{s.Topology.Group(v)})] =
					tier{network: n.Architecture.Network.Path, name: t.ID, kind: t.Kind, internal: t.Internal}
			}
		}
	}
}

func groupsKey(groups []*reach.Group) string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.Name
	}
	slices.Sort(names)
	return strings.Join(names, "\x00")
}

// addPeer makes the box of a peer.
func (s *survey) addPeer(label string) {
	classes := s.classes[label]
	c := classes[0]
	b := &picture.Box{ID: label, Name: label, Holds: contents(classes), Details: s.places(classes)}
	s.boxes[label] = b
	t, known := s.tiers[groupsKey(c.Groups)]
	switch {
	case c.Outsiders() != "":
		b.Lane, b.Name = picture.Outside, c.Outsiders()
	case isEndpoint(classes):
		b.Lane, b.Name = picture.Endpoint, endpointName(members(classes)[0])
	case len(c.Groups) == 0 || c.Unfiltered:
		b.Lane, b.Name, b.Why = laneOfMembers(classes), shortName(c.Name), "it has no security group"
	case known:
		b.Lane, b.Name, b.Why = laneOf(t.kind), t.name, t.why
		if t.internal {
			b.Holds = append([]string{"internal"}, b.Holds...)
		}
		if t.network != "" {
			if s.networks[t.network] == nil {
				s.networks[t.network] = map[string]string{}
			}
			s.networks[t.network][t.name], s.isTier[label] = label, true
		}
	default:
		b.Lane, b.Name, b.Why = picture.App, shortName(label), "nothing says more"
	}
	if s.Declaration != nil && len(s.Declaration.Networks) > 1 && t.network != "" {
		b.Holds = append([]string{"in " + t.network}, b.Holds...)
	}
}

// isDrawn reports whether a peer has a box in the picture. A group that nothing wears and that exchanges nothing has none.
func (s *survey) isDrawn(label string) bool {
	t := s.tiers[groupsKey(s.classes[label][0].Groups)]
	if s.used[label] || t.network != "" || len(members(s.classes[label])) > 0 {
		return true
	}
	s.idle++
	return false
}

// summary counts what is drawn, and says what the proof found.
func (s *survey) summary(p *picture.Picture) string {
	tiers, endpoints := 0, 0
	for _, b := range p.Boxes {
		switch {
		case b.Lane == picture.Endpoint:
			endpoints++
		case b.Lane.IsInside():
			tiers++
		}
	}
	text := counted(tiers, "tier")
	if endpoints > 0 {
		text += ", " + counted(endpoints, "endpoint")
	}
	text += ", " + counted(len(p.Flows), "flow")
	switch {
	case s.Report == nil:
		return text + ". Nothing was declared: the picture shows what the templates carry."
	case s.Report.Exact():
		return text + ". Proven: the templates carry exactly the declared traffic."
	}
	return fmt.Sprintf("%s. The templates differ from the declaration: %s.", text, counted(len(s.Report.Findings), "finding"))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// isMostlyUnknown reports whether most flows are unknown in templates without a subnet.
func (s *survey) isMostlyUnknown() bool {
	unknown := 0
	for _, f := range s.flows {
		if f.State == picture.Possible {
			unknown++
		}
	}
	subnets := slices.ContainsFunc(s.Topology.Subnets, func(n *reach.Subnet) bool { return n.Resource != nil })
	return unknown > len(s.flows)/2 && !subnets && !s.AssumesOpen
}

// notes says what the picture leaves out, and what is not known.
func (s *survey) notes() []string {
	var out []string
	if s.matrix.Pairs > reach.MaxPairs {
		out = append(out, fmt.Sprintf("Not drawn: flows between tiers, because %d pairs may exchange traffic and the limit is %d.",
			s.matrix.Pairs, reach.MaxPairs))
	}
	if s.isMostlyUnknown() {
		out = append(out, "Most flows are unknown, because subnets are missing. --assume-open draws what the security groups allow.")
	}
	if n := len(s.Topology.Gaps); n > 0 {
		out = append(out, counted(n, "part")+" of the templates not understood; tierwall show lists what may be different for that reason.")
	}
	if n := len(s.matrix.Foreign); n > 0 {
		out = append(out, counted(n, "group")+" not in the templates: only the rules that the templates add are drawn.")
	}
	if s.neighbours > 0 {
		out = append(out, "Not drawn: "+counted(s.neighbours, "flow")+" between a tier and other addresses of its own network; "+
			"tierwall show lists them.")
	}
	if s.idle > 0 {
		out = append(out, "Not drawn: "+counted(s.idle, "group")+" that nothing wears and that exchange nothing.")
	}
	if n := len(s.Topology.Assumptions); n > 0 {
		out = append(out, counted(n, "assumption")+" behind this picture; tierwall show lists them.")
	}
	return append(out, s.undrawn()...)
}
