package reach_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// What templates do not say, by kind. No answer may be surer than the templates.

const (
	worldGroup = `
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]}}
  H: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: h, VpcId: !Ref Vpc}}
`
	gateway = `
  Igw: {Type: AWS::EC2::InternetGateway}
  Attached: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Igw}}
  Out: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Default: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Out, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Igw}}
  OutA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref Out}}
`
	hosts = `
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}
  J: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref B, SecurityGroupIds: [!Ref H]}}
`
)

func TestWhatIsNotSeen(t *testing.T) {
	t.Parallel()
	const outside = "198.51.100.7"
	for _, test := range []struct {
		name, template string
		rows           []row
	}{
		{"a subnet group that is a parameter", "Parameters: {P: {Type: String}, V: {Type: String}}\nResources:\n" + `
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref V,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0}]}}
  Db: {Type: AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref P, PubliclyAccessible: true, VPCSecurityGroups: [!Ref G]}}
`, []row{{unknown, outside, "Db", "tcp/5432"}, {deny, outside, "Db", "tcp/22"}}},
		{"a group in the default VPC", "Resources:\n" + `
  G: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: g, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SecurityGroupIds: [!Ref G]}}
`, []row{{unknown, outside, "I", "tcp/22"}, {deny, outside, "I", "tcp/23"}}},
		{"a nested stack that gets a group", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://example.com/t", Parameters: {Group: !GetAtt G.GroupId}}}
`, []row{{unknown, "J", "I", "tcp/443"}, {allow, "J", "I", "tcp/22"}, {deny, "I", "J", "tcp/443"}}},
		{"a module, a stack set and a custom resource", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  M: {Type: "Org::Net::Rules::MODULE", Properties: {Group: !GetAtt G.GroupId}}
`, []row{{unknown, "J", "I", "tcp/443"}}},
		{"a nested stack that gets a route table", "Resources:\n" + twoSubnets + worldGroup + gateway + hosts + `
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://example.com/t", Parameters: {Table: !Ref Out}}}
`, []row{{unknown, outside, "I", "tcp/22"}}},
		{"a nested stack that gets a subnet", "Resources:\n" + twoSubnets + worldGroup + gateway + hosts + `
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://example.com/t", Parameters: {Subnet: !Ref A}}}
`, []row{{unknown, "J", "I", "tcp/22"}, {deny, "J", "I", "tcp/23"}}},
		{"a rule on a group that is a parameter", "Parameters: {P: {Type: String}}\nResources:\n" + twoSubnets + worldGroup + hosts + `
  R: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref P, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}}
`, []row{{unknown, "I", "J", "tcp/443"}, {deny, "I", "J", "tcp/444"}}},
		{"a rule on an imported group", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  R: {Type: AWS::EC2::SecurityGroupIngress,
    Properties: {GroupId: !ImportValue other, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}}
`, []row{{unknown, "I", "J", "tcp/443"}}},
		{"a rule on a group that a custom resource gives", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  C: {Type: Custom::Find, Properties: {ServiceToken: t}}
  R: {Type: AWS::EC2::SecurityGroupIngress,
    Properties: {GroupId: !GetAtt C.GroupId, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}}
`, []row{{unknown, "I", "J", "tcp/443"}}},
		{"a condition on a parameter with a default",
			"Parameters: {Open: {Type: String, Default: \"no\"}}\nConditions: {IsOpen: !Equals [!Ref Open, \"yes\"]}\nResources:\n" + twoSubnets +
				worldGroup + hosts + `
  R: {Type: AWS::EC2::SecurityGroupIngress, Condition: IsOpen,
    Properties: {GroupId: !Ref H, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}}
`, []row{{unknown, "I", "J", "tcp/443"}}},
		{"a transform beside the properties", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  R: {Type: AWS::EC2::SecurityGroup, Fn::Transform: {Name: Mine}, Properties: {GroupDescription: r, VpcId: !Ref Vpc}}
  K: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref B, SecurityGroupIds: [!Ref R]}}
`, []row{{unknown, "I", "K", "tcp/443"}}},
		{"SAM rewrites its own types only", "Transform: AWS::Serverless-2016-10-31\nResources:\n" + twoSubnets + worldGroup + hosts + `
  F: {Type: AWS::Serverless::Function, Properties: {Handler: h, VpcConfig: {SubnetIds: [!Ref B], SecurityGroupIds: [!Ref H]}}}
`, []row{{allow, "J", "I", "tcp/22"}, {deny, "J", "I", "tcp/23"}}},
		{"an unknown macro may rewrite everything", "Transform: Mine\nResources:\n" + twoSubnets + worldGroup + hosts,
			[]row{{unknown, "I", "J", "tcp/443"}, {unknown, "J", "I", "tcp/22"}}},
		{"a launch template that is not at hand", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  L: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref B, LaunchTemplate: {LaunchTemplateId: lt-1, Version: "1"}}}
`, []row{{unknown, "I", "L", "tcp/443"}, {unknown, "L", "I", "tcp/22"}, {deny, "L", "J", "tcp/443"}}},
		{"one whose instance states its groups", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  L: {Type: AWS::EC2::Instance,
    Properties: {SubnetId: !Ref B, SecurityGroupIds: [!Ref H], LaunchTemplate: {LaunchTemplateId: lt-1, Version: "1"}}}
`, []row{{deny, "I", "L", "tcp/443"}}},
		{"routes that a gateway propagates", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  Vgw: {Type: AWS::EC2::VPNGateway, Properties: {Type: ipsec.1}}
  Va: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, VpnGatewayId: !Ref Vgw}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Ta: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref T}}
  P: {Type: AWS::EC2::VPNGatewayRoutePropagation, Properties: {RouteTableIds: [!Ref T], VpnGatewayId: !Ref Vgw}}
`, []row{{unknown, outside, "I", "tcp/22"}, {allow, "J", "I", "tcp/22"}}},
		{"block public access in another account, perhaps", "Resources:\n" + twoSubnets + worldGroup + gateway + hosts + `
  B0: {Type: AWS::EC2::VPCBlockPublicAccessOptions, Properties: {InternetGatewayBlockMode: block-ingress}}
`, []row{{deny, outside, "I", "tcp/22"}, {deny, "I", outside, "tcp/22"}}},
		{"an exclusion for the subnet", "Resources:\n" + twoSubnets + worldGroup + gateway + hosts + `
  B0: {Type: AWS::EC2::VPCBlockPublicAccessOptions, Properties: {InternetGatewayBlockMode: block-bidirectional}}
  X: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, Properties: {SubnetId: !Ref A, InternetGatewayExclusionMode: allow-bidirectional}}
`, []row{{allow, outside, "I", "tcp/22"}}},
		{"a private NAT gateway before an internet gateway", "Resources:\n" + twoSubnets + worldGroup + gateway + hosts + `
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref A, ConnectivityType: private}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Tb: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref B, RouteTableId: !Ref T}}
  R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}}
`, []row{{deny, "J", outside, "tcp/443"}}},
		{"a regional NAT gateway", "Resources:\n" + twoSubnets + worldGroup + gateway + hosts + `
  Nat: {Type: AWS::EC2::NatGateway, Properties: {VpcId: !Ref Vpc, AvailabilityMode: regional}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Tb: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref B, RouteTableId: !Ref T}}
  R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}}
`, []row{{allow, "J", outside, "tcp/443"}}},
		{"an egress-only gateway is for IPv6", "Resources:\n" + twoSubnets + worldGroup + hosts + `
  E: {Type: AWS::EC2::EgressOnlyInternetGateway, Properties: {VpcId: !Ref Vpc}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Tb: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref B, RouteTableId: !Ref T}}
  R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, EgressOnlyInternetGatewayId: !Ref E}}
`, []row{{deny, "J", outside, "tcp/443"}}},
		{"loopback is nobody", "Resources:\n" + twoSubnets + gateway + `
  G: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupEgress: [{IpProtocol: "-1", CidrIp: 127.0.0.1/32}]}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}
`, []row{{deny, "I", outside, "all"}}},
		{"the group of a load balancer, by attribute", "Resources:\n" + twoSubnets + `
  L: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: l, VpcId: !Ref Vpc}}
  Alb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref A, !Ref B], SecurityGroups: [!Ref L]}}
  Clb: {Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: {Subnets: [!Ref A], SecurityGroups: [!Ref L], Listeners: []}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupId: !Select [0, !GetAtt Alb.SecurityGroups]},
    {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupName: !GetAtt Clb.SourceSecurityGroup.GroupName}]}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref B, SecurityGroupIds: [!Ref G]}}
`, []row{{allow, "Alb", "I", "tcp/443"}, {allow, "Clb", "I", "tcp/80"}, {deny, "Alb", "I", "tcp/22"}}},
		{"a group by its name", "Resources:\n" + twoSubnets + `
  H: {Type: AWS::EC2::SecurityGroup, Properties: {GroupName: web, GroupDescription: l, VpcId: !Ref Vpc}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupName: web}]}}
` + hosts, []row{{allow, "J", "I", "tcp/443"}, {deny, "I", "J", "tcp/443"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, buildTemplate(t, test.template), test.rows)
		})
	}
}

