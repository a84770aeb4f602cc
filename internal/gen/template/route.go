package template

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

func routePath(route plan.Route) string {
	if route.Subnet == plan.EdgeTable {
		return edgeTablePath + "/" + route.ID()
	}
	return "Subnets/" + route.Subnet + "/" + route.ID()
}

// route makes a route.
func (r *renderer) route(route plan.Route) {
	properties := object{"RouteTableId": r.ref(tablePath(route.Subnet))}
	if route.Subnet == plan.EdgeTable {
		properties["RouteTableId"] = r.ref(edgeTablePath)
	}
	_, six := (arch.Peer{Kind: arch.CIDR, Operand: route.Destination, IPv6: route.IPv6}).Families(false)
	switch {
	case route.ToSubnet != "":
		properties["DestinationCidrBlock"] = r.blocks[route.ToSubnet]
	case six:
		properties["DestinationIpv6CidrBlock"] = r.operand(route.Destination)
	default:
		properties["DestinationCidrBlock"] = r.operand(route.Destination)
	}
	made := r.put(routePath(route), "EC2::Route", properties)
	switch route.Target {
	case plan.ToInternetGateway:
		properties["GatewayId"] = r.ref(gatewayPath)
		r.dependsOn(made, attachment)
	case plan.ToNATGateway:
		properties["NatGatewayId"] = r.ref(r.natIn(route.Via))
	case plan.ToEgressOnlyGateway:
		properties["EgressOnlyInternetGatewayId"] = r.ref(egressOnly)
	case plan.ToFirewall:
		properties["VpcEndpointId"] = r.endpointIn(route.Via)
		made.DependsOn = r.inspectionReady()
	case plan.ToGateway:
		properties[gatewayProperties[route.Gateway.Kind]] = r.operand(route.Gateway.Operand)
		if route.Gateway.Kind == arch.TransitGateway {
			r.dependsOn(made, r.transitPath(route.Gateway))
		}
	}
}

var gatewayProperties = map[arch.GatewayKind]string{
	arch.TransitGateway: "TransitGatewayId", arch.PeeringConnection: "VpcPeeringConnectionId", arch.VPNGateway: "GatewayId",
}

// natIn is the path of the NAT gateway in the subnet with a key.
func (r *renderer) natIn(key string) string {
	i := slices.IndexFunc(r.p.NAT, func(s address.Subnet) bool { return s.Key == key })
	if i < 0 {
		return key // The plan is wrong.
	}
	return natPath(r.p.NAT[i])
}
