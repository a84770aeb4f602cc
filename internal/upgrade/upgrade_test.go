package upgrade

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// base is a network with everything that the cases below change.
const base = `
Parameters: {Port: {Type: Number}, Bucket: {Type: String}, Size: {Type: String}}
Conditions: {Wide: !Equals [!Ref Size, wide], Narrow: !Equals [!Ref Size, narrow]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1a}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Acl: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  Peer: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: peer, VpcId: !Ref Vpc}}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref Subnet]}}
  WebAcl: {Type: AWS::WAFv2::WebACL, Properties: {Name: shop, Scope: REGIONAL}}
`

func read(t testing.TB, template string) *cfn.Assembly {
	t.Helper()
	a, err := cfn.Read("Shop.yaml", []byte(template), nil)
	require.NoError(t, err)
	return a
}

// add returns the base with further resources, one on each line, without indentation.
func add(t testing.TB, further string) *cfn.Assembly {
	t.Helper()
	return read(t, base+indent(further))
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		b.WriteString("  " + strings.TrimLeft(line, "\t"))
	}
	return b.String()
}

// rules returns the ids of findings.
func ids(found diag.List) []string {
	var out []string
	for _, d := range found {
		out = append(out, d.ID())
	}
	slices.Sort(out)
	return out
}

// resource writes one line of a template.
func resource(id, kind, properties string) string {
	return id + ": {Type: AWS::" + kind + ", Properties: {" + properties + "}}\n"
}

func group(properties string) string {
	return resource("Web", "EC2::SecurityGroup", "VpcId: !Ref Vpc, "+properties)
}

func ingress(rules string) string {
	return group("GroupDescription: web, SecurityGroupIngress: [" + rules + "]")
}

func standalone(id, properties string) string {
	return resource(id, "EC2::SecurityGroupIngress", "GroupId: !GetAtt Web.GroupId, "+properties)
}

// flowLogAs writes a flow log of the VPC. LogDestination is among the properties if it is not the usual one.
func flowLogAs(id, properties string) string {
	if !strings.Contains(properties, "LogDestination") {
		properties += ", LogDestination: arn:aws:s3:::logs"
	}
	return resource(id, "EC2::FlowLog", "ResourceId: !Ref Vpc, ResourceType: VPC, "+strings.TrimPrefix(properties, ", "))
}

const parquet = "DestinationOptions: {FileFormat: parquet, HiveCompatiblePartitions: true, PerHourPartition: true}"

const tcp443 = "IpProtocol: tcp, FromPort: 443, ToPort: 443, "

