package template

import (
	"fmt"
	"strconv"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

const (
	vpcPath     = "Vpc/Resource"
	ipv6Path    = "Vpc/Ipv6"
	gatewayPath = "InternetGateway"
	attachment  = "InternetGateway/Attachment"
	egressOnly  = "EgressOnlyGateway"
)

// vpcID is the id of the VPC.
func (r *renderer) vpcID() any {
	if r.own {
		return r.ref(vpcPath)
	}
	if r.in.Existing == nil {
		r.refuse("template-vpc", "the VPC of a wrapped network is not known", "the template needs its id, and those of its subnets",
			"state the VPC and its subnets")
		return ""
	}
	return given(r.in.Existing.VPC, "")
}

// wholeRange is the range of the VPC's IPv4 addresses.
func (r *renderer) wholeRange() any {
	if r.network.Range.Symbolic {
		return r.attribute(vpcPath, "CidrBlock")
	}
	return r.network.Range.Text
}

// wholeRange6 is the /56 of the VPC's IPv6 addresses.
func (r *renderer) wholeRange6() any {
	return object{"Fn::Select": []any{0, r.attribute(vpcPath, "Ipv6CidrBlocks")}}
}

// choose is the index-th part of a range that only a deployment knows, of which it can have count parts.
func choose(index int, whole any, count, hostBits int) object {
	return object{"Fn::Select": []any{index, object{"Fn::Cidr": []any{whole, count, strconv.Itoa(hostBits)}}}}
}

func (r *renderer) vpc() {
	if !r.own {
		return
	}
	properties := object{
		"EnableDnsHostnames": true, "EnableDnsSupport": true, "InstanceTenancy": "default", "Tags": tags("Name", r.path("Vpc")),
	}
	if r.network.Range.Symbolic {
		if r.in.IPAMPool == nil {
			r.refuse("template-ipam", "the IPAM pool of the network's range is not known", "the template needs its id", "state the pool")
		}
		properties["Ipv4IpamPoolId"], properties["Ipv4NetmaskLength"] = given(r.in.IPAMPool, ""), r.network.Bits
	} else {
		properties["CidrBlock"] = r.network.Range.Text
	}
	r.put(vpcPath, "EC2::VPC", properties)
	if r.network.IPv6 {
		r.put(ipv6Path, "EC2::VPCCidrBlock", object{"VpcId": r.vpcID(), "AmazonProvidedIpv6CidrBlock": true})
	}
}

// label names a tier's subnets in the console. All endpoints use the same subnets.
func label(t arch.Tier) string {
	if t.Kind == arch.Endpoint {
		return "Endpoints"
	}
	return t.ID
}

func (r *renderer) subnets() {
	for _, t := range r.p.Model.Tiers {
		owner := t
		if t.SharesWith != "" {
			owner = r.tiers[t.SharesWith]
		}
		for _, s := range r.p.Subnets[t.ID] {
			r.subnet(s, label(owner))
		}
	}
	for _, s := range r.p.NAT {
		r.subnet(s, "NAT")
	}
}

func subnetPath(key string) string      { return "Subnets/" + key + "/Subnet" }
func tablePath(key string) string       { return "Subnets/" + key + "/RouteTable" }
func associationPath(key string) string { return "Subnets/" + key + "/RouteTableAssociation" }

// subnet makes a subnet with its route table, once.
func (r *renderer) subnet(s address.Subnet, label string) {
	if _, made := r.blocks[s.Key]; made {
		return
	}
	named := tags("Name", fmt.Sprintf("%s/%s %s", r.network.Path, label, s.Zone.Name), "Tier", label)
	properties := object{"VpcId": r.vpcID(), "AvailabilityZone": s.Zone.Name, "MapPublicIpOnLaunch": false, "Tags": named}
	if s.Prefix.IsValid() {
		properties["CidrBlock"] = s.Prefix.String()
	} else {
		properties["CidrBlock"] = choose(s.Index, r.attribute(vpcPath, "CidrBlock"), s.Index+1, 32-s.Bits)
	}
	r.blocks[s.Key], r.labels[s.Key] = properties["CidrBlock"], label
	made := r.put(subnetPath(s.Key), "EC2::Subnet", properties)
	if s.IPv6 >= 0 {
		properties["Ipv6CidrBlock"], properties["AssignIpv6AddressOnCreation"] = choose(s.IPv6, r.wholeRange6(), 256, 64), true
		r.dependsOn(made, ipv6Path)
	}
	r.put(tablePath(s.Key), "EC2::RouteTable", object{"VpcId": r.vpcID(), "Tags": named})
	r.put(associationPath(s.Key), "EC2::SubnetRouteTableAssociation",
		object{"RouteTableId": r.ref(tablePath(s.Key)), "SubnetId": r.ref(subnetPath(s.Key))})
}

// gateways makes what the routes lead to.
func (r *renderer) gateways() {
	for _, route := range r.p.Routes {
		switch route.Target {
		case plan.ToInternetGateway:
			r.internetGateway()
		case plan.ToEgressOnlyGateway:
			r.put(egressOnly, "EC2::EgressOnlyInternetGateway", object{"VpcId": r.vpcID()})
		case plan.ToGateway:
			if route.Gateway.Kind == arch.TransitGateway && r.own {
				r.transit(route.Gateway)
			}
		}
		if route.Subnet == plan.EdgeTable {
			r.edgeTable()
		}
	}
	for i, s := range r.p.NAT {
		r.natGateway(i, s)
	}
}

func (r *renderer) internetGateway() {
	r.put(gatewayPath, "EC2::InternetGateway", object{"Tags": tags("Name", r.network.Path)})
	r.put(attachment, "EC2::VPCGatewayAttachment", object{"VpcId": r.vpcID(), "InternetGatewayId": r.ref(gatewayPath)})
}

const edgeTablePath = "InternetGateway/RouteTable"

// edgeTable makes the route table of the internet gateway, which leads inbound traffic to the firewall.
func (r *renderer) edgeTable() {
	r.put(edgeTablePath, "EC2::RouteTable", object{"VpcId": r.vpcID()})
	r.put(edgeTablePath+"/Association", "EC2::GatewayRouteTableAssociation",
		object{"GatewayId": r.ref(gatewayPath), "RouteTableId": r.ref(edgeTablePath)})
}

// natPath is the path of a NAT gateway.
func natPath(s address.Subnet) string { return fmt.Sprintf("NAT/Slot%d/Gateway", s.Zone.Slot) }

// natGateway makes the NAT gateway in a subnet. It depends on the subnet's way to the internet.
func (r *renderer) natGateway(i int, s address.Subnet) {
	name := tags("Name", r.network.Path+"/NAT "+s.Zone.Name)
	properties := object{"SubnetId": r.ref(subnetPath(s.Key)), "Tags": name}
	if i < len(r.in.Allocations) {
		properties["AllocationId"] = given(r.in.Allocations[i], "")
	} else {
		address := fmt.Sprintf("NAT/Slot%d/Address", s.Zone.Slot)
		r.put(address, "EC2::EIP", object{"Domain": "vpc", "Tags": name})
		properties["AllocationId"] = r.attribute(address, "AllocationId")
	}
	made := r.put(natPath(s), "EC2::NatGateway", properties)
	r.dependsOn(made, associationPath(s.Key))
	for _, route := range r.p.Routes {
		if route.Subnet == s.Key && route.IsDefault() {
			r.dependsOn(made, routePath(route))
		}
	}
}

func (r *renderer) transitPath(g arch.Gateway) string {
	return "Transit/" + plan.AttachmentID(g.Operand, r.in.stage())
}

// transit attaches the network to a transit gateway.
func (r *renderer) transit(g arch.Gateway) {
	var ids []any
	for _, s := range address.PurposeSubnets(r.p.Model, address.ForTransit) {
		r.subnet(s, "Transit")
		ids = append(ids, r.ref(subnetPath(s.Key)))
	}
	r.put(r.transitPath(g), "EC2::TransitGatewayAttachment", object{
		"TransitGatewayId": r.operand(g.Operand), "VpcId": r.vpcID(), "SubnetIds": ids, "Tags": tags("Name", r.network.Path),
	})
}
