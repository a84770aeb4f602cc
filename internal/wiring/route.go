package wiring

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/plan"
)

// emitRoute makes a route. If a previous synthesis in the same process made the route, with the same target, emitRoute keeps it.
func (n *Network) emitRoute(b *batch.Batch, r plan.Route) {
	id, via := r.ID(), n.routeVia(r)
	key := [2]string{r.Subnet, id}
	if n.emitted.routes == nil {
		n.emitted.routes = map[[2]string]string{}
	}
	if n.emitted.routes[key] == *via.id {
		return
	}
	n.emitted.routes[key] = *via.id
	four, six := n.destination(r)
	if r.Subnet == plan.EdgeTable {
		b.Make(batch.Resource{Scope: n.edgeTable(), ID: id, Needs: n.routeNeeds(r), New: awsec2.NewCfnRoute, Props: &awsec2.CfnRouteProps{
			RouteTableId: n.own.edgeTable.Ref(), DestinationCidrBlock: four, VpcEndpointId: via.id,
		}})
		return
	}
	// A subnet's route is made through the subnet, so that constructs that depend on internet connectivity depend on the route.
	b.AddRoute(n.own.subnets[r.Subnet], id, &awsec2.AddRouteOptions{
		RouterType: via.kind, RouterId: via.id, DestinationCidrBlock: four, DestinationIpv6CidrBlock: six,
		EnablesInternetConnectivity: new(strings.HasPrefix(id, "DefaultRoute")),
	}, n.routeNeeds(r)...)
}

// routeNeeds returns what must exist before a route.
func (n *Network) routeNeeds(r plan.Route) []constructs.IDependable {
	switch {
	case r.Target == plan.ToInternetGateway:
		return []constructs.IDependable{n.own.attachment}
	case r.Target == plan.ToFirewall:
		return []constructs.IDependable{n.inspectionReady()}
	case n.own.transit[r.Gateway.Text] != nil:
		return []constructs.IDependable{n.own.transit[r.Gateway.Text]}
	}
	return nil
}

// inspectionReady returns the constructs that must exist before routes lead traffic to the firewall: the firewall, and the groups, whose
// rules must name blocks instead of groups. Routes do not depend on groups in nested stacks, because workloads in these stacks may depend
// on routes. With nested stacks, the previous mode of the firewall has already changed the rules.
func (n *Network) inspectionReady() constructs.IDependable {
	if n.emitted.ready == nil {
		ready := n.inspector.Ready()
		for _, t := range n.tiers {
			if t.declared.Imported == nil && n.declared.Layout == arch.OneStack && t.kind != arch.Endpoint {
				ready = append(ready, t.group.Node().DefaultChild())
			}
		}
		n.emitted.ready = constructs.NewDependencyGroup(ready...)
	}
	return n.emitted.ready
}

// destination returns the destination block of a route. One of the two results is nil.
func (n *Network) destination(r plan.Route) (four, six *string) {
	if r.ToSubnet != "" {
		return n.own.ranges[r.ToSubnet], nil
	}
	block := n.literal(r.Destination)
	if _, isSix := (arch.Peer{Kind: arch.CIDR, Operand: r.Destination, IPv6: r.IPv6}).Families(false); isSix {
		return nil, block
	}
	return block, nil
}

// routeTarget is the target of a route in CDK's terms.
type routeTarget struct {
	kind awsec2.RouterType
	id   *string
}

// routeVia returns the target of a route.
func (n *Network) routeVia(r plan.Route) routeTarget {
	switch r.Target {
	case plan.ToNATGateway:
		return routeTarget{awsec2.RouterType_NAT_GATEWAY, n.own.natID(r.Via)}
	case plan.ToEgressOnlyGateway:
		return routeTarget{awsec2.RouterType_EGRESS_ONLY_INTERNET_GATEWAY, n.own.egressOnlyID()}
	case plan.ToFirewall:
		return routeTarget{awsec2.RouterType_VPC_ENDPOINT, n.inspector.Endpoint(r.Via)}
	case plan.ToGateway:
		return routeTarget{gatewayRouters[r.Gateway.Kind], n.literal(r.Gateway.Operand)}
	}
	return routeTarget{awsec2.RouterType_GATEWAY, n.own.internetID()}
}

var gatewayRouters = map[arch.GatewayKind]awsec2.RouterType{
	arch.TransitGateway:    awsec2.RouterType_TRANSIT_GATEWAY,
	arch.PeeringConnection: awsec2.RouterType_VPC_PEERING_CONNECTION,
	arch.VPNGateway:        awsec2.RouterType_GATEWAY,
}

// edgeTable returns the route table of the internet gateway, which leads inbound traffic to the firewall. The first call makes it.
func (n *Network) edgeTable() awsec2.CfnRouteTable {
	if n.own.edgeTable == nil {
		n.own.edgeTable = awsec2.NewCfnRouteTable(n.own.internet, new("RouteTable"), &awsec2.CfnRouteTableProps{VpcId: n.vpcID()})
		awsec2.NewCfnGatewayRouteTableAssociation(n.own.edgeTable, new("Association"), &awsec2.CfnGatewayRouteTableAssociationProps{
			GatewayId: n.own.internetID(), RouteTableId: n.own.edgeTable.Ref(),
		})
	}
	return n.own.edgeTable
}
