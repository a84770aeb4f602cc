package tiers

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

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

// gateway puts a gateway into the model's words.
func (n *Network) gateway(g arch.Gateway) arch.Gateway {
	g.Operand = n.operand(g.Text)
	return g
}

func (g Gateway) declared() arch.Gateway {
	return arch.Gateway{Kind: g.kind, Operand: arch.Operand{Text: g.id}}
}

// needGateway attaches the VPC to a transit gateway. Other gateways are attached by whoever made them.
func (n *Network) needGateway(g arch.Gateway) {
	if n.declared.Wrapped || g.Kind != arch.TransitGateway {
		return
	}
	key := n.operand(g.Text).Text
	if n.own.transit[key] != nil {
		return
	}
	if n.own.transit == nil {
		n.own.transit = map[string]awsec2.CfnTransitGatewayAttachment{}
		n.own.transitScope = constructs.NewConstruct(n, new("Transit"))
	}
	subnets := n.makeSubnets(address.PurposeSubnets(n.model, address.ForTransit), "Transit")
	ids := make([]any, len(subnets))
	for i, s := range subnets {
		ids[i] = s.SubnetId()
	}
	id := n.transitID(g.Text)
	attachment := awsec2.NewCfnTransitGatewayAttachment(n.own.transitScope, &id, &awsec2.CfnTransitGatewayAttachmentProps{
		TransitGatewayId: new(g.Text), VpcId: n.vpc.VpcId(), SubnetIds: &ids,
		Tags: &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(n.declared.Path)}},
	})
	n.own.transit[key] = attachment
}

// transitID names the attachment to a transit gateway, which takes one of a VPC. One that is given as a CDK token is known by
// what the token refers to, without the stage that it is in.
func (n *Network) transitID(gateway string) string {
	if !arch.IsToken(gateway) {
		return gateway
	}
	symbol := n.operand(gateway).Text
	if stage := awscdk.Stage_Of(n); stage != nil {
		symbol = strings.TrimPrefix(symbol, *stage.Node().Path()+"/")
	}
	return fmt.Sprintf("Given-%x", sha256.Sum256([]byte(symbol)))[:len("Given-")+8]
}
