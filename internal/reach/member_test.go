package reach_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"an instance without groups has the VPC's default group", twoSubnets + group("App", "in all 0.0.0.0/0") + `
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A}}
  Peer: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref B}}
`, []row{{allow, "Host", "Peer", "all"}, {allow, "Peer", "Host", "tcp/1"}, {allow, "Host", "App", "all"}, {deny, "App", "Host", "tcp/1"},
			{deny, "10.0.9.9", "Host", "tcp/1"}}},
		{"a default group takes more rules", twoSubnets + group("App") + `
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A}}
  In: {Type: AWS::EC2::SecurityGroupIngress,
    Properties: {GroupId: !GetAtt Vpc.DefaultSecurityGroup, IpProtocol: tcp, FromPort: 1, ToPort: 1, SourceSecurityGroupId: !Ref App}}
`, []row{{allow, "App", "Host", "tcp/1"}, {deny, "App", "Host", "tcp/2"}, {allow, "Host", "Host", "tcp/2"}}},
		{"a standalone egress rule may take a default group's own away", twoSubnets + group("App", "in all 0.0.0.0/0") + `
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A}}
  Out: {Type: AWS::EC2::SecurityGroupEgress,
    Properties: {GroupId: !GetAtt Vpc.DefaultSecurityGroup, IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: !Ref App}}
`, []row{{allow, "Host", "App", "tcp/1"}, {unknown, "Host", "App", "tcp/2"}}},
		{"CDK's custom resource takes the rules out of a default group", twoSubnets + group("App", "in all 0.0.0.0/0") + `
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A}}
  Restrict: {Type: Custom::VpcRestrictDefaultSG, Properties: {ServiceToken: t, DefaultSecurityGroupId: !GetAtt Vpc.DefaultSecurityGroup}}
`, []row{{deny, "Host", "Host", "tcp/1"}, {deny, "Host", "App", "tcp/1"}}},
		{"the default group of a VPC that is not in the templates may hold anything", group("App", "in tcp/1 0.0.0.0/0") + twoSubnets + `
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: subnet-1}}
`, []row{{unknown, "App", "Host", "tcp/1"}, {unknown, "Host", "App@4", "tcp/1"}}},
		{"groups that are not in the templates may hold anything", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") + `
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [sg-1]}}
  In: {Type: AWS::EC2::SecurityGroupIngress,
    Properties: {GroupId: sg-1, IpProtocol: tcp, FromPort: 9, ToPort: 9, SourceSecurityGroupId: !Ref App}}
`, []row{{unknown, "Host", "App", "tcp/1"}, {deny, "Host", "App", "tcp/2"}, {allow, "App", "Host", "tcp/9"},
			{unknown, "App", "Host", "tcp/8"}}},
		{"a network load balancer without groups filters nothing", twoSubnets + group("App", "in tcp/1 10.0.1.0/24", "in tcp/2 10.0.2.0/24") + `
  Nlb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Type: network, Subnets: [!Ref A]}}
`, []row{{allow, "10.0.9.9", "Nlb", "all"}, {allow, "App", "Nlb", "all"}, {allow, "Nlb", "App", "tcp/1"}, {deny, "Nlb", "App", "tcp/2"}}},
		{"one with groups does, and so does an application load balancer without", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") + `
  Nlb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer,
    Properties: {Type: network, SecurityGroups: [!Ref App], SubnetMappings: [{SubnetId: !Ref A}, {SubnetId: !Ref B}]}}
  Alb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref A, !Ref B]}}
`, []row{{allow, "10.0.9.9", "Nlb", "tcp/1"}, {deny, "10.0.9.9", "Nlb", "tcp/2"}, {deny, "10.0.9.9", "Alb", "tcp/1"},
			{allow, "Alb", "Nlb@B", "tcp/1"}}},
		{"a launch template's groups are those of an auto scaling group's instances", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") + `
  Template: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {SecurityGroupIds: [!GetAtt App.GroupId]}}}
  Fleet: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: "1", MaxSize: "2", VPCZoneIdentifier: [!Ref B],
    LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}}}
