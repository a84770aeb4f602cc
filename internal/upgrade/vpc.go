package upgrade

import "github.com/tierwall/tierwall/internal/cfn"

const alreadyAssociated = "Resource.AlreadyAssociated"

func routeKey(destination string) key {
	return key{
		properties: "RouteTableId " + destination, description: "the route to {" + destination + "} in {RouteTableId}", namespace: "route",
		awsError: "RouteAlreadyExists", interim: "routes to the two halves of its destination",
	}
}

func hasProperty(property string) func(*cfn.Resource) bool {
	return func(r *cfn.Resource) bool { return !r.Get(property).IsMissing() }
}

// vpcTypes holds networks, subnets and routes. The rule that blocks of subnets must not overlap is in subnet.go.
func vpcTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::EC2::VPC": {
			replacing: "CidrBlock InstanceTenancy>dedicated Ipv4IpamPoolId Ipv4NetmaskLength VpcEncryptionControl",
			loss: &loss{rule: "vpc-replaced", detail: "a VPC cannot be exchanged in place: everything in it is created again in the new one, " +
				"and the update fails if something cannot be",
				fix: "keep it; add addresses with AWS::EC2::VPCCidrBlock, or build a second network and move to it"},
		},
		"AWS::EC2::Subnet": {
			replacing: "AvailabilityZone AvailabilityZoneId CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId Ipv6Native " +
				"Ipv6NetmaskLength OutpostArn VpcId",
			loss: &loss{rule: "subnet-replaced", detail: "everything with a network interface in it must move; AWS refuses to delete a subnet in " +
				"use (DependencyViolation)",
				fix: "deploy twice: first add a second subnet with the change and move everything to it, then remove this one"},
		},
		"AWS::EC2::VPCCidrBlock": {
			replacing: "AmazonProvidedIpv6CidrBlock CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup " +
				"Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool VpcId",
			keys: []key{{properties: "VpcId CidrBlock/", description: "the block {CidrBlock} of {VpcId}", awsError: "CidrConflict"}},
		},
		"AWS::EC2::SubnetCidrBlock": {
			replacing: "Ipv6CidrBlock Ipv6IpamPoolId Ipv6NetmaskLength SubnetId",
			keys: []key{{properties: "SubnetId Ipv6CidrBlock/", description: "the block {Ipv6CidrBlock} of {SubnetId}",
				awsError: "InvalidSubnet.Conflict"}},
		},
		"AWS::EC2::RouteTable": {replacing: "VpcId"},
		"AWS::EC2::Route": {
			replacing: "DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId RouteTableId",
			keys:      []key{routeKey("DestinationCidrBlock/"), routeKey("DestinationIpv6CidrBlock/"), routeKey("DestinationPrefixListId")},
		},
		"AWS::EC2::SubnetRouteTableAssociation": {
			replacing: "RouteTableId SubnetId",
			keys: []key{{
				properties: "SubnetId", description: "the route table association of {SubnetId}", awsError: alreadyAssociated,
				otherwise: "if CloudFormation adopts the existing association instead, as it used to, the clean-up deletes it and the subnet falls " +
					"back to the " +
					"VPC's main route table",
				interim: "nothing (the subnet then uses the VPC's main route table)",
			}},
		},
		"AWS::EC2::GatewayRouteTableAssociation": {
			replacing: "GatewayId",
			keys:      []key{{properties: "GatewayId", description: "the route table association of {GatewayId}", awsError: alreadyAssociated}},
		},
		"AWS::EC2::VPCGatewayAttachment": {
			replacing: "VpcId",
			keys: []key{
				{properties: "VpcId", description: "the internet gateway of {VpcId}", awsError: "Resource.AlreadyAssociated: Network already has an " +
					"internet gateway " +
					"attached", appliesTo: hasProperty("InternetGatewayId")},
				{properties: "VpcId", description: "the virtual private gateway of {VpcId}", namespace: "vpn", awsError: alreadyAssociated,
					appliesTo: hasProperty("VpnGatewayId")},
			},
		},
		"AWS::EC2::VPCDHCPOptionsAssociation": {
			replacing: "DhcpOptionsId VpcId",
			keys: []key{{properties: "VpcId", description: "the DHCP options of {VpcId}",
				afterCleanup: "the VPC falls back to no DHCP options, without a resolver"}},
		},
		"AWS::EC2::EgressOnlyInternetGateway": {replacing: "VpcId"},
		"AWS::EC2::NatGateway": {
			replacing: "AllocationId AvailabilityMode ConnectivityType PrivateIpAddress SubnetId VpcId",
			keys: []key{{properties: "AllocationId", description: "the elastic IP address {AllocationId}", namespace: "address",
				awsError: alreadyAssociated,
				interim:  "a gateway with an elastic IP address of its own"}},
		},
		"AWS::EC2::EIP": {
			replacing: "Address Domain IpamPoolId NetworkBorderGroup TransferAddress",
			loss: &loss{rule: "address-replaced", detail: "the public address changes: allow lists elsewhere stop matching when the " +
				"old one is released",
				fix: "deploy twice: first add the new address and have it allowed elsewhere, then move to it and remove this one"},
		},
		"AWS::EC2::EIPAssociation": {
			replacing: "AllocationId EIP InstanceId NetworkInterfaceId PrivateIpAddress",
			keys:      []key{addressOf("AllocationId"), addressOf("EIP")},
		},
		"AWS::EC2::VPCPeeringConnection": {
			replacing: "AssumeRoleRegion PeerOwnerId PeerRegion PeerRoleArn PeerVpcId VpcId",
			keys: []key{{
				properties: "VpcId PeerVpcId PeerOwnerId= PeerRegion=", description: "the peering of {VpcId} with {PeerVpcId}",
				awsError:  "VpcPeeringConnectionAlreadyExists",
				otherwise: "if EC2 returns the existing connection instead, the clean-up deletes it and routes to it lead nowhere",
				interim:   "a path through a transit gateway",
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
			keys: []key{{properties: "TransitGatewayRouteTableId DestinationCidrBlock/",
				description: "the route to {DestinationCidrBlock} in {TransitGatewayRouteTableId}", awsError: "RouteAlreadyExists",
				interim: "routes to the two halves of its destination"}},
		},
		"AWS::EC2::TransitGatewayRouteTableAssociation": {
			replacing: "TransitGatewayAttachmentId TransitGatewayRouteTableId",
			keys: []key{{properties: "TransitGatewayAttachmentId", description: "the route table association of {TransitGatewayAttachmentId}",
				awsError: alreadyAssociated}},
		},
		"AWS::EC2::FlowLog": {
			replacing: "DeliverCrossAccountRole DeliverLogsPermissionArn DestinationOptions LogDestination LogDestinationType LogFormat " +
				"LogGroupName MaxAggregationInterval ResourceId ResourceType TagFieldSpecifications TrafficType",
			keys: []key{flowLog("LogDestination"), flowLog("LogGroupName")},
			loss: &loss{rule: "flow-log-replaced", detail: "AWS cannot change a flow log. The new one begins to record some minutes after it is " +
				"created, and the old one is deleted at the end of the update: records of the time between may be missing",
				fix: "keep it as it is; or deploy twice: first add a second flow log with the change, then remove this one"},
		},
		"AWS::EC2::LaunchTemplate": namedType("LaunchTemplateName"),
		"AWS::EC2::PrefixList": {fixed: []fixedProperty{{
			path: "AddressFamily", detail: "AWS cannot change the family of a prefix list, and rejects entries of another family with " +
				"InvalidParameterValue",
		}}},
	}
}

var transitAttachment = key{properties: "TransitGatewayId VpcId", description: "the attachment of {VpcId} to {TransitGatewayId}",
	namespace: "transit attachment", awsError: "DuplicateTransitGatewayAttachment"}

// flowLog returns the key of a flow log. AWS rejects a second flow log with the same configuration and destination.
func flowLog(destination string) key {
	return key{
		properties:  "ResourceId TrafficType= LogFormat= MaxAggregationInterval= " + destination,
		description: "the flow log of {ResourceId} to {" + destination + "}", awsError: "FlowLogAlreadyExists",
		interim: "a flow log with another destination",
	}
}

// addressOf returns the key of the association of an elastic IP address. EC2 accepts a second association with the same
// target.
func addressOf(property string) key {
	return key{
		properties:  property + " InstanceId= NetworkInterfaceId= PrivateIpAddress=",
		description: "the association of the elastic IP address {" + property + "}", afterCleanup: "the address is associated with nothing",
	}
}
