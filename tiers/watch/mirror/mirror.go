package mirror

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	plan "github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// constructID is the id of the construct in its network.
const constructID = "TrafficMirroring"

// Mirroring is the traffic mirroring of a network. Make it with [New], and say with [Mirroring.Copy] what is copied.
type Mirroring struct {
	constructs.Construct
	core     *wiring.Network
	nested   bool // whether it is in a nested stack
	copies   []*copying
	made     []string  // ids of children, from the last synthesis
	failed   diag.List // by the last synthesis
	problems report.Problems
}

// New makes the traffic mirroring of a network. It copies nothing until Copy is called. Call New once for a network; the order of calls
// does not matter. A nil network panics, and so does a call after synthesis.
func New(network *tiers.Network) *Mirroring {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{
			Summary: "the network of traffic mirroring is nil or was not made by NewNetwork", At: []diag.Position{at},
		}.String())
	}
	m := &Mirroring{core: wiring.NetworkOf(network)}
	id, free := constructID, m.core.Take(constructID, at)
	for !free && network.Node().TryFindChild(&id) != nil {
		id += "X" // CDK panics for a taken id; the error below stops the synthesis.
	}
	scope, nested := m.core.WatchScope(id)
	m.nested = nested
	constructs.NewConstruct_Override(m, scope, &id)
	m.problems.Attach(m, at)
	if !free {
		m.problems.Add("mirror-id", "the id "+constructID+" is taken",
			"the network has traffic mirroring, or another construct with this id, already",
			"call mirror.New once for a network, and give tiers other ids", at)
	}
	m.problems.Later = append(m.problems.Later, func() { m.problems.List = append(m.problems.List, m.failed...) })
	m.core.Watch(m.fill)
	m.core.Calls().Cannot(at, "traffic mirroring is not in the file; call mirror.New and Copy in workloads.go")
	return m
}

// Props say what is copied, and where to.
type Props struct {
	// Of are the sources. At least one is required.
	Of []Source
	// To is the target. It is required.
	To Target
	// Only are flows whose packets and answers are copied, and nothing else is. Each must be declared, and one of its ends must be the tier
	// of a source. Empty means the packets of no declared flow: everything that is not declared.
	Only []Flow
	// Number is the number of the sessions, 1 to 32766; 0 means 1. If several sessions of an interface accept a packet, the one with the
	// lowest number copies it. A number is unique among the sessions of an interface, and part of their identity.
	Number int
}

// Flow is a declared flow, or a part of one.
type Flow struct {
	From, To tiers.Peer
	Service  tiers.Service
}

// copying is a call of Copy.
type copying struct {
	id      string
	props   Props
	sources []source // the usable ones
	target  Target
	at      diag.Position
}

// Copy copies packets of sources to a target. The id names the copies in messages, is unique among those of the network, and is part of the
// logical ids of filters: it has 1 to 64 letters, digits and hyphens. Copy declares a flow on UDP 4789 from the tier of each source to the
// tier of the target, unless the kinds of the two tiers may not talk: then declare it with Except, and the error says how. Mistakes in
// props fail synthesis.
//
// A filter has at most 10 rules. If the flows of a tier need more, synthesis fails and says which flows need how many.
func (m *Mirroring) Copy(id string, props *Props) {
	at := diag.Caller()
	if m == nil || m.Construct == nil {
		panic(diag.Diagnostic{Summary: "Copy on traffic mirroring that was not made by New", At: []diag.Position{at}}.String())
	}
	m.core.MustBeOpen(at)
	c := &copying{id: id, at: at}
	if props != nil {
		c.props = *props
	}
	c.props.Number = plan.Number(c.props.Number)
	if m.check(c) {
		m.copies = append(m.copies, c)
		m.declareWay(c)
	}
}