`, []row{{allow, "10.0.9.9", "Fleet@B", "tcp/1"}, {deny, "10.0.9.9", "Fleet", "tcp/2"}}},
		{"a database is where its subnet group is", twoSubnets + group("App", "in tcp/3306 10.0.2.0/24") + `
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: d, SubnetIds: [!Ref B]}}
  Db: {Type: AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref Subnets, VPCSecurityGroups: [!GetAtt App.GroupId]}}
`, []row{{allow, "Db", "Db", "tcp/3306"}, {allow, "App@B", "Db@B", "tcp/3306"}, {deny, "App@A", "Db", "tcp/3306"},
			{allow, "Db", "App@A", "tcp/3306"}}},
		{"an application that rotates credentials is a function with the groups and subnets of its parameters", twoSubnets +
			group("App", "in tcp/1 0.0.0.0/0") + `
  Rotation: {Type: AWS::Serverless::Application,
    Properties: {Parameters: {vpcSecurityGroupIds: !GetAtt App.GroupId, vpcSubnetIds: !Join ["", [!Ref A, ",", !Ref B]]}, Location: {
    ApplicationId: "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser"}}}
`, []row{{allow, "Rotation@A", "Rotation@B", "tcp/1"}, {allow, "10.0.9.9", "Rotation", "tcp/1"}, {deny, "10.0.9.9", "Rotation", "tcp/2"}}},
		{"what any other application makes with a group is not known", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") + `
  Other: {Type: AWS::Serverless::Application,
    Properties: {Parameters: {vpcSecurityGroupIds: !GetAtt App.GroupId, vpcSubnetIds: !Join [",", [!Ref A, !Ref B]]}, Location: {
    ApplicationId: "arn:aws:serverlessrepo:us-east-1:111122223333:applications/SecretsManagerRDSMySQLRotationSingleUser"}}}
`, []row{{unknown, "10.0.9.9", "App", "tcp/2"}}},
		{"the port of a database is the one that it states", twoSubnets + group("App") + `
  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, Port: 5000}}
  In: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt App.GroupId, IpProtocol: tcp, FromPort: !GetAtt Db.Endpoint.Port,
    ToPort: !GetAtt Db.Endpoint.Port, CidrIp: 0.0.0.0/0}}
`, []row{{allow, "10.0.9.9", "App", "tcp/5000"}, {deny, "10.0.9.9", "App", "tcp/5432"}}},
		{"or that of its engine", twoSubnets + group("App") + `
  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: oracle-ee}}
  In: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt App.GroupId, IpProtocol: tcp, FromPort: !GetAtt Db.Endpoint.Port,
    ToPort: !GetAtt Db.Endpoint.Port, CidrIp: 0.0.0.0/0}}
`, []row{{allow, "10.0.9.9", "App", "tcp/1521"}, {deny, "10.0.9.9", "App", "tcp/1522"}}},
		{"one from a snapshot may have any port", twoSubnets + group("App") + `
  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, DBSnapshotIdentifier: s}}
  In: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt App.GroupId, IpProtocol: tcp, FromPort: !GetAtt Db.Endpoint.Port,
    ToPort: !GetAtt Db.Endpoint.Port, CidrIp: 0.0.0.0/0}}
`, []row{{unknown, "10.0.9.9", "App", "tcp/5432"}, {unknown, "10.0.9.9", "App", "tcp/1"}}},
		{"a function with one of two groups has either", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") + group("Ops", "in tcp/2 0.0.0.0/0") + `
  Function: {Type: AWS::Lambda::Function,
    Properties: {Code: {}, Role: r, VpcConfig: {SubnetIds: [!Ref A], SecurityGroupIds: [!If [Maybe, !Ref App, !Ref Ops]]}}}