// TestPublicAddresses: on IPv4, only interfaces with a public address exchange packets with the internet.
func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	const outside = "198.51.100.7"
	subnets := `  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: false}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, MapPublicIpOnLaunch: true}}
  OutB: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref B, RouteTableId: !Ref Out}}
` + gateway + worldGroup
	for _, test := range []struct {
		name, resource string
		want           verdict
	}{
		{"an instance where subnets give none", "AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}", deny},
		{"where they give one", "AWS::EC2::Instance, Properties: {SubnetId: !Ref B, SecurityGroupIds: [!Ref G]}", allow},
		{"an instance that asks for one", "AWS::EC2::Instance, Properties: {NetworkInterfaces: [{DeviceIndex: \"0\", " +
			"AssociatePublicIpAddress: true, SubnetId: !Ref A, GroupSet: [!Ref G]}]}", allow},
		{"one that asks for none", "AWS::EC2::Instance, Properties: {NetworkInterfaces: [{DeviceIndex: \"0\", " +
			"AssociatePublicIpAddress: false, SubnetId: !Ref B, GroupSet: [!Ref G]}]}", deny},
		{"an elastic IP", "AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}\n" +
			"  E: {Type: AWS::EC2::EIP, Properties: {InstanceId: !Ref X}", allow},
		{"an associated one", "AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}\n  E: {Type: AWS::EC2::EIP}\n" +
			"  T: {Type: AWS::EC2::EIPAssociation, Properties: {InstanceId: !Ref X, AllocationId: !GetAtt E.AllocationId}", allow},
		{"one that it may take itself", "AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref G], " +
			"UserData: !GetAtt E.AllocationId}}\n  E: {Type: AWS::EC2::EIP", unknown},
		{"a public database", "AWS::RDS::DBInstance, Properties: {PubliclyAccessible: true, DBSubnetGroupName: !Ref S, " +
			"VPCSecurityGroups: [!Ref G]}}\n  S: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref A]}", allow},
		{"a private one", "AWS::RDS::DBInstance, Properties: {PubliclyAccessible: false, DBSubnetGroupName: !Ref S, " +
			"VPCSecurityGroups: [!Ref G]}}\n  S: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref A]}", deny},
		{"one that does not say", "AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref S, VPCSecurityGroups: [!Ref G]}}\n" +
			"  S: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref A]}", unknown},
		{"an internal load balancer", balancerOf("Scheme: internal, Subnets: [!Ref B]"), deny},
		{"an internet-facing one", balancerOf("Scheme: internet-facing, Subnets: [!Ref A]"), allow},
		{"one by default", balancerOf("Subnets: [!Ref A]"), allow},
		{"a function in a public subnet", "AWS::Lambda::Function, Properties: {Code: {}, VpcConfig: {SubnetIds: [!Ref B], " +
			"SecurityGroupIds: [!Ref G]}}", deny},
		{"an endpoint", "AWS::EC2::VPCEndpoint, Properties: {VpcEndpointType: Interface, ServiceName: s, VpcId: !Ref Vpc, " +
			"SubnetIds: [!Ref B], SecurityGroupIds: [!Ref G]}", deny},
		{"a task with one", task("ENABLED"), allow},
		{"a task without", task("DISABLED"), deny},
		{"instances of a launch template", "AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: \"1\", MaxSize: \"1\", " +
			"VPCZoneIdentifier: [!Ref A], LaunchTemplate: {LaunchTemplateId: !Ref L, Version: \"1\"}}}\n" +
			"  L: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {NetworkInterfaces: [{DeviceIndex: 0, " +
			"AssociatePublicIpAddress: true, Groups: [!Ref G]}]}}", allow},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, build(t, subnets+"  X: {Type: "+test.resource+"}\n"), []row{{test.want, outside, "X", "tcp/22"},
				{test.want, "X", outside, "tcp/443"}})
		})
	}
}

