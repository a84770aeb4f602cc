package reach_test

import "testing"

func TestRoutes(t *testing.T) {
	t.Parallel()
	// Public is a subnet with a NAT gateway and a way to the internet. Each test adds its routes.
	const nat = `
  Public: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.100.0/24}}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref Public, AllocationId: a}}
`
	const toNat = "0.0.0.0/0 NatGatewayId !Ref Nat"
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"without a default route there is no outside, and the VPC is there", twoSubnets + openGroups, []row{
			{deny, "Web", "203.0.113.9", "tcp/443"}, {deny, "203.0.113.9", "Web", "tcp/443"}, {allow, "Web", "10.0.77.9", "tcp/443"},
			{allow, "10.0.77.9", "Web", "tcp/443"}, {allow, "Web@A", "App@B", "all"},
		}},
		{"an internet gateway leads both ways", twoSubnets + openGroups + internet + table("A", toInternet), []row{
			{allow, "Web@A", "203.0.113.9", "all"}, {allow, "203.0.113.9", "Web@A", "all"}, {deny, "Web@B", "203.0.113.9", "all"},
			{deny, "203.0.113.9", "Web@B", "all"}, {allow, "Web@A", "App@B", "all"},
		}},
		{"an internet gateway that is not attached leads nowhere", twoSubnets + openGroups + "  Igw: {Type: AWS::EC2::InternetGateway}\n" +
			table("A", toInternet), []row{
			{deny, "Web@A", "203.0.113.9", "tcp/443"}, {deny, "203.0.113.9", "Web@A", "tcp/443"},
		}},
		{"an internet gateway that is attached to another VPC leads nowhere", twoSubnets + openGroups + `
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.9.0.0/16}}
  Igw: {Type: AWS::EC2::InternetGateway}
  IgwOf: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Other, InternetGatewayId: !Ref Igw}}
` + table("A", toInternet), []row{{deny, "Web@A", "203.0.113.9", "tcp/443"}}},
		{"an attachment that may not be there leaves it open", twoSubnets + openGroups + `
  Igw: {Type: AWS::EC2::InternetGateway}
  IgwOf: {Type: AWS::EC2::VPCGatewayAttachment, Condition: Maybe, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Igw}}
` + table("A", toInternet), []row{{unknown, "Web@A", "203.0.113.9", "tcp/443"}, {unknown, "203.0.113.9", "Web@A", "tcp/443"}}},
		{"an internet gateway that is not in the templates is taken to be attached", twoSubnets + openGroups +
			table("A", "0.0.0.0/0 GatewayId igw-1234"), []row{
			{allow, "Web@A", "203.0.113.9", "tcp/443"}, {allow, "203.0.113.9", "Web@A", "tcp/443"},
		}},
		{"the way out is that of the longest prefix", twoSubnets + openGroups + internet + nat + table("Public", toInternet) +
			table("A", "203.0.113.0/24 GatewayId !Ref Igw", toNat, "203.0.113.128/25 NatGatewayId !Ref Nat"), []row{
			{allow, "203.0.113.9", "Web@A", "tcp/1"}, {deny, "203.0.113.129", "Web@A", "tcp/1"}, {deny, "198.51.100.9", "Web@A", "tcp/1"},
			{allow, "Web@A", "203.0.113.129", "tcp/1"},
		}},
		{"a NAT gateway leads out only", twoSubnets + openGroups + internet + nat + table("A", toNat) + table("Public", toInternet), []row{
			{allow, "Web@A", "203.0.113.9", "tcp/443"}, {deny, "203.0.113.9", "Web@A", "tcp/443"}, {deny, "Web@B", "203.0.113.9", "tcp/443"},
		}},
		{"a NAT gateway's subnet needs a way out of its own", twoSubnets + openGroups + internet + nat + table("A", toNat),
			[]row{{deny, "Web@A", "203.0.113.9", "tcp/443"}}},
		{"the network ACL of a NAT gateway's subnet counts, in and out", twoSubnets + openGroups + internet + nat + table("A", toNat) +
			table("Public", toInternet) +
			acl("Public", "in 1 allow tcp/80-90 10.0.1.0/24", "in 2 allow tcp/1024-65535 0.0.0.0/0", "out 1 allow tcp/85-99 0.0.0.0/0",
				"out 2 allow tcp/1024-65535 10.0.1.0/24"), []row{
			{allow, "Web@A", "203.0.113.9", "tcp/85-90"}, {deny, "Web@A", "203.0.113.9", "tcp/84"}, {deny, "Web@A", "203.0.113.9", "tcp/91"},
			{deny, "Web@A", "203.0.113.9", "udp/85"},
		}},
		{"replies by a NAT gateway need its subnet's network ACL", twoSubnets + openGroups + internet + nat + table("A", toNat) +
			table("Public", toInternet) +
			acl("Public", "in 1 allow all 10.0.0.0/16", "out 1 allow all 0.0.0.0/0"), []row{{deny, "Web@A", "203.0.113.9", "tcp/443"}}},
		{"NAT gateways that lead in a circle lead nowhere known", twoSubnets + openGroups + internet + nat + table("A", toNat) +
			table("Public", toNat), []row{{unknown, "Web@A", "203.0.113.9", "tcp/443"}}},
		{"an egress-only gateway leads IPv6 out only", dual + openGroups + `
  Eigw: {Type: AWS::EC2::EgressOnlyInternetGateway, Properties: {VpcId: !Ref Vpc}}
` + table("A", "::/0 EgressOnlyInternetGatewayId !Ref Eigw"), []row{
			{allow, "Web@A@6", "2001:db8:9::1", "tcp/443"}, {deny, "2001:db8:9::1", "Web@A@6", "tcp/443"},
			{deny, "Web@A@4", "203.0.113.9", "tcp/443"}, {deny, "Web@B@6", "2001:db8:9::1", "tcp/443"},
		}},
		{"a block that is less specific than the VPC's own leaves the VPC alone", twoSubnets + openGroups +
			table("A", "10.0.0.0/8 TransitGatewayId tgw-1") + table("B", "10.0.0.0/8 TransitGatewayId tgw-1"), []row{
			{allow, "Web@A", "App@B", "tcp/80"}, {allow, "Web@A", "10.0.9.1", "tcp/80"}, {allow, "Web@A", "10.9.9.1", "tcp/80"},
			{allow, "10.9.9.1", "Web@A", "tcp/80"}, {deny, "Web@A", "11.0.0.1", "tcp/80"},
		}},
		{"so it does where only a deployment knows the VPC's block", `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Block}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]}}
` + openGroups + table("A", "10.0.0.0/8 TransitGatewayId tgw-1") + table("B", "10.0.0.0/8 TransitGatewayId tgw-1") +
			acl("B", "in 1 allow tcp/80 0.0.0.0/0", "out 1 allow all 0.0.0.0/0"), []row{
			{allow, "Web@A", "App@B", "tcp/80"}, {deny, "Web@A", "App@B", "tcp/81"},
		}},
		{"a gateway leads to no addresses of the VPC, however specific its block", ofDeployment + openGroups +
			table("A", "10.1.0.0/24 TransitGatewayId tgw-1") + table("B", "192.168.7.0/24 VpcPeeringConnectionId pcx-1"), []row{
			{allow, "Web@A", "App@B", "tcp/80"}, {allow, "App@B", "Web@A", "tcp/80"}, {allow, "Web@A", "10.1.0.9", "tcp/80"}, {deny, "Web@A",
				"10.2.0.9", "tcp/80"},
		}},
		{"a transit gateway leads to networks outside, both ways", twoSubnets + openGroups + `
  Tgw: {Type: AWS::EC2::TransitGateway}
` + table("A", "192.168.0.0/16 TransitGatewayId !Ref Tgw"), []row{
			{allow, "Web@A", "192.168.1.1", "tcp/1"}, {allow, "192.168.1.1", "Web@A", "tcp/1"}, {deny, "Web@A", "203.0.113.9", "tcp/1"},
		}},
		{"a virtual private gateway does likewise", twoSubnets + openGroups + `
  Vgw: {Type: AWS::EC2::VPNGateway, Properties: {Type: ipsec.1}}
  VgwOf: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, VpnGatewayId: !Ref Vgw}}
` + table("A", "192.168.0.0/16 GatewayId !Ref Vgw"),
			[]row{{allow, "Web@A", "192.168.1.1", "tcp/1"}, {allow, "192.168.1.1", "Web@A", "tcp/1"}}},
		{"one that is not attached leads nowhere", twoSubnets + openGroups + `
  Vgw: {Type: AWS::EC2::VPNGateway, Properties: {Type: ipsec.1}}
` + table("A", "192.168.0.0/16 GatewayId !Ref Vgw"),
			[]row{{deny, "Web@A", "192.168.1.1", "tcp/1"}, {deny, "192.168.1.1", "Web@A", "tcp/1"}}},
		{"a target that only a deployment knows may lead anywhere", twoSubnets + openGroups + table("A", "0.0.0.0/0 GatewayId !Ref P"), []row{
			{unknown, "Web@A", "203.0.113.9", "tcp/1"}, {unknown, "203.0.113.9", "Web@A", "tcp/1"}, {allow, "Web@A", "App@B", "tcp/1"},
		}},
		{"so may one of two", twoSubnets + openGroups + internet + table("A", "0.0.0.0/0 GatewayId !If [Maybe, !Ref Igw, igw-1234]"),
			[]row{{unknown, "Web@A", "203.0.113.9", "tcp/1"}}},
		{"a route that may not be there", twoSubnets + openGroups + internet + table("A") + `
  Default: {Type: AWS::EC2::Route, Condition: Maybe,
    Properties: {RouteTableId: !Ref TableA, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Igw}}
`, []row{{unknown, "Web@A", "203.0.113.9", "tcp/1"}, {allow, "Web@A", "App@B", "tcp/1"}, {allow, "Web@A", "10.0.9.9", "tcp/1"}}},
		{"a table that is not in the templates may hold anything", twoSubnets + openGroups + `
  Of: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: rtb-1}}
`, []row{{unknown, "Web@A", "203.0.113.9", "tcp/1"}, {unknown, "Web@A", "App@B", "tcp/1"}, {unknown, "App@B", "Web@A", "tcp/1"},
			{allow, "Web@A", "App@A", "tcp/1"}}},
		{"a more specific route to a middlebox: references do not match across it, and what it lets through is not known", twoSubnets +
			group("Web", "in tcp/1 0.0.0.0/0") + group("App", "in tcp/80 10.0.1.0/24", "in tcp/81 Web") + `
  Fw: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.200.0/24}}
  Gwlbe: {Type: AWS::EC2::VPCEndpoint,
    Properties: {VpcId: !Ref Vpc, ServiceName: s, VpcEndpointType: GatewayLoadBalancer, SubnetIds: [!Ref Fw]}}
` + table("A", "10.0.2.0/24 VpcEndpointId !Ref Gwlbe") + table("B", "10.0.1.0/24 VpcEndpointId !Ref Gwlbe"), []row{
			{unknown, "Web@A", "App@B", "tcp/80"}, {deny, "Web@A", "App@B", "tcp/82"}, {allow, "Web@A", "App@A", "tcp/81"},
			{allow, "Web@B", "App@B", "tcp/81"},
		}},
		{"replies that take another way than by the middlebox may be lost", twoSubnets + openGroups + `
  Fw: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.200.0/24}}
  Gwlbe: {Type: AWS::EC2::VPCEndpoint,
    Properties: {VpcId: !Ref Vpc, ServiceName: s, VpcEndpointType: GatewayLoadBalancer, SubnetIds: [!Ref Fw]}}
` + table("A", "10.0.2.0/24 VpcEndpointId !Ref Gwlbe"),
			[]row{{unknown, "Web@A", "App@B", "tcp/80"}, {unknown, "App@B", "Web@A", "tcp/80"}}},
		{"a route to an appliance's interface, whose subnet is not read, leaves everything open", twoSubnets + openGroups +
			table("A", "10.0.2.0/24 NetworkInterfaceId eni-1") + table("B", "10.0.1.0/24 NetworkInterfaceId eni-1"), []row{{unknown, "Web@A",
			"App@B", "tcp/80"}}},
		{"a way out by a middlebox", twoSubnets + openGroups + internet + `
  Fw: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.200.0/24}}
  Gwlbe: {Type: AWS::EC2::VPCEndpoint,
    Properties: {VpcId: !Ref Vpc, ServiceName: s, VpcEndpointType: GatewayLoadBalancer, SubnetIds: [!Ref Fw]}}
` + table("A", "0.0.0.0/0 VpcEndpointId !Ref Gwlbe") + table("Fw", toInternet),
			[]row{{unknown, "Web@A", "203.0.113.9", "tcp/80"}, {unknown, "203.0.113.9", "Web@A", "tcp/80"}}},
		{"an edge route table that leads what comes in elsewhere", twoSubnets + openGroups + internet + table("A", toInternet) + `
  Edge: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  EdgeOf: {Type: AWS::EC2::GatewayRouteTableAssociation, Properties: {GatewayId: !Ref Igw, RouteTableId: !Ref Edge}}
  EdgeRoute: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Edge, DestinationCidrBlock: 10.0.1.0/24, VpcEndpointId: vpce-1}}
`, []row{{unknown, "203.0.113.9", "Web@A", "tcp/80"}, {allow, "Web@A", "App@B", "tcp/80"}}},
		{"an edge route table with the local route only", twoSubnets + openGroups + internet + table("A", toInternet) + `
  Edge: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  EdgeOf: {Type: AWS::EC2::GatewayRouteTableAssociation, Properties: {GatewayId: !Ref Igw, RouteTableId: !Ref Edge}}
  EdgeRoute: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Edge, DestinationCidrBlock: 10.0.0.0/16, GatewayId: local}}
`, []row{{allow, "203.0.113.9", "Web@A", "tcp/80"}}},
		{"neighbours in a subnet meet no network ACL, whoever they are", twoSubnets + group("Web", "in tcp/22 10.0.0.0/16") +
			acl("A", "in 1 deny all 10.0.0.0/16", "out 1 deny all 10.0.0.0/16"), []row{
			{allow, "10.0.1.77", "Web@A", "tcp/22"}, {allow, "Web@A", "10.0.1.77", "tcp/22"}, {deny, "10.0.2.77", "Web@A", "tcp/22"},
			{deny, "Web@A", "10.0.2.77", "tcp/22"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, buildTemplate(t, parameters+"Resources:\n"+test.resources), test.rows)
		})
	}
}