`, []row{{unknown, "10.0.9.9", "Function", "tcp/1-2"}, {deny, "10.0.9.9", "Function", "tcp/3"}}},
		{"a resource, group, or rule that may not be there", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") + `
  Host: {Type: AWS::EC2::Instance, Condition: Maybe, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref App]}}
  Ops: {Type: AWS::EC2::SecurityGroup, Condition: Maybe, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: 0.0.0.0/0}]}}
  In: {Type: AWS::EC2::SecurityGroupIngress, Condition: Maybe,
    Properties: {GroupId: !Ref App, IpProtocol: tcp, FromPort: 9, ToPort: 9, CidrIp: 0.0.0.0/0}}
`, []row{{unknown, "App", "Host", "tcp/1"}, {unknown, "App", "Ops", "tcp/1"}, {allow, "App", "App", "tcp/1"},
			{unknown, "App", "App", "tcp/9"}, {deny, "App", "App", "tcp/8"}}},
		{"a subnet gets IPv6 by a resource of its own", `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Six: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !Ref Vpc, AmazonProvidedIpv6CidrBlock: true}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true}}
  ASix: {Type: AWS::EC2::SubnetCidrBlock,
    Properties: {SubnetId: !Ref A, Ipv6CidrBlock: !Select [0, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 4, 64]]}}
` + group("App", "in tcp/1 ::/0"), []row{{allow, "App@6", "App", "tcp/1"}, {deny, "App@4", "App", "tcp/1"}}},
		{"an interface endpoint has groups in subnets", twoSubnets + group("Ep", "in tcp/443 10.0.0.0/16") + group("App") + `
  Endpoint: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface,
    ServiceName: com.amazonaws.eu-west-1.sqs, SubnetIds: [!Ref A], SecurityGroupIds: [!Ref Ep]}}
`, []row{{allow, "App", "Endpoint", "tcp/443"}, {deny, "App", "Endpoint", "tcp/80"}}},
		{"two interfaces of one instance are not one with the groups of both", twoSubnets + group("App", "in tcp/1 0.0.0.0/0") +
			group("Ops", "in tcp/2 0.0.0.0/0") + `
  Host: {Type: AWS::EC2::Instance, Properties: {NetworkInterfaces: [{DeviceIndex: "0", SubnetId: !Ref A, GroupSet: [!Ref App]},
    {DeviceIndex: "1", SubnetId: !Ref B, GroupSet: [!Ref Ops]}]}}
`, []row{
			{allow, "10.0.9.9", "Host@A", "tcp/1"}, {deny, "10.0.9.9", "Host@A", "tcp/2"}, {allow, "10.0.9.9", "Host@B", "tcp/2"},
			{deny, "10.0.9.9", "Host@B", "tcp/1"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, buildTemplate(t, parameters+"Resources:\n"+test.resources), test.rows)
		})
	}
}

func TestPrefixLists(t *testing.T) {
	t.Parallel()
	const endpoint = `
  S3: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.mars-1.s3, RouteTableIds: [!Ref TableA]}}
`
	const list = `
  List: {Type: AWS::EC2::PrefixList,
    Properties: {PrefixListName: l, AddressFamily: IPv4, MaxEntries: 5, Entries: [{Cidr: 10.0.2.0/25}, {Cidr: 203.0.113.0/24}]}}