func balancerOf(properties string) string {
	return "AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {SecurityGroups: [!Ref G], " + properties + "}"
}

func task(assign string) string {
	return "AWS::ECS::Service, Properties: {LaunchType: FARGATE, NetworkConfiguration: {AwsvpcConfiguration: {AssignPublicIp: " + assign +
		", Subnets: [!Ref A], SecurityGroups: [!Ref G]}}}"
}

// TestDiffBelowDoubts: a change that a doubt hides is reported, and nothing else is.
func TestDiffBelowDoubts(t *testing.T) {
	t.Parallel()
	rule := func(port string) string {
		return "  R: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref G, IpProtocol: tcp, FromPort: " + port + ", ToPort: " +
			port + ", CidrIp: 0.0.0.0/0}}\n"
	}
	closed := "  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc}}\n"
	host := "  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}\n"
	custom := "  C: {Type: Custom::X, Properties: {ServiceToken: t, Group: !Ref G}}\n"
	lists := func(from string) string {
		listed := func(list, from string) string {
			return "{IpProtocol: tcp, FromPort: " + from + ", ToPort: 443, SourcePrefixListId: " + list + "}"
		}
		return "  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupIngress: [" +
			listed("pl-1", "443") + ", " + listed("pl-2", from) + "]}}\n"
	}
	route := func(block string) string {
		return "  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}\n" +
			"  Ta: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref T}}\n" +
			"  Cu: {Type: Custom::X, Properties: {ServiceToken: t, Table: !Ref T}}\n" +
			"  P: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: " + block + ", VpcPeeringConnectionId: pcx-1}}\n"
	}
	for _, test := range []struct {
		name, before, after string
		allowed, possibly   string // from somebody outside to G, anywhere
	}{
		{"a rule on a group that something else may change", closed + host + custom + rule("443"), closed + host + custom + rule("22"),
			"nothing", "tcp/22"},
		{"nothing", closed + host + custom + rule("443"), closed + host + custom + rule("443"), "nothing", "nothing"},
		{"a route in a table that something else may change", closed + host + rule("22") + route("10.9.0.0/16"),
			closed + host + rule("22") + route("10.8.0.0/16"), "nothing", "tcp/22"},
		{"a port more for a list that is not seen", lists("443") + host, lists("442") + host, "nothing", "tcp/442"},
		{"something that may change a group", closed + host, closed + host + custom, "nothing", "all traffic"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			changes := reach.Diff(build(t, twoSubnets+test.before), build(t, twoSubnets+test.after))
			var allowed, possibly traffic.Set
			for _, c := range changes {
				if c.To == "t/G" && len(c.Parts) > 0 {
					allowed, possibly = allowed.Union(c.Allowed), possibly.Union(c.Possibly)
				}
			}
			four := reach.FamilyOf(reach.Internet()[0])
			text := func(x traffic.Set) string {
				if x = x.Intersect(four); x.IsEmpty() {
					return "nothing"
				}
				return x.String()
			}
			assert.Equal(t, []string{test.allowed, test.possibly}, []string{text(allowed), text(possibly)}, "%+v", changes)
		})
	}
}