// ofDeployment is twoSubnets in a range that only a deployment knows.
const ofDeployment = `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Block}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]}}
`

// parameters have no values, so that a condition on one is known only at deployment.
const parameters = `
Parameters: {P: {Type: String}, Block: {Type: String}}
Conditions: {Maybe: !Equals [!Ref P, x]}
`

func TestPeering(t *testing.T) {
	t.Parallel()
	vpcs := func(a, b string) string {
		return `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: ` + a + `.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: ` + a + `.1.0/24}}
  Far: {Type: AWS::EC2::VPC, Properties: {CidrBlock: ` + b + `.0.0/16}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Far, CidrBlock: ` + b + `.2.0/24}}
  Pcx: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref Vpc, PeerVpcId: !Ref Far}}
` + group("Web", "in tcp/1 App") + groupIn("Far", "App", "in tcp/80 Web", "in tcp/81 10.0.0.0/8")
	}
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"a connection with routes at both ends carries blocks and references", vpcs("10.0", "10.1") +
			table("A", "10.1.0.0/16 VpcPeeringConnectionId !Ref Pcx") + tableIn("Far", "B", "10.0.0.0/16 VpcPeeringConnectionId !Ref Pcx"), []row{
			{allow, "Web", "App", "tcp/80-81"}, {deny, "Web", "App", "tcp/82"}, {allow, "App", "Web", "tcp/1"},
		}},
		{"without a route back nothing works", vpcs("10.0", "10.1") + table("A", "10.1.0.0/16 VpcPeeringConnectionId !Ref Pcx"),
			[]row{{deny, "Web", "App", "tcp/80"}, {deny, "App", "Web", "tcp/1"}}},
		{"network ACLs count", vpcs("10.0", "10.1") + acl("A", "in 1 allow all 10.1.2.0/24", "out 1 allow tcp/81 10.1.0.0/16") +
			table("A", "10.1.2.0/24 VpcPeeringConnectionId !Ref Pcx") +
			tableIn("Far", "B", "10.0.1.0/24 VpcPeeringConnectionId !Ref Pcx"), []row{{allow, "Web", "App", "tcp/81"},
			{deny, "Web", "App", "tcp/80"}}},
		{"two VPCs without a connection", vpcs("10.0", "10.1"), []row{{deny, "Web", "App", "tcp/81"}}},
		{"a connection of other VPCs", vpcs("10.0", "10.1") + "  Other: {Type: AWS::EC2::VPCPeeringConnection, " +
			"Properties: {VpcId: !Ref Vpc, PeerVpcId: vpc-1}}\n" +
			table("A", "10.1.0.0/16 VpcPeeringConnectionId !Ref Other") +
			tableIn("Far", "B", "10.0.0.0/16 VpcPeeringConnectionId !Ref Other"), []row{{deny, "Web", "App", "tcp/81"}}},
		{"what a transit gateway carries between VPCs is not known", vpcs("10.0", "10.1") +
			table("A", "10.1.0.0/16 TransitGatewayId tgw-1") + tableIn("Far", "B", "10.0.0.0/16 TransitGatewayId tgw-1"), []row{{unknown, "Web",
			"App", "tcp/81"}, {deny, "Web", "App", "tcp/82"}}},
		{"of overlapping ranges, a VPC's own is meant", vpcs("10.0", "10.0") +
			table("A", "10.0.0.0/8 VpcPeeringConnectionId !Ref Pcx") +
			tableIn("Far", "B", "10.0.0.0/8 VpcPeeringConnectionId !Ref Pcx"), []row{{deny, "Web", "App", "tcp/81"}}},
		{"a middlebox on the way to a connection", vpcs("10.0", "10.1") + `
  Fw: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.200.0/24}}
  Gwlbe: {Type: AWS::EC2::VPCEndpoint,
    Properties: {VpcId: !Ref Vpc, ServiceName: s, VpcEndpointType: GatewayLoadBalancer, SubnetIds: [!Ref Fw]}}
` + table("A", "10.1.0.0/16 VpcEndpointId !Ref Gwlbe") + table("Fw", "10.1.0.0/16 VpcPeeringConnectionId !Ref Pcx") +
			tableIn("Far", "B", "10.0.0.0/16 VpcPeeringConnectionId !Ref Pcx"), []row{
			{unknown, "Web@A", "App@B", "tcp/81"}, {allow, "Web@Fw", "App@B", "tcp/81"},
		}},
		{"a route to a prefix list that is not known may lead there", vpcs("10.0", "10.1") +
			table("A", "pl-1 VpcPeeringConnectionId !Ref Pcx") + tableIn("Far", "B", "10.0.0.0/16 VpcPeeringConnectionId !Ref Pcx"), []row{{unknown,
			"Web", "App", "tcp/81"}}},
		{"a route to a prefix list of the templates leads to its blocks", vpcs("10.0", "10.1") + `
  List: {Type: AWS::EC2::PrefixList, Properties: {PrefixListName: l, AddressFamily: IPv4, MaxEntries: 2, Entries: [{Cidr: 10.1.2.0/25}]}}
` + table("A", "list:List VpcPeeringConnectionId !Ref Pcx") + tableIn("Far", "B", "10.0.0.0/16 VpcPeeringConnectionId !Ref Pcx"), []row{
			{allow, "Web", "App@10.1.2.4", "tcp/81"}, {deny, "Web", "App@10.1.2.200", "tcp/81"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, build(t, test.resources), test.rows)
		})
	}
}
