package reach_test

import (
	"strings"
	"testing"
)

// twoSubnets is a VPC with two subnets and nothing else, so that only groups decide.
const twoSubnets = `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, MapPublicIpOnLaunch: true}}
`

// webAndApp are two groups. Web lets everything out, so that App's ingress decides.
const webAndApp = twoSubnets + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: d
      VpcId: !Ref Vpc
      SecurityGroupIngress:
`

// dual is a VPC with two subnets of both families.
const dual = `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Six: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !Ref Vpc, Ipv6CidrBlock: 2001:db8:1::/56, Ipv6Pool: p}}
  A: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true, Ipv6CidrBlock: 2001:db8:1:1::/64}}
  B: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, MapPublicIpOnLaunch: true, Ipv6CidrBlock: 2001:db8:1:2::/64}}
`

func TestGroupRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"a reference matches members only, on its ports only", webAndApp + `
        - {IpProtocol: tcp, FromPort: 8080, ToPort: 8081, SourceSecurityGroupId: !Ref Web}
`, []row{
			{allow, "Web", "App", "tcp/8080-8081"},
			{deny, "Web", "App", "tcp/8079"},
			{deny, "Web", "App", "tcp/8082"},
			{deny, "Web", "App", "udp/8080"},
			{deny, "App", "Web", "tcp/8080"},
			{deny, "App", "App", "tcp/8080"},
			{deny, "10.0.1.9", "App", "tcp/8080"},
			{allow, "App+Web", "App", "tcp/8080"},
		}},
		{"GetAtt GroupId is a reference as Ref is", webAndApp + `
        - {IpProtocol: 6, FromPort: "8080", ToPort: "8080", SourceSecurityGroupId: !GetAtt Web.GroupId}
`, []row{{allow, "Web", "App", "tcp/8080"}, {deny, "Web", "App", "tcp/8081"}}},
		{"a block matches addresses, whoever has them", webAndApp + `
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.1.0/25}
`, []row{
			{allow, "Web@10.0.1.127", "App", "tcp/22"},
			{deny, "Web@10.0.1.128", "App", "tcp/22"},
			{deny, "Web@B", "App", "tcp/22"},
			{partly, "Web@A", "App", "tcp/22"},
			{allow, "App@10.0.1.1", "App", "tcp/22"},
		}},
		{"blocks whose texts hold each other are two",
			"  D: {Type: AWS::EC2::Subnet, DependsOn: Third, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.1.0/24, MapPublicIpOnLaunch: true}}\n" +
				twoSubnets + `
  Second: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !Ref Vpc, CidrBlock: 110.0.0.0/16}}
  Third: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/16}}
  C: {Type: AWS::EC2::Subnet, DependsOn: Second, Properties: {VpcId: !Ref Vpc, CidrBlock: 110.0.1.0/24, MapPublicIpOnLaunch: true}}
