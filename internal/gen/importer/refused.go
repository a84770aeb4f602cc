package importer

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

// form are the properties of a type that decides about traffic.
type form struct {
	properties string
	// needs are the properties without which CloudFormation refuses the resource: one of each list.
	needs []string
}

const (
	ruleFields = "IpProtocol FromPort ToPort CidrIp CidrIpv6 Description"
	ingress    = ruleFields + " SourcePrefixListId SourceSecurityGroupId SourceSecurityGroupName SourceSecurityGroupOwnerId"
	egress     = ruleFields + " DestinationPrefixListId DestinationSecurityGroupId"
	sources    = "CidrIp CidrIpv6 SourcePrefixListId SourceSecurityGroupId SourceSecurityGroupName"
	targets    = "CidrIp CidrIpv6 DestinationPrefixListId DestinationSecurityGroupId"
)

// forms are the types whose properties AWS hardly ever adds to (AWS CloudFormation Template Reference).
var forms = sync.OnceValue(func() map[string]form {
	return map[string]form{
		"AWS::EC2::VPC": {"CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Ipv4IpamPoolId Ipv4NetmaskLength Tags " +
			"VpcEncryptionControl", []string{"CidrBlock Ipv4IpamPoolId"}},
		"AWS::EC2::VPCCidrBlock": {"AmazonProvidedIpv6CidrBlock CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock " +
			"Ipv6CidrBlockNetworkBorderGroup Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool VpcId", []string{"VpcId"}},
		"AWS::EC2::Subnet": {"AssignIpv6AddressOnCreation AvailabilityZone AvailabilityZoneId CidrBlock EnableDns64 EnableLniAtDeviceIndex " +
			"Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength MapPublicIpOnLaunch OutpostArn " +
			"PrivateDnsNameOptionsOnLaunch Tags VpcId", []string{"VpcId", "CidrBlock Ipv4IpamPoolId Ipv6Native"}},
		"AWS::EC2::SubnetCidrBlock": {"Ipv6CidrBlock Ipv6IpamPoolId Ipv6NetmaskLength SubnetId", []string{"SubnetId"}},
		"AWS::EC2::RouteTable":      {"Tags VpcId", []string{"VpcId"}},
		"AWS::EC2::InternetGateway": {"Tags", nil},
		"AWS::EC2::NetworkAcl":      {"Tags VpcId", []string{"VpcId"}},
		"AWS::EC2::NetworkAclEntry": {"CidrBlock Egress Icmp Ipv6CidrBlock NetworkAclId PortRange Protocol RuleAction RuleNumber", []string{
			"NetworkAclId", "Protocol", "RuleAction", "RuleNumber", "CidrBlock Ipv6CidrBlock",
		}},
		"AWS::EC2::SecurityGroup": {"GroupDescription GroupName SecurityGroupEgress SecurityGroupIngress Tags VpcId",
			[]string{"GroupDescription"}},
		"AWS::EC2::PrefixList": {"AddressFamily Entries MaxEntries PrefixListName Tags", []string{"AddressFamily", "PrefixListName"}},
		"AWS::EC2::VPCPeeringConnection": {"AssumeRoleRegion PeerOwnerId PeerRegion PeerRoleArn PeerVpcId Tags VpcId",
			[]string{"VpcId", "PeerVpcId"}},
		"AWS::EC2::Route": {"CarrierGatewayId CoreNetworkArn DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId " +
			"EgressOnlyInternetGatewayId GatewayId InstanceId LocalGatewayId NatGatewayId NetworkInterfaceId OdbNetworkArn RouteTableId " +
			"TransitGatewayId VpcEndpointId VpcPeeringConnectionId", []string{
			"RouteTableId", "DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId",
			"CarrierGatewayId CoreNetworkArn EgressOnlyInternetGatewayId GatewayId InstanceId LocalGatewayId NatGatewayId NetworkInterfaceId " +
				"OdbNetworkArn TransitGatewayId VpcEndpointId VpcPeeringConnectionId",
		}},
		"AWS::EC2::NatGateway": {"AllocationId AvailabilityMode AvailabilityZoneAddresses ConnectivityType MaxDrainDurationSeconds " +
			"PrivateIpAddress SecondaryAllocationIds SecondaryPrivateIpAddressCount SecondaryPrivateIpAddresses SubnetId Tags VpcId",
			[]string{"SubnetId AvailabilityMode"}},
		"AWS::EC2::SubnetRouteTableAssociation":  {"RouteTableId SubnetId", []string{"RouteTableId", "SubnetId"}},
		"AWS::EC2::GatewayRouteTableAssociation": {"GatewayId RouteTableId", []string{"GatewayId", "RouteTableId"}},
		"AWS::EC2::SubnetNetworkAclAssociation":  {"NetworkAclId SubnetId", []string{"NetworkAclId", "SubnetId"}},
		"AWS::EC2::EgressOnlyInternetGateway":    {"Tags VpcId", []string{"VpcId"}},
		"AWS::EC2::VPCGatewayAttachment":         {"InternetGatewayId VpcId VpnGatewayId", []string{"VpcId", "InternetGatewayId VpnGatewayId"}},
		"AWS::EC2::SecurityGroupIngress":         {ingress + " GroupId GroupName", []string{"IpProtocol", "GroupId GroupName", sources}},
		"AWS::EC2::SecurityGroupEgress":          {egress + " GroupId", []string{"IpProtocol", "GroupId", targets}},
	}
})

