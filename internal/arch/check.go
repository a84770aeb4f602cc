package arch

import (
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
)

// Check parses a and reports everything that is wrong with it. Flows that ended before today have expired. The model may be used only if
// the list holds no errors.
func Check(a Architecture, today time.Time) (*Model, diag.List) {
	c := checker{
		m:      &Model{Network: a.Network, index: map[string]int{}, declared: map[string]int{}},
		lists:  map[Operand]Flow{},
		behind: map[Peer]Flow{},
		today:  time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC),
	}
	c.network(a.Network)
	c.inspection(a.Network)
	c.defaultRoute(a.Network)
	endpoints, uses := c.endpoints(a)
	c.tiers(slices.Concat(a.Tiers, endpoints))
	c.pods()
	c.flows(slices.Concat(a.Flows, uses))
	c.protections(a.Protections)
	c.clients(a.ClientAddresses)
	c.policies(a.Policies)
	return c.m, c.diags
}

// checker builds a model and collects what is wrong.
type checker struct {
	m      *Model
	lists  map[Operand]Flow // the first flow that names a prefix list
	behind map[Peer]Flow    // the first flow to or from a peer behind a gateway
	facing map[string]bool  // whether each tier faces the internet
	diags  diag.List
	today  time.Time
}

// say returns the text in the dialect of the architecture.
func (c *checker) say(inGo, inFile string) string { return c.m.Network.Say(inGo, inFile) }

// add adds d with the network's path in front of the given path.
func (c *checker) add(path string, at []diag.Position, d diag.Diagnostic) {
	d.Path, d.At = c.m.Network.PathTo(path), at
	c.diags.Add(d)
}
