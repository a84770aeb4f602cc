package arch

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// gatewayIDs are the forms of literal ids.
var gatewayIDs = map[GatewayKind]*lazyregexp.Regexp{
	TransitGateway:    lazyregexp.New(`^tgw-[0-9a-f]{8,17}$`),
	PeeringConnection: lazyregexp.New(`^pcx-[0-9a-f]{8,17}$`),
	VPNGateway:        lazyregexp.New(`^vgw-[0-9a-f]{8,17}$`),
}

var gatewayExamples = map[GatewayKind]string{
	TransitGateway: "tgw-0123456789abcdef0", PeeringConnection: "pcx-0123456789abcdef0", VPNGateway: "vgw-0123456789abcdef0",
}

// check returns an error if a gateway is not usable.
func (g Gateway) check() error {
	form, ok := gatewayIDs[g.Kind]
	switch {
	case !ok:
		return fmt.Errorf("the gateway's kind is %s; allowed are transit gateway, peering connection and virtual private gateway", g.Kind)
	case !g.Symbolic && !form.MatchString(g.Text):
		return fmt.Errorf("got %q; allowed is the id of a %s, as in %q", g.Text, g.Kind, gatewayExamples[g.Kind])
	}
	return nil
}

// through checks the gateway of a flow that takes one. A peer may be behind only one gateway, because a route table has only one route to
// it.
func (c *checker) through(f Flow) {
	if f.Path.Kind != ThroughGateway {
		return
	}
	if err := f.Path.Via.check(); err != nil {
		c.failFlow(f, "gateway", "a flow's gateway is not usable", err.Error(), "")
		return
	}
	for _, p := range []Peer{f.From, f.To} {
		if p.Kind.IsTier() {
			continue
		}
		first, ok := c.behind[p]
		if !ok {
			c.behind[p] = f
		} else if first.Path.Via != f.Path.Via {
			f.At = append(slices.Clone(f.At), first.At...)
			c.failFlow(f, "gateway", "a peer is behind two gateways",
				fmt.Sprintf("%s is reached through %s and through %s; a route table can have only one route to it", p, first.Path.Via, f.Path.Via),
				"name one of the two")
		}
	}
}

// defaultRoute checks the gateway of egress that leaves through another network.
func (c *checker) defaultRoute(n Network) {
	if n.DefaultRoute == nil {
		return
	}
	fail := func(summary, detail, fix string) {
		c.add("network", []diag.Position{n.At}, diag.Diagnostic{Rule: "default-route", Summary: summary, Detail: detail, Fix: fix})
	}
	if err := n.DefaultRoute.check(); err != nil {
		fail("the default route's gateway is not usable", err.Error(), "")
	} else if n.DefaultRoute.Kind == PeeringConnection {
		fail("a default route cannot lead to a peering connection",
			"a peering connection does not lead to the internet through the other VPC's gateways (VPC Peering Guide)", "use a transit gateway")
	}
	if n.Wrapped {
		fail(c.say("DefaultRoute is set on a wrapped VPC", "defaultRoute is set on an existing VPC"),
			"the owner of the VPC manages its route tables",
			"leave out "+c.say("DefaultRoute", "`defaultRoute`"))
	}
}
