package arch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// ClientAddresses says that a load balancer of an edge tier keeps its clients' addresses in the packets that it passes on to targets in
// another tier. Network ACLs see these addresses, and security groups the load balancer's group.
type ClientAddresses struct {
	From string `json:"from"` // the edge tier's id
	To   string `json:"to"`   // the targets' tier
	// Listener is what the load balancer listens on and Service what the targets take, in the syntax of ParseService.
	Listener       string        `json:"listener"`
	Service        string        `json:"service"`
	Listens, Ports []Ports       `json:"-"` // set by Check
	At             diag.Position `json:"at,omitzero"`
}

// IsClient reports whether those who a flow is from are clients of the load balancer.
func (a ClientAddresses) IsClient(f Flow) bool {
	return f.To.Kind.IsTier() && f.To.Text == a.From && portsOverlap(f.Ports, a.Listens)
}

// clients checks who keeps clients' addresses.
func (c *checker) clients(all []ClientAddresses) {
	for _, a := range all {
		ports, err := ParseService(a.Service)
		listens, wrong := ParseService(a.Listener)
		err = errors.Join(err, wrong)
		for _, id := range []string{a.From, a.To} {
			if _, ok := c.m.Tier(id); !ok && err == nil {
				err = fmt.Errorf("there is no tier %q in the network", id)
			}
		}
		if err != nil {
			c.add("tiers."+a.From, []diag.Position{a.At}, diag.Diagnostic{Rule: "client-addresses", Summary: "client addresses are not usable",
				Detail: err.Error()})
			continue
		}
		a.Listens, a.Ports = listens, ports
		c.m.ClientAddresses = append(c.m.ClientAddresses, a)
	}
	slices.SortStableFunc(c.m.ClientAddresses, func(a, b ClientAddresses) int {
		return strings.Compare(a.key(), b.key())
	})
}

func (a ClientAddresses) key() string {
	return a.From + " " + FormatService(a.Listens) + " " + a.To + " " + FormatService(a.Ports)
}
