package arch

import (
	"fmt"
	"regexp"
	"slices"
)

// Gateway leads to another network: the company's own, another VPC, or a VPC in which all traffic is inspected.
type Gateway struct {
	Kind GatewayKind `json:"kind"`
	// Operand is the gateway's id, a literal or symbolic.
	Operand
}

// GatewayKind is what a gateway is. The zero GatewayKind is none.
type GatewayKind int

// The kinds of gateway.
const (
	NoGateway GatewayKind = iota
	TransitGateway
	PeeringConnection
	VPNGateway
)

var gatewayNames = []string{"none", "transit gateway", "peering connection", "virtual private gateway"}

// gatewayIDs are the forms of literal ids.
var gatewayIDs = map[GatewayKind]*regexp.Regexp{
	TransitGateway:    regexp.MustCompile(`^tgw-[0-9a-f]{8,17}$`),
	PeeringConnection: regexp.MustCompile(`^pcx-[0-9a-f]{8,17}$`),
	VPNGateway:        regexp.MustCompile(`^vgw-[0-9a-f]{8,17}$`),
}

var gatewayExamples = map[GatewayKind]string{
	TransitGateway: "tgw-0123456789abcdef0", PeeringConnection: "pcx-0123456789abcdef0", VPNGateway: "vgw-0123456789abcdef0",
}

// String returns the kind in words, "unknown" for a value that is no kind.
func (k GatewayKind) String() string {
	if k < 0 || int(k) >= len(gatewayNames) {
		return "unknown"
	}
	return gatewayNames[k]
}

// String names the gateway in messages: "transit gateway tgw-0123456789abcdef0".
func (g Gateway) String() string { return g.Kind.String() + " " + g.Text }

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

// MarshalText writes the kind's words.
func (k GatewayKind) MarshalText() ([]byte, error) { return marshalWord(gatewayNames, int(k)) }

// UnmarshalText reads what MarshalText writes.
func (k *GatewayKind) UnmarshalText(text []byte) error { return unmarshalWord(gatewayNames, text, k) }
