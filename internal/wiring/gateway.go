package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// gateway returns a gateway in the model's terms.
func (n *Network) gateway(g arch.Gateway) arch.Gateway {
	g.Operand = n.operand(g.Text)
	return g
}

// needGateway attaches the VPC to a transit gateway, if it is not attached yet. The owners of other gateways attach them.
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
		n.own.transitScope = constructs.NewConstruct(n.self, new("Transit"))
	}
	subnets := n.makeSubnets(address.PurposeSubnets(n.model, address.ForTransit), "Transit")
	ids := make([]any, len(subnets))
	for i, s := range subnets {
		ids[i] = s.SubnetId()
	}
	id := n.transitID(g.Text)
	attachment := awsec2.NewCfnTransitGatewayAttachment(n.own.transitScope, &id, &awsec2.CfnTransitGatewayAttachmentProps{
		TransitGatewayId: new(g.Text), VpcId: n.vpcID(), SubnetIds: &ids,
		Tags: &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(n.declared.Path)}},
	})
	n.own.transit[key] = attachment
}

// transitID returns the construct id of the attachment to a transit gateway.
func (n *Network) transitID(gateway string) string {
	path := ""
	if stage := awscdk.Stage_Of(n.self); stage != nil {
		path = *stage.Node().Path()
	}
	return plan.AttachmentID(n.operand(gateway), path)
}