` + group("Web", "in tcp/1 110.0.0.0/16") + group("App", "in tcp/2 10.0.0.0/16"), []row{
				{allow, "Web@A", "App", "tcp/2"}, {deny, "Web@C", "App", "tcp/2"}, {deny, "Web@D", "App", "tcp/2"}, {allow, "App@C", "Web", "tcp/1"},
			}},
		{"two halves of all addresses hold those that only a deployment knows, one of them may", strings.ReplaceAll(ofDeployment, "!Ref Block",
			"!ImportValue Block") +
			group("Web", "in tcp/80-90 0.0.0.0/1", "in tcp/85-99 128.0.0.0/1") + group("App", "in tcp/1 10.9.9.9/32"), []row{
			{allow, "App@B", "Web@A", "tcp/85-90"}, {unknown, "App@B", "Web@A", "tcp/80"}, {unknown, "App@B", "Web@A", "tcp/99"},
			{deny, "App@B", "Web@A", "tcp/79"},
		}},
		{"host bits of a block do not count", webAndApp + `
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.1.77/24}
`, []row{{allow, "Web@A", "App", "tcp/22"}, {deny, "Web@B", "App", "tcp/22"}}},
		{"a block of one family says nothing of the other", dual + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: d
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: 0.0.0.0/0}
        - {IpProtocol: tcp, FromPort: 2, ToPort: 2, CidrIpv6: "::/0"}
        - {IpProtocol: tcp, FromPort: 3, ToPort: 3, CidrIpv6: 2001:db8:1:1::/64}
        - {IpProtocol: tcp, FromPort: 4, ToPort: 4, SourceSecurityGroupId: !Ref Web}
        - {IpProtocol: icmpv6, CidrIpv6: "::/0"}
        - {IpProtocol: icmp, FromPort: 8, ToPort: -1, SourceSecurityGroupId: !Ref Web}
`, []row{
			{allow, "Web@4", "App", "tcp/1"}, {deny, "Web@6", "App", "tcp/1"},
			{deny, "Web@4", "App", "tcp/2"}, {allow, "Web@6", "App", "tcp/2"},
			{deny, "Web@4", "App", "tcp/3"}, {allow, "Web@6@A", "App", "tcp/3"}, {deny, "Web@6@B", "App", "tcp/3"},
			{allow, "Web", "App", "tcp/4"},
			{allow, "Web@6", "App", "icmpv6/128/0"}, {allow, "Web@4", "App", "icmp/8/0"},
			{deny, "Web@4", "App", "icmp/0/0"},
		}},
		{"ICMP has types and codes", webAndApp + `
        - {IpProtocol: icmp, FromPort: 3, ToPort: 4, SourceSecurityGroupId: !Ref Web}
        - {IpProtocol: icmp, FromPort: 8, ToPort: -1, SourceSecurityGroupId: !Ref Web}
        - {IpProtocol: "1", FromPort: 255, ToPort: 255, SourceSecurityGroupId: !Ref Web}
`, []row{
			{allow, "Web", "App", "icmp/3/4"}, {deny, "Web", "App", "icmp/3/3"}, {deny, "Web", "App", "icmp/4/3"},
			{allow, "Web", "App", "icmp/8"}, {deny, "Web", "App", "icmp/7"}, {deny, "Web", "App", "icmp/9"},
			{allow, "Web", "App", "icmp/255/255"}, {deny, "Web", "App", "icmp/255/254"},
			{deny, "Web", "App", "tcp/3"},
		}},
		{"ICMP of any type is of any code", webAndApp + `
        - {IpProtocol: icmp, FromPort: -1, ToPort: -1, SourceSecurityGroupId: !Ref Web}
`, []row{{allow, "Web", "App", "icmp"}, {deny, "Web", "App", "tcp/1"}}},
		{"protocol -1 is everything, whatever the ports", webAndApp + `
        - {IpProtocol: -1, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Web}
`, []row{{allow, "Web", "App", "all"}, {deny, "App", "App", "protocol/47"}}},
		{"a protocol without ports is all of it, whatever the ports", webAndApp + `
        - {IpProtocol: 47, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Web}
        - {IpProtocol: "0", SourceSecurityGroupId: !Ref Web}
        - {IpProtocol: 255, SourceSecurityGroupId: !Ref Web}
`, []row{
			{allow, "Web", "App", "protocol/47"}, {deny, "Web", "App", "protocol/46"}, {deny, "Web", "App", "protocol/48"},
			{allow, "Web", "App", "protocol/0"}, {allow, "Web", "App", "protocol/255"}, {deny, "Web", "App", "tcp/80"}, {deny, "Web", "App", "icmp"},
		}},
		{"TCP ports -1 to -1 are all ports", webAndApp + `
        - {IpProtocol: tcp, FromPort: -1, ToPort: -1, SourceSecurityGroupId: !Ref Web}
`, []row{{allow, "Web", "App", "tcp"}, {deny, "Web", "App", "udp"}}},
		{"TCP without ports, and a protocol that is none, are not known", webAndApp + `
        - {IpProtocol: tcp, SourceSecurityGroupId: !Ref Web}
        - {IpProtocol: nonsense, SourceSecurityGroupId: !Ref App}
`, []row{{unknown, "Web", "App", "tcp"}, {deny, "Web", "App", "udp"}, {unknown, "App", "App", "udp"}}},
		{"standalone rules are as good as inline ones", twoSubnets + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  App: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  In: {Type: AWS::EC2::SecurityGroupIngress,
    Properties: {GroupId: !Ref App, IpProtocol: udp, FromPort: 53, ToPort: 53, SourceSecurityGroupId: !GetAtt Web.GroupId}}
`, []row{{allow, "Web", "App", "udp/53"}, {deny, "Web", "App", "tcp/53"}, {deny, "App", "App", "udp/53"}}},
		{"two groups on one interface let through what either does", twoSubnets + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  App: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 1, ToPort: 1, SourceSecurityGroupId: !Ref Web}]}}
  Ops: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 2, ToPort: 2, SourceSecurityGroupId: !Ref Web}]}}
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref App, !GetAtt Ops.GroupId]}}
`, []row{{allow, "Web", "Host", "tcp/1-2"}, {deny, "Web", "Host", "tcp/3"}, {deny, "Web", "App", "tcp/2"},
			{allow, "Web", "App+Ops", "tcp/1-2"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, build(t, test.resources), test.rows)
		})
	}
}

