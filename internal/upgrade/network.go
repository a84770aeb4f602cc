package upgrade

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// networkKinds are the types of EC2 that networks are made of. Rules of groups and subnets' blocks are compared in files of
// their own.
var networkKinds = map[string]kind{
	"AWS::EC2::VPC": {
		replacing: []string{"CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength"},
		harm:      "everything in the VPC is made anew, and what other stacks have in it is cut off",
	},
	"AWS::EC2::VPCCidrBlock": {replacing: []string{"VpcId", "CidrBlock", "AmazonProvidedIpv6CidrBlock", "Ipv6CidrBlock", "Ipv6Pool", "Ipv4IpamPoolId", "Ipv6IpamPoolId"}},
	"AWS::EC2::Subnet": {
		replacing: []string{"VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "OutpostArn"},
		harm:      "what runs in the subnet is made anew in another one",
	},
	"AWS::EC2::VPCGatewayAttachment":      {replacing: []string{"VpcId"}, keys: attachmentKeys},
	"AWS::EC2::EgressOnlyInternetGateway": {replacing: []string{"VpcId"}},
	"AWS::EC2::RouteTable":                {replacing: []string{"VpcId"}},
	"AWS::EC2::Route":                     {replacing: []string{"RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"}, keys: routeKeys},
	"AWS::EC2::SubnetRouteTableAssociation": {
		replacing: []string{"SubnetId"}, keys: keyed("the route table association of", "Resource.AlreadyAssociated", "SubnetId"),
	},
	"AWS::EC2::GatewayRouteTableAssociation": {
		replacing: []string{"GatewayId"}, keys: keyed("the route table association of", "Resource.AlreadyAssociated", "GatewayId"),
	},
	"AWS::EC2::NetworkAcl":      {replacing: []string{"VpcId"}, harm: "its entries and associations are made anew with it"},
	"AWS::EC2::NetworkAclEntry": {replacing: []string{"NetworkAclId", "RuleNumber", "Egress"}, keys: entryKeys},
	"AWS::EC2::SubnetNetworkAclAssociation": {
		replacing: []string{"SubnetId", "NetworkAclId"}, adopts: "SubnetId",
		left: "the subnet falls back to the VPC's default network ACL, which lets everything through",
	},
	"AWS::EC2::SecurityGroup": {
		replacing: []string{"GroupDescription", "GroupName", "VpcId"}, keys: groupKeys,
		harm: "rules that name the group are taken away and written anew, and what has it keeps the old group until it is updated itself",
	},
	"AWS::EC2::SecurityGroupIngress": {replacing: append([]string{"GroupName", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"}, ruleProperties...)},
	"AWS::EC2::SecurityGroupEgress":  {replacing: append([]string{"DestinationSecurityGroupId", "DestinationPrefixListId"}, ruleProperties...)},
	"AWS::EC2::NatGateway": {
		replacing: []string{"SubnetId", "AllocationId", "ConnectivityType", "PrivateIpAddress", "VpcId"},
		keys:      keyed("the NAT gateway with address", "Resource.AlreadyAssociated", "AllocationId"),
	},
	"AWS::EC2::EIPAssociation": {
		replacing: []string{"AllocationId", "EIP", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress"},
		adopts:    "AllocationId", left: "the address is no longer anybody's",
	},
	"AWS::EC2::VPCEndpoint": {
		replacing: []string{"ServiceName", "VpcId", "VpcEndpointType", "ServiceRegion"}, keys: endpointKeys,
		harm: "its interfaces have other addresses, and routes and rules that name it change",
	},
	"AWS::EC2::TransitGatewayAttachment": {
		replacing: []string{"TransitGatewayId", "VpcId"}, keys: keyed("the transit gateway attachment of", "DuplicateTransitGatewayAttachment", "TransitGatewayId", "VpcId"),
	},
	"AWS::EC2::TransitGatewayVpcAttachment": {
		replacing: []string{"TransitGatewayId", "VpcId"}, keys: keyed("the transit gateway attachment of", "DuplicateTransitGatewayAttachment", "TransitGatewayId", "VpcId"),
	},
	"AWS::EC2::FlowLog": {
		replacing: []string{"ResourceId", "ResourceType", "TrafficType", "LogDestination", "LogGroupName", "LogDestinationType", "LogFormat", "DeliverLogsPermissionArn", "MaxAggregationInterval"},
		keys:      keyed("the flow log of", "FlowLogAlreadyExists", "LogDestinationType", "LogDestination", "LogGroupName", "TrafficType", "ResourceId"),
	},
	"AWS::EC2::LaunchTemplate": {replacing: []string{"LaunchTemplateName"}, keys: named("LaunchTemplateName", "InvalidLaunchTemplateName.AlreadyExistsException")},
}

var ruleProperties = []string{"GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6"}

func attachmentKeys(u *update, r *cfn.Resource, s state) []key {
	var out []key
	for property, what := range map[string]string{"InternetGatewayId": "the internet gateway", "VpnGatewayId": "the virtual private gateway"} {
		if !r.Get(property).IsMissing() {
			out = append(out, key{text: "attachment|" + property + u.text(r.Get("VpcId"), s), what: what + " of " + r.Get("VpcId").String(), answer: "Resource.AlreadyAssociated"})
		}
	}
	return out
}

func routeKeys(u *update, r *cfn.Resource, s state) []key {
	for _, property := range []string{"DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"} {
		if to := r.Get(property); !to.IsMissing() {
			return []key{{
				text: "route|" + u.text(r.Get("RouteTableId"), s) + "|" + u.text(to, s),
				what: fmt.Sprintf("the route of %s to %s", r.Get("RouteTableId"), to), answer: "RouteAlreadyExists",
			}}
		}
	}
	return nil
}

func entryKeys(u *update, r *cfn.Resource, s state) []key {
	direction := "inbound"
	if egress, _ := r.Get("Egress").Bool(); egress {
		direction = "outbound"
	}
	return []key{{
		text: "entry|" + u.text(r.Get("NetworkAclId"), s) + "|" + direction + "|" + u.text(r.Get("RuleNumber"), s),
		what: fmt.Sprintf("%s entry %s of %s", direction, r.Get("RuleNumber"), r.Get("NetworkAclId")), answer: "NetworkAclEntryAlreadyExists",
	}}
}

// groupKeys: the names of a VPC's groups differ in more than upper and lower case.
func groupKeys(u *update, r *cfn.Resource, s state) []key {
	name := r.Get("GroupName")
	if name.IsMissing() {
		return nil
	}
	return []key{{
		text: "group|" + u.text(r.Get("VpcId"), s) + "|" + strings.ToLower(u.text(name, s)), what: "a security group named " + name.String(),
		answer: "InvalidGroup.Duplicate", name: true,
	}}
}

// endpointKeys: a route table has one gateway endpoint for a service, and a VPC one that answers to the service's name.
func endpointKeys(u *update, r *cfn.Resource, s state) []key {
	service := r.Get("ServiceName")
	if kind := r.Get("VpcEndpointType"); kind.IsMissing() || kind.String() == "Gateway" {
		var out []key
		for _, table := range r.Get("RouteTableIds").Items {
			out = append(out, key{
				text: "endpoint|" + u.text(table, s) + "|" + u.text(service, s),
				what: fmt.Sprintf("the route of %s to %s", table, service), answer: "RouteAlreadyExists",
			})
		}
		return out
	}
	if private, stated := r.Get("PrivateDnsEnabled").Bool(); !private || !stated {
		return nil
	}
	return []key{{
		text: "endpoint|" + u.text(r.Get("VpcId"), s) + "|" + u.text(service, s),
		what: fmt.Sprintf("the endpoint of %s with private DNS in %s", service, r.Get("VpcId")), answer: "InvalidParameter: there is already a conflicting DNS domain",
	}}
}
