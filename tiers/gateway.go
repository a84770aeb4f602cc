package tiers

import "github.com/tierwall/tierwall/internal/arch"

// Gateway is a gateway to another network. Make it with [TransitGateway], [PeeringConnection] or [VPNGateway]. The zero Gateway is no
// gateway.
type Gateway struct {
	kind arch.GatewayKind
	id   string
}

// TransitGateway returns a transit gateway by its id: a literal, "tgw-0123456789abcdef0", or a CDK token. It may lead to the company's
// network, to other VPCs, or to a VPC that inspects all traffic. The network attaches itself to the transit gateway in subnets that it
// makes for the attachment. The owner of the transit gateway adds the routes to its route tables.
func TransitGateway(id string) Gateway { return Gateway{arch.TransitGateway, id} }

// PeeringConnection returns an active peering connection to another VPC by its id: a literal, "pcx-0123456789abcdef0", or a CDK token.
// The owner of the other VPC adds the routes there.
func PeeringConnection(id string) Gateway { return Gateway{arch.PeeringConnection, id} }

// VPNGateway returns a virtual private gateway by its id: a literal, "vgw-0123456789abcdef0", or a CDK token. The gateway must already be
// attached to the network's VPC.
func VPNGateway(id string) Gateway { return Gateway{arch.VPNGateway, id} }

// Via returns the same block with a gateway that leads to it. Tiers with flows to or from the block get a route to it through the gateway.
// Without a gateway, a public block is reached through the internet, and a private block is not reached.
func (b BlockPeer) Via(g Gateway) BlockPeer {
	b.via = g
	return b
}

// declared returns the gateway in the model's terms.
func (g Gateway) declared() arch.Gateway {
	return arch.Gateway{Kind: g.kind, Operand: arch.Operand{Text: g.id}}
}
