package tiers

import "github.com/tierwall/tierwall/internal/arch"

// Gateway leads to another network. Make it with [TransitGateway], [PeeringConnection] or [VPNGateway]; the zero Gateway is
// none.
type Gateway struct {
	kind arch.GatewayKind
	id   string
}

// TransitGateway is a transit gateway: to the company's network, to other VPCs, or to a VPC that inspects all traffic. Its
// id is a literal, "tgw-0123456789abcdef0", or a CDK token. The network attaches itself to it in subnets of its own; the
// routes in the transit gateway's tables are its owner's.
func TransitGateway(id string) Gateway { return Gateway{arch.TransitGateway, id} }

// PeeringConnection is an active peering connection to another VPC. Its id is a literal, "pcx-0123456789abcdef0", or a CDK
// token. The routes at its other end are that VPC's.
func PeeringConnection(id string) Gateway { return Gateway{arch.PeeringConnection, id} }

// VPNGateway is a virtual private gateway that is attached to the network's VPC. Its id is a literal,
// "vgw-0123456789abcdef0", or a CDK token.
func VPNGateway(id string) Gateway { return Gateway{arch.VPNGateway, id} }

// Via returns the block behind a gateway: tiers with flows to or from it get a route to it there. A block that no gateway
// leads to is reached by the internet if it is public, and not at all if it is private.
func (b BlockPeer) Via(g Gateway) BlockPeer {
	b.via = g
	return b
}

func (g Gateway) declared() arch.Gateway {
	return arch.Gateway{Kind: g.kind, Operand: arch.Operand{Text: g.id}}
}