// TestNames: a name stands for everything that it covers, and a peer's name does not depend on what else there is.
func TestNames(t *testing.T) {
	t.Parallel()
	one := twoSubnets + worldGroup + hosts
	more := one + "  K: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref B, SecurityGroupIds: [!Ref G]}}\n" +
		"  L: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref B, SecurityGroupIds: [!Ref G, !Ref H], " +
		"PrivateIpAddress: 10.0.2.9}}\n"
	assert.Equal(t, []string{"t/G", "t/H"}, build(t, one).Peers())
	top := build(t, more)
	assert.Equal(t, []string{"t/G", "t/G+t/H", "t/H"}, top.Peers())
	members := func(name string) []string {
		ends, err := top.Find(name)
		require.NoError(t, err, name)
		seen := map[string]bool{}
		var out []string
		for _, e := range ends {
			if e.Class == nil {
				continue
			}
			for _, r := range e.Class.Members {
				if !seen[r.ID] {
					seen[r.ID] = true
					out = append(out, r.ID)
				}
			}
		}
		return out
	}
	for name, want := range map[string][]string{
		"G": {"I", "K", "L"}, "g": {"I", "K", "L"}, "t/G+t/H": {"L"}, "t/G in t/A": {"I"}, "I": {"I"}, "t/A": {"I"}, "B": {"J", "K", "L"},
		"10.0.2.9": {"L"},
	} {
		assert.ElementsMatch(t, want, members(name), name)
	}
	_, err := top.Find("Nobody")
	assert.ErrorContains(t, err, "t/G")
}