`
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"a list of the templates is its blocks", twoSubnets + list + group("Web") + group("App", "in tcp/1 list:List") + internet +
			table("B", toInternet), []row{
			{allow, "Web@10.0.2.9", "App", "tcp/1"}, {deny, "Web@10.0.2.200", "App", "tcp/1"}, {deny, "Web@A", "App", "tcp/1"},
			{allow, "203.0.113.200", "App@B", "tcp/1"}, {deny, "203.0.114.1", "App@B", "tcp/1"},
		}},
		{"a list that may not be there, or has entries that may not be, is a name", twoSubnets + strings.Replace(list, "{Cidr: 10.0.2.0/25}",
			"!If [Maybe, {Cidr: 10.0.2.0/25}, !Ref AWS::NoValue]", 1) + group("Web") + group("App", "in tcp/1 list:List"), []row{
			{unknown, "Web", "App", "tcp/1"}, {deny, "Web", "App", "tcp/2"},
		}},
		{"what is in AWS's lists is not known", twoSubnets + group("Web") + group("App", "in tcp/1 pl-1", "in tcp/2 0.0.0.0/0"),
			[]row{{unknown, "Web", "App", "tcp/1"}, {allow, "Web", "App", "tcp/2"}, {deny, "Web", "App", "tcp/3"}}},
		{"egress to a list goes by a route to the internet", twoSubnets + group("Web", "out tcp/443 pl-1") + internet + table("A", toInternet),
			[]row{
				{allow, "Web@A", "pl-1", "tcp/443"}, {deny, "Web@A", "pl-1", "tcp/80"}, {unknown, "Web@A", "203.0.113.9", "tcp/443"},
				{deny, "Web@B", "pl-1", "tcp/443"},
			}},
		{"a gateway endpoint leads to its service, whose list's name only a deployment knows", twoSubnets + group("Web", "out tcp/443 pl-1") +
			table("A") + endpoint, []row{
			{unknown, "Web@A", "pl-1", "tcp/443"}, {deny, "Web@A", "pl-1", "tcp/80"}, {deny, "Web@A", "203.0.113.9", "tcp/443"},
			{deny, "Web@B", "pl-1", "tcp/443"},
		}},
		{"a gateway endpoint leads to its service in a Region whose lists are known, and to no other", twoSubnets +
			group("Web", "out tcp/443 pl-6da54004", "out tcp/443 pl-6fa54006", "out tcp/443 pl-12345678") + table("A") +
			strings.Replace(endpoint, "mars-1", "eu-west-1", 1), []row{
			{allow, "Web@A", "pl-6da54004", "tcp/443"}, {deny, "Web@A", "pl-6fa54006", "tcp/443"}, {deny, "Web@A", "pl-12345678", "tcp/443"},
			{deny, "Web@A", "pl-6da54004", "tcp/80"},
			{deny, "Web@B", "pl-6da54004", "tcp/443"}, {deny, "Web@A", "203.0.113.9", "tcp/443"},
		}},
		{"the lists of two services have nothing in common", twoSubnets + group("Web", "out tcp/443 pl-6da54004", "out tcp/80 pl-6fa54006") +
			table("A") + strings.Replace(endpoint, "mars-1.s3", "eu-west-1.dynamodb", 1), []row{
			{deny, "Web@A", "pl-6fa54006", "tcp/443"}, {allow, "Web@A", "pl-6fa54006", "tcp/80"}, {deny, "Web@A", "pl-6da54004", "tcp/443"},
		}},
		{"a route to the same list", twoSubnets + group("Web", "out tcp/443 pl-1", "out tcp/444 pl-2") +
			table("A", "pl-1 TransitGatewayId tgw-1"), []row{
			{allow, "Web@A", "pl-1", "tcp/443"}, {deny, "Web@A", "pl-2", "tcp/444"}, {unknown, "Web@A", "pl-1", "tcp/444"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, buildTemplate(t, parameters+"Resources:\n"+test.resources), test.rows)
		})
	}
}

// TestServicesAreOutside: a group that is open to every address reaches the service of a gateway endpoint in its subnets, although it
// does not name the list of the service.
func TestServicesAreOutside(t *testing.T) {
	t.Parallel()
	for region, list := range map[string]string{"eu-west-1": "pl-6da54004", "mars-1": "com.amazonaws.mars-1.s3"} {
		top := buildTemplate(t, parameters+"Resources:\n"+twoSubnets+group("Web", "out tcp/443 0.0.0.0/0")+table("A")+
			"  S3: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, "+
			"ServiceName: com.amazonaws."+region+".s3, RouteTableIds: [!Ref TableA]}}\n")
		from := ends(t, top, "Web@A", "internet")[0]
		var carried []string
		for _, o := range top.Outsides(from.Class, nil) {
			if !o.Inside && top.Carried(from, reach.End{Outside: o}).Sure.Overlaps(traffic.Ports(traffic.TCP, 443, 443)) {
				carried = append(carried, o.List)
			}
		}
		assert.Equal(t, []string{list}, carried, region)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, template string
		resource       string // what the gap names
		says           string
		groups         []string
	}{
		{"an unknown type that refers to a group", "Resources:\n" + twoSubnets + group("App") +
			"  Odd: {Type: Acme::Net::Thing, Properties: {Deep: [{Groups: [!GetAtt App.GroupId]}]}}\n", "t/Odd", "Acme::Net::Thing",
			[]string{"t/App"}},
		{"a custom resource is one", "Resources:\n" + twoSubnets + group("App") +
			"  Odd: {Type: Custom::Opener, Properties: {ServiceToken: t, Group: !Ref App}}\n", "t/Odd", "Custom::Opener", []string{"t/App"}},
		{"an unknown type that refers to a subnet", "Resources:\n" + twoSubnets +
			"  Odd: {Type: Acme::Net::Thing, Properties: {Subnet: !Ref A}}\n", "t/Odd", "Acme::Net::Thing", nil},
		{"an unknown type that refers to a route table", "Resources:\n" + twoSubnets + table("A") +
			"  Odd: {Type: Acme::Net::Thing, Properties: {Table: !Ref TableA}}\n", "t/Odd", "Acme::Net::Thing", nil},
		{"a block that is none", "Resources:\n" + twoSubnets + group("App", "in tcp/1 10.0.0.300/32"), "t/App", "10.0.0.300/32",
			[]string{"t/App"}},
		{"a rule without a peer", "Resources:\n" + twoSubnets + group("App") +
			"  In: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref App, IpProtocol: -1}}\n", "t/In", "names neither",
			[]string{"t/App"}},
		{"a macro", "Transform: [AWS::LanguageExtensions, AWS::Include]\nResources:\n" + twoSubnets, "t/Transform", "AWS::Include", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			top := buildTemplate(t, test.template)
			require.Len(t, top.Gaps, 1)
			gap := top.Gaps[0]
			assert.Equal(t, test.resource, gap.Resource.String())
			assert.Contains(t, gap.Reason, test.says)
			var groups []string
			for _, g := range gap.Groups {
				groups = append(groups, g.Name)
			}
			assert.Equal(t, test.groups, groups)
		})
	}
	top := build(t, twoSubnets+group("App")+"  Fine: {Type: Acme::Net::Thing, Properties: {Name: App}}\n"+
		"  Logs: {Type: AWS::EC2::FlowLog, Properties: {ResourceId: !Ref Vpc, ResourceType: VPC}}\n")
	assert.Empty(t, top.Gaps, "what does not touch the network leaves no gap")
	assert.True(t, slices.ContainsFunc(top.Groups, func(g *reach.Group) bool { return g.Name == "t/App" }))
}

// TestMacros: if a macro rewrites a template, nothing in the template is sure, and nothing is surely not carried.
func TestMacros(t *testing.T) {
	t.Parallel()
	resources := "Resources:\n" + twoSubnets + group("Web") + group("App", "in tcp/1 Web") + acl("B") + table("A")
	check(t, buildTemplate(t, "Transform: AWS::LanguageExtensions\n"+resources), []row{{deny, "Web@A", "App@B", "tcp/1"},
		{allow, "Web@A", "App@A", "tcp/1"}, {deny, "Web@A", "203.0.113.9", "tcp/1"}})
	check(t, buildTemplate(t, "Transform: [AWS::LanguageExtensions, My::Macro]\n"+resources), []row{
		{unknown, "Web", "App", "all"}, {unknown, "App", "Web", "all"}, {unknown, "Web@A", "203.0.113.9", "all"},
		{unknown, "203.0.113.9", "App@B", "all"},
	})
}
