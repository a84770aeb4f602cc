package wiring

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// natGateway is a NAT gateway while it is made.
type natGateway struct {
	scope      constructs.Construct
	subnet     string // the key of its subnet
	allocation *string
	ready      *constructs.IDependable // the subnet's route to the internet
	made       *awsec2.CfnNatGateway
	id         *string
}

// needNAT makes the NAT gateways, if they do not exist yet. They have their own subnets, so that a firewall can be added between the tiers
// and the NAT gateways.
func (n *Network) needNAT() {
	if n.declared.Wrapped || n.own.nat != nil {
		return
	}
	n.needInternetGateway()
	n.own.nat = constructs.NewConstruct(n.self, new("NAT"))
	n.own.nats = map[string]awsec2.CfnNatGateway{}
	planned := plan.NATSubnets(n.model)
	n.makeSubnets(planned, "NAT")
	b, gateways := &batch.Batch{}, make([]natGateway, len(planned))
	for i, p := range planned {
		gateways[i] = n.prepareNAT(b, p, i)
	}
	b.Run()
	for i := range gateways {
		gateways[i].make(b, n.own.subnetID(gateways[i].subnet))
	}
	b.Run()
	for _, g := range gateways {
		n.own.nats[g.subnet] = *g.made
		n.own.keep(*g.made, g.id)
	}
}

// prepareNAT makes the scope of the i-th NAT gateway, and has the batch make its address unless the user gave one.
func (n *Network) prepareNAT(b *batch.Batch, p address.Subnet, i int) natGateway {
	g := natGateway{scope: constructs.NewConstruct(n.own.nat, new(fmt.Sprintf("Slot%d", p.Zone.Slot))), subnet: p.Key}
	awscdk.Tags_Of(g.scope).Add(new("Name"), new(n.declared.Path+"/NAT "+p.Zone.Name), nil)
	if i < len(n.own.allocations) {
		g.allocation = new(n.own.allocations[i])
	} else {
		eip := b.Make(batch.Resource{Scope: g.scope, ID: "Address", New: awsec2.NewCfnEIP, Props: &awsec2.CfnEIPProps{Domain: new("vpc")}})
		g.allocation = batch.Get[string](b, eip, "attrAllocationId")
	}
	g.ready = batch.Get[constructs.IDependable](b, n.own.subnets[p.Key], "internetConnectivityEstablished")
	return g
}

// make has the batch make the gateway.
func (g *natGateway) make(b *batch.Batch, subnet *string) {
	made := b.Make(batch.Resource{
		Scope: g.scope, ID: "Gateway", New: awsec2.NewCfnNatGateway, Needs: []constructs.IDependable{*g.ready},
		Props: &awsec2.CfnNatGatewayProps{SubnetId: subnet, AllocationId: g.allocation},
	})
	g.made, g.id = batch.Get[awsec2.CfnNatGateway](b, made, batch.Itself), batch.Get[string](b, made, "ref")
}
