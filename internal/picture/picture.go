package picture

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// Lane is where a box stands: lanes are in the order of trust, from those outside who come in to those outside who are reached.
type Lane int

// The lanes.
const (
	Outside  Lane = iota // whoever opens connections to the network
	Edge                 // load balancers
	Bastion              // administrators' way in
	Web                  // what answers requests of the edge
	App                  // business logic
	Data                 // databases, caches, queues
	Endpoint             // VPC endpoints
	Reached              // whoever outside the network opens connections to
)

var laneNames = [...]string{
	Outside: "From outside", Edge: "Edge", Bastion: "Bastion", Web: "Web", App: "App", Data: "Data", Endpoint: "VPC endpoints",
	Reached: "To outside",
}

// String returns the title of the lane.
func (l Lane) String() string { return laneNames[l] }

// IsInside reports whether boxes in the lane are part of the network.
func (l Lane) IsInside() bool { return l != Outside && l != Reached }

// Picture is what a drawing shows.
type Picture struct {
	Title string
	// Summary is one sentence: how many tiers and flows there are, and what a proof says about them.
	Summary string
	Boxes   []Box
	Flows   []Flow
	// Compared says that the picture shows a change: boxes and flows say how they differ from before.
	Compared bool
	// Notes are what a reader must know that no box and no line shows.
	Notes []string
}

// Internet is the name of the box outside that stands for all public addresses.
const Internet = "Internet"

// Box is a tier, an endpoint, or someone outside.
type Box struct {
	ID      string // unique in the picture
	Lane    Lane
	Name    string
	Holds   []string // what stands in it, one line each
	Details []string // its zones or subnets, one line each
	Why     string   // why it is in its lane; empty if it was declared
	Names   []string // the boxes that it stands for, if it stands for several
	Change  Change   // Added if it is new, Removed if it is gone
}

// State says whether a flow is carried, and whether somebody means it.
type State int

// The states.
const (
	Carried  State = iota // it certainly passes
	Wider                 // it passes, but no flow and no rule names both ends: rules on addresses open it
	Excess                // it passes, and the proof finds that it was not declared
	Possible              // it may pass: the templates do not say
	Missing               // it is declared but does not pass
)

var stateNames = [...]string{Carried: "carried", Wider: "wider", Excess: "excess", Possible: "possible", Missing: "missing"}

// String returns the name of the state.
func (s State) String() string { return stateNames[s] }

// Flow is traffic that one box opens to another.
type Flow struct {
	From, To string // ids of boxes
	Traffic  traffic.Set
	State    State
	// Inspected says that a network firewall is on the way.
	Inspected bool
	// Exception says that the declaration allows the flow by way of exception. Until is its last day; empty is no end.
	Exception bool
	Until     string
	Why       []string // why it is unknown, or wider
	// Pairs is how many pairs of tiers a flow of a summary stands for; 0 says that it holds for every pair.
	Pairs int
	// Change is how it differs from before, in a picture of a change.
	Change Change
}

// Label returns what stands at the flow's line: its services, and its marks in words.
func (f Flow) Label() string {
	label := f.Change.Mark() + Services(f.Traffic)
	switch f.State {
	case Possible:
		if f.Change == Same {
			label = "? " + label
		}
	case Wider:
		label += " by addresses"
	case Excess:
		label += ", not declared"
	case Missing:
		label += ", missing"
	}
	if f.Exception {
		label += ", exception"
		if f.Until != "" {
			label += " until " + f.Until
		}
	}
	return label
}

// Box returns the box with an id, or nil.
func (p *Picture) Box(id string) *Box {
	i := slices.IndexFunc(p.Boxes, func(b Box) bool { return b.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Boxes[i]
}

// Sort puts boxes and flows into the order that does not depend on how they were found.
func (p *Picture) Sort() {
	slices.SortStableFunc(p.Boxes, func(a, b Box) int {
		return cmp.Or(cmp.Compare(a.Lane, b.Lane), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	slices.SortStableFunc(p.Flows, func(a, b Flow) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), cmp.Compare(a.Change, b.Change),
			cmp.Compare(a.State, b.State), a.Traffic.Compare(b.Traffic), compareMarks(a, b))
	})
}

func compareMarks(a, b Flow) int {
	mark := func(f Flow) int {
		n := 0
		if f.Inspected {
			n = 1
		}
		if f.Exception {
			n += 2
		}
		return n
	}
	return cmp.Or(cmp.Compare(mark(a), mark(b)), strings.Compare(a.Until, b.Until))
}

// Around keeps the boxes with these names or ids, what they exchange, and whom they exchange it with. It returns the names that no box
// has. Without names it keeps everything.
func (p *Picture) Around(names []string) (unknown []string) {
	if len(names) == 0 {
		return nil
	}
	chosen, near := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		found := false
		for _, b := range p.Boxes {
			if strings.EqualFold(b.Name, name) || b.ID == name {
				chosen[b.ID], near[b.ID], found = true, true, true
			}
		}
		if !found {
			unknown = append(unknown, name)
		}
	}
	p.Flows = slices.DeleteFunc(p.Flows, func(f Flow) bool { return !chosen[f.From] && !chosen[f.To] })
	for _, f := range p.Flows {
		near[f.From], near[f.To] = true, true
	}
	p.Boxes = slices.DeleteFunc(p.Boxes, func(b Box) bool { return !near[b.ID] })
	return unknown
}
