package arch

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
)

// Model is an architecture in which every text is parsed and every name is known. Tiers and flows have an order that does
// not depend on the order of declaration.
type Model struct {
	Network Network      // with its defaults filled in
	Prefix  netip.Prefix // the parsed Range; zero where that is symbolic or the network is wrapped
	Zones   []Zone       // by slot
	Tiers   []Tier       // by id
	Flows   []Flow       // by Compare, each with Ports set; flows declared twice are one, with both positions
	// Protections are by tier.
	Protections []Protection
	Grants      []Grant    // by tier
	Roles       []TierRole // by tier and ARN
	// ClientAddresses are by their tiers and ports.
	ClientAddresses []ClientAddresses
	index           map[string]int
}

// Tier returns the tier of the given id, false if there is none.
func (m *Model) Tier(id string) (Tier, bool) {
	i, ok := m.index[id]
	if !ok {
		return Tier{}, false
	}
	return m.Tiers[i], true
}

// Architecture is what was declared, without what follows from it.
func (m *Model) Architecture() Architecture {
	return Architecture{
		Network: m.Network, Protections: m.Protections, Grants: m.Grants, Roles: m.Roles, ClientAddresses: m.ClientAddresses,
		Tiers: slices.DeleteFunc(slices.Clone(m.Tiers), func(t Tier) bool { return t.Kind == Endpoint }),
		Flows: slices.DeleteFunc(slices.Clone(m.Flows), func(f Flow) bool { return f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint }),
	}
}

// Check parses a and finds everything that is wrong with it; today decides which flows have expired. The model is only
// good for use if the list holds no errors.
func Check(a Architecture, today time.Time) (*Model, diag.List) {
	c := checker{
		m:      &Model{Network: a.Network, index: map[string]int{}},
		lists:  map[Operand]Flow{},
		behind: map[Peer]Flow{},
		today:  time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC),
	}
	c.network(a.Network)
	c.inspection(a.Network)
	c.defaultRoute(a.Network)
	endpoints, uses := c.endpoints(a)
	c.tiers(slices.Concat(a.Tiers, endpoints))
	c.flows(slices.Concat(a.Flows, uses))
	c.protections(a.Protections)
	c.clients(a.ClientAddresses)
	return c.m, c.diags
}

// checker builds a model and collects what is wrong.
type checker struct {
	m      *Model
	lists  map[Operand]Flow // the first flow that names a prefix list
	behind map[Peer]Flow    // the first flow to or from a peer behind a gateway
	diags  diag.List
	today  time.Time
}

// add completes d with the network's path in front of the path given.
func (c *checker) add(path string, at []diag.Position, d diag.Diagnostic) {
	d.Path, d.At = c.m.Network.PathTo(path), at
	c.diags.Add(d)
}

// PathTo returns the diagnostic path of something in the network: "Shop/Network tiers.Web".
func (n Network) PathTo(path string) string { return strings.TrimSpace(n.Path + " " + path) }

// Subject returns what identifies something of the network in a finding's ID: "Shop/Network:Web".
func (n Network) Subject(of string) string { return n.Path + ":" + of }

// Compare orders flows by their ends and service.
func (f Flow) Compare(g Flow) int {
	return cmp.Or(comparePeers(f.From, g.From), comparePeers(f.To, g.To), slices.CompareFunc(f.Ports, g.Ports, Ports.Compare))
}

func comparePeers(a, b Peer) int {
	aTier, bTier := a.Kind.IsTier(), b.Kind.IsTier()
	if aTier != bTier {
		if aTier {
			return -1
		}
		return 1
	}
	if aTier {
		return cmp.Compare(a.Text, b.Text)
	}
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), compareBools(a.Symbolic, b.Symbolic),
		compareBools(a.IPv6, b.IPv6), cmp.Compare(a.Entries, b.Entries))
}

// compareBools puts false first.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// PathString returns the flow's place in diagnostics: "tiers.Web -> tiers.App".
func (f Flow) PathString() string { return f.From.path() + " -> " + f.To.path() }

// SubjectString identifies the flow: "Web->App:tcp/8080".
func (f Flow) SubjectString() string {
	return f.From.String() + "->" + f.To.String() + ":" + FormatService(f.Ports)
}
