package upgrade

import "github.com/tierwall/tierwall/internal/cfn"

const alreadyAssociated = "Resource.AlreadyAssociated"

func route(destination string) key {
	return key{
		of: "RouteTableId " + destination, what: "the route to {" + destination + "} in {RouteTableId}", space: "route",
		answer: "RouteAlreadyExists", bridge: "routes to the two halves of its destination",
	}
}

func has(property string) func(*cfn.Resource) bool {
	return func(r *cfn.Resource) bool { return !r.Get(property).IsMissing() }
}

// vpcKinds are networks, subnets and routes. That blocks of subnets may not overlap is no key: see subnet.go.
var vpcKinds = map[string]kind{
	"AWS::EC2::VPC": {
		replacing: "CidrBlock InstanceTenancy>dedicated Ipv4IpamPoolId Ipv4NetmaskLength VpcEncryptionControl",
		loss: &loss{rule: "vpc-replaced", detail: "a VPC cannot be exchanged in place: everything in it is created anew beside the old one, " +
			"and what cannot be, fails the update",
			fix: "leave it as it is; add addresses with AWS::EC2::VPCCidrBlock, or build the other network beside this one and move over"},
	},
	"AWS::EC2::Subnet": {
		replacing: "AvailabilityZone AvailabilityZoneId CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength " +
			"OutpostArn VpcId",
		loss: &loss{rule: "subnet-replaced", detail: "everything with a network interface in it must move; AWS refuses to delete a subnet in " +
			"use (DependencyViolation)",
			fix: "deploy twice: first add a subnet with the change beside it and move everything over, then remove this one"},
	},
	"AWS::EC2::VPCCidrBlock": {
		replacing: "AmazonProvidedIpv6CidrBlock CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup " +
			"Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool VpcId",
		keys: []key{{of: "VpcId CidrBlock/", what: "the block {CidrBlock} of {VpcId}", answer: "CidrConflict"}},
	},
	"AWS::EC2::SubnetCidrBlock": {
		replacing: "Ipv6CidrBlock Ipv6IpamPoolId Ipv6NetmaskLength SubnetId",
		keys:      []key{{of: "SubnetId Ipv6CidrBlock/", what: "the block {Ipv6CidrBlock} of {SubnetId}", answer: "InvalidSubnet.Conflict"}},
	},
	"AWS::EC2::RouteTable": {replacing: "VpcId"},
	"AWS::EC2::Route": {
		replacing: "DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId RouteTableId",
		keys:      []key{route("DestinationCidrBlock/"), route("DestinationIpv6CidrBlock/"), route("DestinationPrefixListId")},
	},
	"AWS::EC2::SubnetRouteTableAssociation": {
		replacing: "RouteTableId SubnetId",
		keys: []key{{
			of: "SubnetId", what: "the route table association of {SubnetId}", answer: alreadyAssociated,
			orElse: "where CloudFormation adopts the association instead, as it used to, the clean-up deletes it and the subnet falls back to the " +
				"VPC's main route table",
			bridge: "nothing (the subnet then uses the VPC's main route table)",
		}},
	},
	"AWS::EC2::GatewayRouteTableAssociation": {
		replacing: "GatewayId",
		keys:      []key{{of: "GatewayId", what: "the route table association of {GatewayId}", answer: alreadyAssociated}},
	},
	"AWS::EC2::VPCGatewayAttachment": {
		replacing: "VpcId",
		keys: []key{
			{of: "VpcId", what: "the internet gateway of {VpcId}", answer: "Resource.AlreadyAssociated: Network already has an internet gateway " +
				"attached", only: has("InternetGatewayId")},
			{of: "VpcId", what: "the virtual private gateway of {VpcId}", space: "vpn", answer: alreadyAssociated, only: has("VpnGatewayId")},
		},
	},
	"AWS::EC2::VPCDHCPOptionsAssociation": {
		replacing: "DhcpOptionsId VpcId",
		keys:      []key{{of: "VpcId", what: "the DHCP options of {VpcId}", adopts: "the VPC falls back to no DHCP options, without a resolver"}},
	},
	"AWS::EC2::EgressOnlyInternetGateway": {replacing: "VpcId"},
	"AWS::EC2::NatGateway": {
		replacing: "AllocationId AvailabilityMode ConnectivityType PrivateIpAddress SubnetId VpcId",
		keys: []key{{of: "AllocationId", what: "the elastic IP address {AllocationId}", space: "address", answer: alreadyAssociated,
			bridge: "one with an elastic IP address of its own"}},
	},
	"AWS::EC2::EIP": {
		replacing: "Address Domain IpamPoolId NetworkBorderGroup TransferAddress",
		loss: &loss{rule: "address-replaced", detail: "the public address changes: allow lists elsewhere that name it stop matching when the " +
			"old one is released",
			fix: "deploy twice: first add the other address and have it allowed elsewhere, then move over and remove this one"},
	},
	"AWS::EC2::EIPAssociation": {
		replacing: "AllocationId EIP InstanceId NetworkInterfaceId PrivateIpAddress",
		keys:      []key{addressOf("AllocationId"), addressOf("EIP")},
	},
	"AWS::EC2::VPCPeeringConnection": {
		replacing: "AssumeRoleRegion PeerOwnerId PeerRegion PeerRoleArn PeerVpcId VpcId",
		keys: []key{{
			of: "VpcId PeerVpcId PeerOwnerId= PeerRegion=", what: "the peering of {VpcId} with {PeerVpcId}",
			answer: "VpcPeeringConnectionAlreadyExists",
			orElse: "where EC2 hands out the connection that is there instead, the clean-up deletes it and routes to it lead nowhere",
			bridge: "a way through a transit gateway",
		}},
	},
	"AWS::EC2::TransitGatewayAttachment": {
		replacing: "TransitGatewayId VpcId",
		keys:      []key{transitAttachment},
	},
	"AWS::EC2::TransitGatewayVpcAttachment": {
		replacing: "SubnetIds TransitGatewayId VpcId",
		keys:      []key{transitAttachment},
	},
	"AWS::EC2::TransitGatewayRoute": {
		replacing: "Blackhole DestinationCidrBlock TransitGatewayAttachmentId TransitGatewayRouteTableId",
		keys: []key{{of: "TransitGatewayRouteTableId DestinationCidrBlock/",
			what: "the route to {DestinationCidrBlock} in {TransitGatewayRouteTableId}", answer: "RouteAlreadyExists",
			bridge: "routes to the two halves of its destination"}},
	},
	"AWS::EC2::TransitGatewayRouteTableAssociation": {
		replacing: "TransitGatewayAttachmentId TransitGatewayRouteTableId",
		keys: []key{{of: "TransitGatewayAttachmentId", what: "the route table association of {TransitGatewayAttachmentId}",
			answer: alreadyAssociated}},
	},
	"AWS::EC2::FlowLog": {
		replacing: "DeliverCrossAccountRole DeliverLogsPermissionArn DestinationOptions LogDestination LogDestinationType LogFormat " +
			"LogGroupName MaxAggregationInterval ResourceId ResourceType TagFieldSpecifications TrafficType",
		keys: []key{flowLog("LogDestination"), flowLog("LogGroupName")},
	},
	"AWS::EC2::LaunchTemplate": replaceableName("LaunchTemplateName"),
	"AWS::EC2::PrefixList": {fixed: []fixed{{
		of: "AddressFamily", detail: "AWS has no call that changes the family of a prefix list, and refuses entries of another one with " +
			"InvalidParameterValue",
	}}},
}

var transitAttachment = key{of: "TransitGatewayId VpcId", what: "the attachment of {VpcId} to {TransitGatewayId}",
	space: "transit attachment", answer: "DuplicateTransitGatewayAttachment"}

// flowLog is the key of a flow log: AWS refuses a second one with the same configuration and destination.
func flowLog(destination string) key {
	return key{
		of:   "ResourceId TrafficType= LogFormat= MaxAggregationInterval= " + destination,
		what: "the flow log of {ResourceId} to {" + destination + "}", answer: "FlowLogAlreadyExists",
	}
}

// addressOf is the key of the association of an elastic IP address with one place: EC2 takes a second one for the same.
func addressOf(property string) key {
	return key{
		of:   property + " InstanceId= NetworkInterfaceId= PrivateIpAddress=",
		what: "the association of the elastic IP address {" + property + "}", adopts: "the address is associated with nothing",
	}
}