// TestNamesOfTheMatrix: whatever the matrix names can be asked about.
func TestNamesOfTheMatrix(t *testing.T) {
	t.Parallel()
	top := build(t, twoSubnets+`
  Gw: {Type: AWS::EC2::InternetGateway}
  At: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gw}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Ta: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref T}}
  R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gw}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupEgress: [
    {IpProtocol: tcp, FromPort: 443, ToPort: 443, DestinationPrefixListId: pl-1},
    {IpProtocol: tcp, FromPort: 25, ToPort: 25, CidrIp: 198.51.100.0/24}]}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, NetworkInterfaces: [{DeviceIndex: "0", SubnetId: !Ref A,
    AssociatePublicIpAddress: true, GroupSet: [!Ref G]}]}}
`)
	rows := top.Matrix().Rows
	require.Len(t, rows, 6)
	for _, r := range rows {
		from, err := top.Find(r.From)
		require.NoError(t, err)
		to, err := top.Find(r.To)
		require.NoError(t, err, r.To)
		var carried traffic.Carried
		for _, f := range from {
			for _, e := range to {
				carried = carried.Union(top.Carried(f, e))
			}
		}
		assert.True(t, carried.Sure.Contains(r.Carried.Sure) && carried.Maybe.Contains(r.Carried.Maybe), "%s -> %s", r.From, r.To)
	}
}

// TestAddresses: an address in a VPC is the interface that states it, otherwise somebody who may have any group.
func TestAddresses(t *testing.T) {
	t.Parallel()
	top := build(t, twoSubnets+`
  H: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: h, VpcId: !Ref Vpc}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupId: !Ref H},
    {IpProtocol: tcp, FromPort: 22, ToPort: 22, SourceSecurityGroupId: sg-peer}]}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Ta: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref T}}
  P: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 10.9.0.0/16, VpcPeeringConnectionId: pcx-1}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}
  J: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref B, PrivateIpAddress: 10.0.2.9, SecurityGroupIds: [!Ref H]}}
  K: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, NetworkInterfaces: [{DeviceIndex: "0", SubnetId: !Ref B,
    PrivateIpAddress: 10.0.2.10, GroupSet: [!Ref G]}]}}
`)
	to, err := top.Find("I")
	require.NoError(t, err)
	for address, want := range map[string][2]verdict{ // tcp/443, tcp/22
		"10.0.2.9":  {allow, deny},
		"10.0.2.10": {deny, deny},
		"10.0.2.11": {unknown, unknown},
		"10.9.0.5":  {unknown, unknown},
		"8.8.8.8":   {deny, deny},
	} {
		from, err := top.Find(address)
		require.NoError(t, err)
		for i, port := range []int{443, 22} {
			assert.Equal(t, want[i], judge(top.Carried(from[0], to[0]), traffic.Ports(traffic.TCP, port, port)), "%s tcp/%d", address, port)
		}
	}
}

// TestDefaultsAreAssumed: if a property depends on a default, the default is an assumption.
func TestDefaultsAreAssumed(t *testing.T) {
	t.Parallel()
	a, err := cfn.Read("t.yaml", []byte("Parameters: {Port: {Type: Number, Default: 22}}\nResources:\n"+twoSubnets+
		"  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupIngress: [{IpProtocol: tcp, "+
		"FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 0.0.0.0/0}]}}\n"), nil)
	require.NoError(t, err)
	assert.Contains(t, reach.Build(a).Assumptions, "Port=22, the parameter's default (set another with -p Port=...)")
}

// TestElsewhereIsSaid: if the effect of a resource is written outside the template, the resource is a gap if it names a part of the
// network, and otherwise an assumption.
func TestElsewhereIsSaid(t *testing.T) {
	t.Parallel()
	for properties, isGap := range map[string]bool{"Mode: open": false, "Vpc: !Ref Vpc": true} {
		for _, resourceType := range []string{"AWS::CloudFormation::CustomResource", "Custom::Opener", "Publisher::Network::Thing",
			"Org::Net::Opener::MODULE", "AWS::CloudFormation::StackSet"} {
			top := build(t, twoSubnets+"  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc}}\n"+
				"  X: {Type: "+resourceType+", Properties: {"+properties+"}}\n")
			said := strings.Join(top.Assumptions, "\n")
			assert.Equal(t, isGap, len(top.Gaps) > 0, "%s %s", resourceType, properties)
			assert.Equal(t, !isGap, strings.Contains(said, "X leaves the network as it is"), "%s %s: %s", resourceType, properties, said)
		}
	}
}