// ruleForms are the elements of the properties of a group.
var ruleForms = map[string]form{
	"SecurityGroupIngress": {ingress, []string{"IpProtocol", sources}},
	"SecurityGroupEgress":  {egress, []string{"IpProtocol", targets}},
}

// refused says what CloudFormation refuses in the templates. A property that is misspelt or missing, or a name that stands for nothing,
// leaves open what its author meant.
func (i *importer) refused() []string {
	var out []string
	for r := range i.assembly.Resources() {
		if r.Rewritten != "" {
			continue // A macro may add and take properties; that is a gap.
		}
		at := fmt.Sprintf("%s (%s)", r.ID, position(r, 0))
		if f, ok := forms()[r.Type]; ok {
			out = append(out, f.check(at, r.Properties)...)
		} else {
			out = append(out, misspelt(at, r)...)
		}
		if r.Type != "AWS::EC2::SecurityGroup" {
			continue
		}
		for _, name := range []string{"SecurityGroupIngress", "SecurityGroupEgress"} {
			for _, element := range r.Get(name).Items {
				if element.Kind == cfn.Map {
					out = append(out, ruleForms[name].check(fmt.Sprintf("a rule of %s (%s)", r.ID, position(r, element.Line)), element.Fields)...)
				}
			}
		}
	}
	for _, w := range i.assembly.Warnings {
		if w.Rule == "dangling-reference" {
			out = append(out, fmt.Sprintf("%s: %s", w.Path, w.Summary))
		}
	}
	return out
}

// check returns the properties that the form does not have, and those that it needs.
func (f form) check(what string, properties cfn.Fields) []string {
	var out []string
	known := strings.Fields(f.properties)
	for _, p := range properties {
		if !slices.Contains(known, p.Name) {
			out = append(out, fmt.Sprintf("%s has no property %s: CloudFormation refuses it", what, p.Name))
		}
	}
	for _, need := range f.needs {
		if !slices.ContainsFunc(strings.Fields(need), func(name string) bool { return !properties.Get(name).IsMissing() }) {
			out = append(out, fmt.Sprintf("%s lacks %s: CloudFormation refuses it", what, strings.ReplaceAll(need, " ", " or ")))
		}
	}
	slices.Sort(out)
	return out
}

// misspelt returns the properties of a resource with interfaces that differ by a letter from those with its groups and subnets.
func misspelt(what string, r *cfn.Resource) []string {
	places, ok := catalog.InterfacesOf(r.Type)
	if !ok {
		return nil
	}
	var known []string
	for _, path := range slices.Concat(places.Groups, places.Subnets, places.Indirect) {
		known = append(known, strings.TrimSuffix(strings.Split(path, ".")[0], "[]"))
	}
	var out []string
	for _, f := range r.Properties {
		if slices.Contains(known, f.Name) {
			continue
		}
		if n := slices.IndexFunc(known, func(other string) bool { return differByOne(f.Name, other) }); n >= 0 {
			out = append(out, fmt.Sprintf("%s has %s, which may be a misspelt %s", what, f.Name, known[n]))
		}
	}
	slices.Sort(out)
	return out
}

// differByOne reports whether two names differ by one letter, or by two that are swapped.
func differByOne(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return max(len(a), len(b)) == 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