func TestEgress(t *testing.T) {
	t.Parallel()
	// App accepts everything from everybody, so that Web's egress decides.
	const open = twoSubnets + `
  App: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: d, VpcId: !Ref Vpc, SecurityGroupIngress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]}}
  Ops: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: d, VpcId: !Ref Vpc, SecurityGroupIngress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]}}
`
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"a group without egress rules lets everything out", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
`, []row{{allow, "Web", "App", "all"}}},
		{"an inline rule is all there is", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: !Ref App}]}}
`, []row{{allow, "Web", "App", "tcp/1"}, {deny, "Web", "App", "tcp/2"}, {deny, "Web", "Ops", "tcp/1"}}},
		{"the rule to 255.255.255.255/32 that matches nothing keeps AWS's own away", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupEgress: [{IpProtocol: icmp, FromPort: 252, ToPort: 86, CidrIp: 255.255.255.255/32}]}}
`, []row{{deny, "Web", "App", "tcp/1"}, {deny, "Web", "App", "icmp/252/86"}, {deny, "Web", "255.255.255.255", "icmp/252/86"}}},
		{"so it does as a resource of its own", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  Out: {Type: AWS::EC2::SecurityGroupEgress,
    Properties: {GroupId: !Ref Web, IpProtocol: icmp, FromPort: 252, ToPort: 86, CidrIp: 255.255.255.255/32}}
`, []row{{deny, "Web", "App", "tcp/1"}, {deny, "Web", "App", "icmp/252/86"}}},
		{"a standalone rule takes AWS's own away", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  Out: {Type: AWS::EC2::SecurityGroupEgress,
    Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: !Ref App}}
`, []row{{allow, "Web", "App", "tcp/1"}, {deny, "Web", "App", "tcp/2"}}},
		{"a standalone rule may or may not take an inline one away that lets everything out", open + `
  Web: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: d, VpcId: !Ref Vpc, SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]}}
  Out: {Type: AWS::EC2::SecurityGroupEgress,
    Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: !Ref App}}
`, []row{{allow, "Web", "App", "tcp/1"}, {unknown, "Web", "App", "tcp/2"}, {unknown, "Web", "Ops", "tcp/1"}}},
		{"other inline rules stay beside a standalone one", open + `
  Web: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: d, VpcId: !Ref Vpc, SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 2, ToPort: 2, CidrIp: 0.0.0.0/0}]}}
  Out: {Type: AWS::EC2::SecurityGroupEgress,
    Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: !Ref App}}
`, []row{{allow, "Web", "App", "tcp/1-2"}, {deny, "Web", "App", "tcp/3"}, {deny, "Web", "Ops", "tcp/1"}, {allow, "Web", "Ops", "tcp/2"}}},
		{"both ends must let it through", twoSubnets + `
  App: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc}}
  Out: {Type: AWS::EC2::SecurityGroupEgress,
    Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 1, ToPort: 5, DestinationSecurityGroupId: !Ref App}}
  In: {Type: AWS::EC2::SecurityGroupIngress,
    Properties: {GroupId: !Ref App, IpProtocol: tcp, FromPort: 4, ToPort: 9, SourceSecurityGroupId: !Ref Web}}
`, []row{{allow, "Web", "App", "tcp/4-5"}, {deny, "Web", "App", "tcp/1-3"}, {deny, "Web", "App", "tcp/6-9"},
			{deny, "App", "Web", "tcp/4-5"}}},
		{"an egress rule that may not be there leaves AWS's own in doubt", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupEgress: [!If [Maybe, {IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: !Ref App}, !Ref AWS::NoValue]]}}
Parameters: {P: {Type: String}}
Conditions: {Maybe: !Equals [!Ref P, x]}
`, []row{{unknown, "Web", "App", "tcp/1"}, {unknown, "Web", "Ops", "tcp/2"}}},
		{"egress to a block", open + `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: 10.0.2.0/24}]}}
`, []row{{allow, "Web", "App@B", "tcp/1"}, {deny, "Web", "App@A", "tcp/1"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, build(t, test.resources), test.rows)
		})
	}
}
