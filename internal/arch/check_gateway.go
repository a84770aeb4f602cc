package arch

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// gatewayIDs are the forms of literal ids.
var gatewayIDs = map[GatewayKind]*regexp.Regexp{
	TransitGateway:    regexp.MustCompile(`^tgw-[0-9a-f]{8,17}$`),
	PeeringConnection: regexp.MustCompile(`^pcx-[0-9a-f]{8,17}$`),
	VPNGateway:        regexp.MustCompile(`^vgw-[0-9a-f]{8,17}$`),
}

var gatewayExamples = map[GatewayKind]string{
	TransitGateway: "tgw-0123456789abcdef0", PeeringConnection: "pcx-0123456789abcdef0", VPNGateway: "vgw-0123456789abcdef0",
}

// check says what is wrong with a gateway, if anything.
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

// through checks the gateway of a flow that takes one. A block is behind one gateway, as a route table has one route to it.
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
			c.failFlow(f, "gateway", "a peer is behind two gateways", fmt.Sprintf("%s is reached by %s and by %s; a route table has one route to it", p, first.Path.Via, f.Path.Via), "name one of the two")
		}
	}
}

// defaultRoute checks where egress is led to, if it leaves by another network.
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
		fail("a default route cannot lead to a peering connection", "the internet is not reached through another VPC's gateways (VPC Peering Guide)", "use a transit gateway")
	}
	if n.Wrapped {
		fail("a wrapped VPC has routes of its own", "its route tables are somebody else's", "leave out DefaultRoute")
	}
}