var badUpdates = map[string]struct{ before, after, want string }{
	"a route under another logical id": {
		resource("Nat", "EC2::Route", "RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1"),
		resource("Firewall", "EC2::Route", "RouteTableId: !GetAtt Table.RouteTableId, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: vpce-1"),
		"key-collision[Shop/Firewall]",
	},
	"a second route for the same destination": {
		resource("Nat", "EC2::Route", "RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '::/0', NatGatewayId: nat-1"),
		resource("Nat", "EC2::Route", "RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '::/0', NatGatewayId: nat-1") +
			resource("More", "EC2::Route", "RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '0::/0', GatewayId: igw-1"),
		"key-collision[Shop/More]",
	},
	"two new routes for the same destination": {
		"",
		resource("A", "EC2::Route", "RouteTableId: !Ref Table, DestinationPrefixListId: pl-1, NatGatewayId: nat-1") +
			resource("B", "EC2::Route", "RouteTableId: !Ref Table, DestinationPrefixListId: pl-1, NatGatewayId: nat-2"),
		"key-collision[Shop/B]",
	},
	"an entry of a network ACL under another logical id": {
		resource("Allow", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: "+
			"10.0.0.0/16"),
		resource("Other", "EC2::NetworkAclEntry", "NetworkAclId: !GetAtt Acl.Id, RuleNumber: '100', Egress: false, Protocol: 17, RuleAction: "+
			"allow, CidrBlock: 10.0.0.0/16"),
		"key-collision[Shop/Other]",
	},
	"more entries of a network ACL than fit while removed ones still exist": {allowed(0, 10), allowed(10, 20), "acl-quota[Shop/Acl:inbound]"},
	"more entries than fit":                 {"", allowed(0, 20), "acl-quota[Shop/Acl:inbound]"},
	"more entries than even a raised quota": {allowed(0, 20), allowed(20, 40), "acl-quota[Shop/Acl:inbound]"},
	"a raised quota that is not known":      {allowed(0, 25), allowed(1, 26), "acl-quota[Shop/Acl:inbound]"},
	"an entry that may come later takes over an entry's traffic": {
		webEntry("A", 1, "443") + webEntry("B", 2, "80"),
		webEntry("A", 1, "8080") + webEntry("B", 2, "443"),
		"acl-gap[Shop/A]",
	},
	"a new, wider entry takes over an entry's traffic": {
		webEntry("A", 1, "443"), webEntry("A", 1, "8080") + resource("B", "EC2::NetworkAclEntry",
			"NetworkAclId: !Ref Acl, RuleNumber: 3, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0"),
		"acl-gap[Shop/A]",
	},
	"a standalone rule respelled": {
		standalone("Https", tcp443+"CidrIp: 10.0.0.0/8"),
		standalone("Https", "IpProtocol: '6', FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8"),
		"key-collision[Shop/Https]",
	},
	"a standalone rule under another logical id": {
		standalone("Https", tcp443+"SourceSecurityGroupId: !Ref Peer"),
		standalone("Tcp443", tcp443+"SourceSecurityGroupId: !GetAtt Peer.GroupId"),
		"key-collision[Shop/Tcp443]",
	},
	"a standalone rule moves into the group": {
		ingress("") + standalone("Https", tcp443+"CidrIp: 10.0.0.0/8"),
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"),
		"key-collision[Shop/Web]",
	},
	"a standalone rule equal to an inline rule": {
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"),
		ingress("{"+tcp443+"CidrIp: 10.0.0.0/8}") + standalone("Https", tcp443+"CidrIp: 10.0.0.0/8"),
		"key-collision[Shop/Https]",
	},
	"a subnet's association with its route table under another logical id": {
		resource("One", "EC2::SubnetRouteTableAssociation", "SubnetId: !Ref Subnet, RouteTableId: !Ref Table"),
		resource("Two", "EC2::SubnetRouteTableAssociation", "SubnetId: !Ref Subnet, RouteTableId: !Ref Table"),
		"key-collision[Shop/Two]",
	},
	"an internet gateway's attachment under another logical id": {
		resource("One", "EC2::VPCGatewayAttachment", "VpcId: !Ref Vpc, InternetGatewayId: igw-1"),
		resource("Two", "EC2::VPCGatewayAttachment", "VpcId: !Ref Vpc, InternetGatewayId: igw-2"),
		"key-collision[Shop/Two]",
	},
	"a NAT gateway replaced with its address": {
		resource("Nat", "EC2::NatGateway", "SubnetId: !Ref Subnet, AllocationId: eipalloc-1"),
		resource("Nat", "EC2::NatGateway", "SubnetId: subnet-1, AllocationId: eipalloc-1"),
		"key-collision[Shop/Nat]",
	},
	"a private DNS name of two endpoints": {
		resource("One", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub "+
			"'com.amazonaws.${AWS::Region}.kms', PrivateDnsEnabled: true"),
		resource("Two", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub "+
			"'com.amazonaws.${AWS::Region}.kms', PrivateDnsEnabled: true"),
		"key-collision[Shop/Two]",
	},
	"a route table of two gateway endpoints": {
		resource("One", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, ServiceName: s3, RouteTableIds: [rtb-1, !Ref Table]"),
		resource("One", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, ServiceName: s3, RouteTableIds: [rtb-1, !Ref Table]") +
			resource("Two", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, ServiceName: s3, RouteTableIds: [!Ref Table]"),
		"key-collision[Shop/Two]",
	},
	"a listener rule takes a priority that another rule gives up": {
		resource("A", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 1") +
			resource("B", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 2"),
		resource("A", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 2") +
			resource("B", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 3"),
		"key-collision[Shop/A]",
	},
	"a listener under another logical id": {
		resource("One", "ElasticLoadBalancingV2::Listener", "LoadBalancerArn: !Ref Balancer, Port: 443"),
		resource("Two", "ElasticLoadBalancingV2::Listener", "LoadBalancerArn: !GetAtt Balancer.LoadBalancerArn, Port: 443"),
		"key-collision[Shop/Two]",
	},
	"a subnet on a part of another subnet's block": {
		resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24"),
		resource("D", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.128/25"),
		"key-collision[Shop/D]",
	},
	"a subnet around the block of another subnet": {
		resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.128/25"),
		resource("D", "EC2::Subnet", "VpcId: !GetAtt Vpc.VpcId, CidrBlock: 10.0.2.0/23"),
		"key-collision[Shop/D]",
	},
	"a subnet on another subnet's part of a range known at deployment": {
		resource("C", "EC2::Subnet", "VpcId: vpc-1, CidrBlock: !Select [1, !Cidr [!ImportValue Range, 4, 8]]"),
		resource("D", "EC2::Subnet", "VpcId: vpc-1, CidrBlock: !Select [1, !Cidr [!ImportValue Range, 4, 8]]"),
		"key-collision[Shop/D]",
	},
	"a subnet in another zone": {
		resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, AvailabilityZone: eu-west-1a"),
		resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, AvailabilityZone: eu-west-1b"),
		"key-collision[Shop/C]",
	},
	"a retained group's name": {
		"Web: {Type: AWS::EC2::SecurityGroup, DeletionPolicy: Retain, Properties: {VpcId: !Ref Vpc, GroupDescription: web, GroupName: web}}\n",
		resource("Other", "EC2::SecurityGroup", "VpcId: !Ref Vpc, GroupDescription: web, GroupName: WEB"),
		"name-clash[Shop/Other]",
	},
	"a named group with another description": {
		group("GroupDescription: web, GroupName: web"), group("GroupDescription: front, GroupName: web"), "name-clash[Shop/Web]",
	},
	"a rule group with more capacity under the same name": {
		resource("Rules", "NetworkFirewall::RuleGroup", "RuleGroupName: egress, Type: STATEFUL, Capacity: 100"),
		resource("Rules", "NetworkFirewall::RuleGroup", "RuleGroupName: egress, Type: STATEFUL, Capacity: 200"),
		"name-clash[Shop/Rules]",
	},
	"an IP set under another logical id": {
		resource("One", "WAFv2::IPSet", "Name: office, Scope: REGIONAL, Addresses: []"),
		resource("Two", "WAFv2::IPSet", "Name: office, Scope: REGIONAL, Addresses: []"),
		"name-clash[Shop/Two]",
	},
	"a bucket under another logical id": {
		resource("One", "S3::Bucket", "BucketName: !Ref Bucket"), resource("Two", "S3::Bucket", "BucketName: !Ref Bucket"),
		"name-clash[Shop/Two]",
	},
	"a role under another logical id": {
		resource("One", "IAM::Role", "RoleName: flow-logs"), resource("Two", "IAM::Role", "RoleName: Flow-Logs"), "name-clash[Shop/Two]",
	},
	"a subnet's association with its network ACL under another logical id": {
		resource("One", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
		resource("Two", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
		"detaches[Shop/Two]",
	},
	"a subnet's association with another network ACL": {
		resource("One", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
		resource("One", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: acl-1"),
		"detaches[Shop/One]",
	},
	"a network ACL of an existing subnet before its entries": {
		"",
		resource("Late", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 1, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0") +
			resource("Of", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
		"acl-before-entries[Shop/Of]",
	},
	"a network ACL replaced beneath its association": {
		resource("Old", "EC2::NetworkAcl", "VpcId: vpc-1") + resource("One", "EC2::SubnetNetworkAclAssociation",
			"SubnetId: !Ref Subnet, NetworkAclId: !GetAtt Old.Id"),
		resource("Old", "EC2::NetworkAcl", "VpcId: !Ref Vpc") + resource("One", "EC2::SubnetNetworkAclAssociation",
			"SubnetId: !Ref Subnet, NetworkAclId: !GetAtt Old.Id"),
		"detaches[Shop/One]",
	},
	"a web ACL replaced beneath its association": {
		resource("Filter", "WAFv2::WebACL", "Name: old, Scope: REGIONAL") + resource("One", "WAFv2::WebACLAssociation",
			"ResourceArn: !Ref Balancer, WebACLArn: !GetAtt Filter.Arn"),
		resource("Filter", "WAFv2::WebACL", "Name: new, Scope: REGIONAL") + resource("One", "WAFv2::WebACLAssociation",
			"ResourceArn: !Ref Balancer, WebACLArn: !GetAtt Filter.Arn"),
		"detaches[Shop/One]",
	},
	"a web ACL's association under another logical id": {
		resource("One", "WAFv2::WebACLAssociation", "ResourceArn: !Ref Balancer, WebACLArn: !GetAtt WebAcl.Arn"),
		resource("Two", "WAFv2::WebACLAssociation", "ResourceArn: !GetAtt Balancer.LoadBalancerArn, WebACLArn: !GetAtt WebAcl.Arn"),
		"detaches[Shop/Two]",
	},
	"a firewall's logging under another logical id": {
		resource("One", "NetworkFirewall::LoggingConfiguration", "FirewallArn: arn"), resource("Two", "NetworkFirewall::LoggingConfiguration",
			"FirewallArn: arn"),
		"detaches[Shop/Two]",
	},
	"the description of an inline rule": {
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: one}"), ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: two}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"the descriptions of two inline rules": {
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: one}, {IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 10.0.0.0/8}"),
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: two}, {IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 10.0.0.0/8, " +
			"Description: ping}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"an inline block split in two": {
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"), ingress("{" + tcp443 + "CidrIp: 10.0.0.0/9}, {" + tcp443 + "CidrIp: 10.128.0.0/9}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"an inline block that is replaced by a larger one": {
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"), ingress("{IpProtocol: -1, CidrIp: 0.0.0.0/0}"), "rule-gap[Shop/Web:ingress]",
	},
	"an inline range of ports widened": {
		ingress("{IpProtocol: tcp, FromPort: 80, ToPort: 443, CidrIp: 10.0.0.0/8}"),
		ingress("{IpProtocol: tcp, FromPort: 22, ToPort: 443, CidrIp: 10.0.0.0/8}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"all addresses narrowed to a group": {
		ingress("{" + tcp443 + "CidrIp: 0.0.0.0/0}"), ingress("{" + tcp443 + "SourceSecurityGroupId: !Ref Peer}"), "rule-gap[Shop/Web:ingress]",
	},
	"a port known at deployment with another description": {
		ingress("{IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, SourceSecurityGroupId: !Ref Peer}"),
		ingress("{IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, SourceSecurityGroupId: !GetAtt Peer.GroupId, Description: peer}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"an inline rule moves out of the group": {
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"), ingress("") + standalone("Https", tcp443+"CidrIp: 10.0.0.0/8"),
		"rule-gap[Shop/Web:ingress]",
	},
	"an inline egress rule partly covered by another": {
		group("GroupDescription: web, SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 10.0.0.0/8, Description: a}, {IpProtocol: tcp, " +
			"FromPort: 0, ToPort: 65535, CidrIp: 10.0.0.0/8}]"),
		group("GroupDescription: web, SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 10.0.0.0/8, Description: b}, {IpProtocol: tcp, " +
			"FromPort: 0, ToPort: 65535, CidrIp: 10.0.0.0/8}]"),
		"rule-gap[Shop/Web:egress]",
	},
	"a description in an inline rule under a condition": {
		ingress("!If [Wide, {" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 + "CidrIp: 10.1.0.0/16}]"),
		ingress("!If [Wide, {" + tcp443 + "CidrIp: 10.0.0.0/8, Description: wide}, {" + tcp443 + "CidrIp: 10.1.0.0/16}]"),
		"rule-gap[Shop/Web:ingress]",
	},
	"all addresses, of which only those of a group are carried meanwhile": {
		ingress("{" + tcp443 + "CidrIp: 0.0.0.0/0}, {" + tcp443 + "SourceSecurityGroupId: !Ref Peer}"),
		ingress("{" + tcp443 + "CidrIp: 0.0.0.0/0, Description: all}, {" + tcp443 + "SourceSecurityGroupId: !Ref Peer}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"the network's own block narrowed": {
		ingress("{" + tcp443 + "CidrIp: !GetAtt Vpc.CidrBlock}"), ingress("{" + tcp443 + "CidrIp: 10.0.4.0/24}"), "rule-gap[Shop/Web:ingress]",
	},
	"a part of a range known at deployment widened to all of it": {
		ingress("{" + tcp443 + "CidrIp: !Select [1, !Cidr [!ImportValue Range, 4, 8]]}"), ingress("{" + tcp443 + "CidrIp: !ImportValue Range}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"all addresses, of which only those of a range known at deployment are carried meanwhile": {
		ingress("{" + tcp443 + "CidrIp: 0.0.0.0/0}, {" + tcp443 + "CidrIp: !ImportValue Range}"),
		ingress("{" + tcp443 + "CidrIp: 0.0.0.0/0, Description: all}, {" + tcp443 + "CidrIp: !ImportValue Range}"),
		"rule-gap[Shop/Web:ingress]",
	},
	"a subnet replaced by its own change and through another resource": {
		resource("Old", "EC2::NetworkAcl", "VpcId: vpc-1") + resource("C", "EC2::Subnet",
			"VpcId: vpc-1, CidrBlock: 10.1.2.0/24, AvailabilityZone: !GetAtt Old.Id"),
		resource("Old", "EC2::NetworkAcl", "VpcId: vpc-2") + resource("C", "EC2::Subnet",
			"VpcId: vpc-1, CidrBlock: 10.1.3.0/24, AvailabilityZone: !GetAtt Old.Id"),
		"subnet-replaced[Shop/C]",
	},
	"a flow log's format": {flowLogAs("Log", "LogFormat: '${version}'"),
		flowLogAs("Log", "LogFormat: '${start}'"), "flow-log-replaced[Shop/Log]"},
	"a flow log's traffic": {flowLogAs("Log", "TrafficType: ALL"),
		flowLogAs("Log", "TrafficType: REJECT"), "flow-log-replaced[Shop/Log]"},
	"a flow log's destination": {flowLogAs("Log", ""),
		flowLogAs("Log", "LogDestination: arn:aws:s3:::other"), "flow-log-replaced[Shop/Log]"},
	"a flow log's file format":    {flowLogAs("Log", parquet), flowLogAs("Log", ""), "key-collision[Shop/Log]"},
	"a flow log under another id": {flowLogAs("Log", ""), flowLogAs("Other", ""), "key-collision[Shop/Other]"},
	"the domain of Verified Access": {verifiedAccess("portal.example.com", "arn:aws:lb:1", 443), verifiedAccess("www.example.com",
		"arn:aws:lb:1", 443), "verified-access-replaced[Shop/E]"},
	"the load balancer behind Verified Access": {verifiedAccess("portal.example.com", "arn:aws:lb:1", 443), verifiedAccess(
		"portal.example.com", "arn:aws:lb:2", 443), "verified-access-replaced[Shop/E]"},
	"the provider of Verified Access": {resource("T", "EC2::VerifiedAccessTrustProvider", "PolicyReferenceName: idc, TrustProviderType: user"),
		resource("T", "EC2::VerifiedAccessTrustProvider", "PolicyReferenceName: people, TrustProviderType: user"),
		"verified-access-replaced[Shop/T]"},
	"a group's description": {group("GroupDescription: web"), group("GroupDescription: front"), "group-replaced[Shop/Web]"},
	"a group's name": {group("GroupDescription: web, GroupName: a"), group("GroupDescription: web, GroupName: b"),
		"group-replaced[Shop/Web]"},
	"a subnet on another block": {
		resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24"), resource("C", "EC2::Subnet",
			"VpcId: !Ref Vpc, CidrBlock: 10.0.3.0/24"),
		"subnet-replaced[Shop/C]",
	},
	"a network on another block, and everything in it": {
		resource("Net", "EC2::VPC", "CidrBlock: 10.1.0.0/16") + resource("C", "EC2::Subnet", "VpcId: !Ref Net, CidrBlock: 10.1.2.0/24") +
			resource("G", "EC2::SecurityGroup", "GroupDescription: g, GroupName: g, VpcId: !Ref Net") +
			resource("D", "EC2::VPCDHCPOptionsAssociation", "DhcpOptionsId: dopt-1, VpcId: !Ref Net"),
		resource("Net", "EC2::VPC", "CidrBlock: 10.0.0.0/15") + resource("C", "EC2::Subnet", "VpcId: !Ref Net, CidrBlock: 10.1.2.0/24") +
			resource("G", "EC2::SecurityGroup", "GroupDescription: g, GroupName: g, VpcId: !Ref Net") +
			resource("D", "EC2::VPCDHCPOptionsAssociation", "DhcpOptionsId: dopt-1, VpcId: !Ref Net"),
		"vpc-replaced[Shop/Net]",
	},
	"a firewall's name": {
		resource("F", "NetworkFirewall::Firewall", "FirewallName: a, VpcId: !Ref Vpc"), resource("F", "NetworkFirewall::Firewall",
			"FirewallName: b, VpcId: !Ref Vpc"),
		"firewall-replaced[Shop/F]",
	},
	"a logical id of another type": {
		resource("X", "EC2::InternetGateway", ""), resource("X", "EC2::EgressOnlyInternetGateway", "VpcId: !Ref Vpc"), "type-changed[Shop/X]",
	},
}

// allowed returns entries of the network ACL, each with its own number and port.
func allowed(from, to int) string {
	var out strings.Builder
	for n := from; n < to; n++ {
		out.WriteString(webEntry(fmt.Sprintf("E%d", n), n+1, strconv.Itoa(1000+n)))
	}
	return out.String()
}

// webEntry returns an inbound entry for one port.
func webEntry(id string, number int, port string) string {
	return resource(id, "EC2::NetworkAclEntry", fmt.Sprintf("NetworkAclId: !Ref Acl, RuleNumber: %d, Protocol: 6, RuleAction: allow, "+
		"CidrBlock: 10.0.0.0/16, PortRange: {From: %s, To: %s}", number, port, port))
}

func TestBadUpdates(t *testing.T) {
	t.Parallel()
	for name, c := range badUpdates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := add(t, withGroup(c.before)), add(t, withGroup(c.after))
			found := Check(before, after)
			require.Equal(t, []string{c.want}, ids(found), "%s", found)
			d := found[0]
			assert.Equal(t, diag.Finding, d.Severity)
			assert.NotEmpty(t, d.Summary)
			assert.NotEmpty(t, d.Detail)
			assert.NotEmpty(t, d.Fix)
			assert.True(t, strings.HasPrefix(d.Path, "Shop/"))
			assert.True(t, strings.HasPrefix(d.Where(), "Shop.yaml:"), d.Where())
			assert.Empty(t, Check(before, before), "the state before")
			if name != "two new routes for the same destination" && name != "a standalone rule equal to an inline rule" {
				assert.Empty(t, Check(after, after), "the state after")
			}
		})
	}
}

// withGroup adds the group Web if standalone rules need it.
func withGroup(template string) string {
	if strings.Contains(template, "Web.GroupId") && !strings.Contains(template, "Web: ") {
		return template + group("GroupDescription: web")
	}
	return template
}

var goodUpdates = map[string]struct{ before, after string }{
	"a port behind Verified Access": {verifiedAccess("portal.example.com", "arn:aws:lb:1", 443), verifiedAccess(
		"portal.example.com", "arn:aws:lb:1", 8443)},
	"a second flow log": {flowLogAs("Log", ""), flowLogAs("Log", "") + flowLogAs("Other", "LogFormat: '${start}'")},
	"the first flow log": {flowLogAs("Log", "") + flowLogAs("Other", "LogFormat: '${start}'"),
		flowLogAs("Other", "LogFormat: '${start}'")},
	"a flow log's tags": {flowLogAs("Log", "Tags: [{Key: Name, Value: one}]"), flowLogAs("Log", "Tags: [{Key: Name, Value: two}]")},
	"a route's target": {
		resource("Default", "EC2::Route", "RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1"),
		resource("Default", "EC2::Route", "RouteTableId: !GetAtt Table.RouteTableId, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: vpce-1"),
	},
	"an entry's content": {
		resource("E", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, RuleAction: allow, CidrBlock: 10.0.0.0/16"),
		resource("E", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 17, RuleAction: deny, CidrBlock: 10.0.1.0/24"),
	},
	"entries up to the quota":     {allowed(0, 10), allowed(1, 19)},
	"as many entries more as fit": {"", allowed(0, 19)},
	"fewer entries of too many":   {allowed(0, 25), allowed(0, 22)},
	"entries of a network ACL that is new": {resource("Mine", "EC2::NetworkAcl", "VpcId: vpc-1") + strings.ReplaceAll(allowed(0, 15),
		"Ref Acl", "Ref Mine"),
		resource("Mine", "EC2::NetworkAcl", "VpcId: !Ref Vpc") + strings.ReplaceAll(allowed(15, 30), "Ref Acl", "Ref Mine")},
	"an entry that depends on the entry that takes over": {
		webEntry("A", 1, "443"),
		"A: {Type: AWS::EC2::NetworkAclEntry, DependsOn: B, Properties: {NetworkAclId: !Ref Acl, RuleNumber: 1, Protocol: 6, RuleAction: " +
			"allow, CidrBlock: 10.0.0.0/16, PortRange: {From: 8080, To: 8080}}}\n" + webEntry("B", 2, "443"),
	},
	"an entry takes over another entry's traffic while a third allows it": {
		webEntry("A", 1, "443") + resource("All", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 3, Protocol: -1, RuleAction: "+
			"allow, CidrBlock: 10.0.0.0/8"),
		webEntry("A", 1, "8080") + webEntry("B", 2, "443"),
	},
	"an entry that keeps what another entry allows too": {
		resource("A", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 1, Protocol: 6, RuleAction: allow, CidrBlock: "+
			"10.0.0.0/16, PortRange: {From: 443, To: 444}"),
		webEntry("A", 1, "443") + webEntry("B", 2, "443"),
	},
	"entries and an entry that denies": {
		webEntry("A", 1, "443") + strings.ReplaceAll(webEntry("No", 9, "443"), "allow", "deny"),
		webEntry("A", 1, "8080") + webEntry("B", 2, "443") + strings.ReplaceAll(webEntry("No", 9, "443"), "allow", "deny"),
	},
	"entries and an entry that denied before": {
		webEntry("A", 1, "443") + strings.ReplaceAll(webEntry("No", 9, "443"), "allow", "deny"),
		webEntry("A", 1, "8080") + webEntry("B", 2, "443"),
	},
	"entries and an entry that starts to deny": {
		webEntry("A", 1, "443"),
		webEntry("A", 1, "8080") + webEntry("B", 2, "443") + strings.ReplaceAll(webEntry("No", 9, "443"), "allow", "deny"),
	},
	"an entry that becomes narrower, with other entries": {
		resource("A", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 1, Protocol: 1, RuleAction: allow, CidrBlock: 10.0.0.0/8, "+
			"Icmp: {Type: -1, Code: -1}"),
		resource("A", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 1, Protocol: 1, RuleAction: allow, CidrBlock: 10.0.0.0/8, "+
			"Icmp: {Type: 8, Code: -1}") + webEntry("B", 2, "443"),
	},
	"entries of both directions under one number": {
		resource("E", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true"),
		resource("E", "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true") + resource("I", "EC2::NetworkAclEntry",
			"NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: false"),
	},
	"everything new":  {"", badUpdates["a route under another logical id"].before + ingress("{"+tcp443+"CidrIp: 10.0.0.0/8}")},
	"everything gone": {badUpdates["a route under another logical id"].before + ingress("{"+tcp443+"CidrIp: 10.0.0.0/8}"), ""},
	"tags": {group("GroupDescription: web, Tags: [{Key: Name, Value: a}]"),
		group("GroupDescription: web, Tags: [{Key: Name, Value: b}]")},
	"a rule more": {ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"), ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 +
		"CidrIp: 10.0.0.0/9}")},
	"a rule less": {ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 + "CidrIp: 10.0.0.0/9}"),
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}")},
	"rules reordered": {ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 + "CidrIp: 11.0.0.0/8}"),
		ingress("{" + tcp443 + "CidrIp: 11.0.0.0/8}, {" + tcp443 + "CidrIp: 10.0.0.0/8}")},
	"another peer": {ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"), ingress("{" + tcp443 + "CidrIp: 11.0.0.0/8}")},
	"another port": {ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"),
		ingress("{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}")},
	"another direction": {ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"), group("GroupDescription: web, SecurityGroupEgress: [{" + tcp443 +
		"CidrIp: 10.0.0.0/8}]")},
	"a description, while others carry the traffic": {
		ingress("{"+tcp443+"CidrIp: 10.0.0.0/8}, {IpProtocol: tcp, FromPort: 0, ToPort: 65535, CidrIp: 10.0.0.0/9}") +
			standalone("S", "IpProtocol: -1, CidrIp: 10.128.0.0/9"),
		ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: x}, {IpProtocol: tcp, FromPort: 0, ToPort: 65535, CidrIp: 10.0.0.0/9}"),
	},
	"the description of a standalone rule": {standalone("S", tcp443+"CidrIp: 10.0.0.0/8, Description: a"),
		standalone("S", tcp443+"CidrIp: 10.0.0.0/8, Description: b")},
	"a standalone rule of another port": {standalone("S", tcp443+"CidrIp: 10.0.0.0/8"),
		standalone("S", "IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8")},
	"a network ACL of an existing subnet after its entries": {
		"",
		resource("Early", "EC2::NetworkAclEntry",
			"NetworkAclId: !Ref Acl, RuleNumber: 1, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0") +
			"Of: {Type: AWS::EC2::SubnetNetworkAclAssociation, DependsOn: Early, Properties: {SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl}}\n",
	},
	"a retained association": {
		"One: {Type: AWS::EC2::SubnetNetworkAclAssociation, DeletionPolicy: Retain, Properties: {SubnetId: !Ref Subnet, NetworkAclId: !Ref " +
			"Acl}}\n",
		resource("Two", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
	},
	"an association is removed": {resource("One", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"), ""},
	"a subnet next to another subnet": {
		resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/25"),
		resource("D", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.128/25"),
	},
	"a subnet of another network": {
		resource("C", "EC2::Subnet", "VpcId: vpc-1, CidrBlock: 10.0.2.0/24"),
		resource("D", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24"),
	},
	"a replaced group's rules go with it": {
		resource("G", "EC2::SecurityGroup", "GroupDescription: g") + resource("R", "EC2::SecurityGroupIngress", "GroupId: !Ref G, "+tcp443+
			"CidrIp: 10.0.0.0/8"),
		resource("H", "EC2::SecurityGroup", "GroupDescription: g") + resource("S", "EC2::SecurityGroupIngress", "GroupId: !Ref H, "+tcp443+
			"CidrIp: 10.0.0.0/8"),
	},
	"a group under another logical id": {
		resource("G", "EC2::SecurityGroup", "GroupDescription: g, GroupName: old, VpcId: !Ref Vpc"), resource("H", "EC2::SecurityGroup",
			"GroupDescription: g, GroupName: new, VpcId: !Ref Vpc"),
	},
	"a rule group with more capacity under another name": {
		resource("Rules", "NetworkFirewall::RuleGroup", "RuleGroupName: egress-100, Type: STATEFUL, Capacity: 100"),
		resource("Rules", "NetworkFirewall::RuleGroup", "RuleGroupName: egress-200, Type: STATEFUL, Capacity: 200"),
	},
	"an endpoint's policy": {
		resource("E", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, ServiceName: s3, RouteTableIds: [!Ref Table]"),
		resource("E", "EC2::VPCEndpoint", "VpcId: !Ref Vpc, ServiceName: s3, RouteTableIds: [!Ref Table, rtb-1], PolicyDocument: {}"),
	},
	"a priority that is given up first": {
		resource("A", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 1") +
			resource("B", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 2"),
		"A: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, DependsOn: B, Properties: {ListenerArn: arn, Priority: 2}}\n" +
			resource("B", "ElasticLoadBalancingV2::ListenerRule", "ListenerArn: arn, Priority: 3"),
	},
	"a part of a range known at deployment is replaced by another part": {
		ingress("{" + tcp443 + "CidrIp: !Select [1, !Cidr [!ImportValue Range, 4, 8]]}"),
		ingress("{" + tcp443 + "CidrIp: !Select [2, !Cidr [!ImportValue Range, 4, 8]]}"),
	},
	"outcomes of a condition exclude each other": {
		ingress("!If [Wide, {" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 + "CidrIp: 192.168.0.0/16}]"),
		ingress("!If [Wide, {" + tcp443 + "CidrIp: 192.168.0.0/16}, {" + tcp443 + "CidrIp: 10.0.0.0/8}]"),
	},
	"a route under one condition, then under another": {
		"Nat: {Type: AWS::EC2::Route, Condition: Wide, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0}}\n",
		"Firewall: {Type: AWS::EC2::Route, Condition: Narrow, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0}}\n",
	},
	"a type that nothing is known of": {resource("X", "New::Thing", "Name: a"), resource("Y", "New::Thing", "Name: a")},
}

func TestGoodUpdates(t *testing.T) {
	t.Parallel()
	for name, c := range goodUpdates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, withGroup(c.before)), add(t, withGroup(c.after)))
			assert.Empty(t, found, "%s", found)
		})
	}
}

func verifiedAccess(domain, balancer string, port int) string {
	return resource("E", "EC2::VerifiedAccessEndpoint", fmt.Sprintf("ApplicationDomain: %s, AttachmentType: vpc, "+
		"VerifiedAccessGroupId: vagr-1, EndpointType: load-balancer, "+
		"LoadBalancerOptions: {LoadBalancerArn: '%s', Port: %d}", domain, balancer, port))
}
