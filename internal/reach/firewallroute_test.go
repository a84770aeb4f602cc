package reach

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// zoned is a VPC in two zones. Its firewall has an endpoint in each zone, and one more for packets that come in. The firewall passes
// everything, so that only routes decide about the traffic of the internet with a public subnet, of a private subnet with the other zone,
// and of the private subnet with the internet by a NAT gateway.
const zoned = `
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  IGW: {Type: AWS::EC2::InternetGateway}
  Attached: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref V, InternetGatewayId: !Ref IGW}}
  Public: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  App: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.2.0/24, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  Data: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.3.0/24, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1b}}
  Nat: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.4.0/28, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  FwA: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.5.0/28, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  FwB: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.5.16/28, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1b}}
  FwIn: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.5.32/28, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  NatGateway: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref Nat, AllocationId: eipalloc-1}}
  Edge: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  PublicTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  AppTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  DataTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  NatTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  FwTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  FwInTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  EdgeAssociation: {Type: AWS::EC2::GatewayRouteTableAssociation, Properties: {GatewayId: !Ref IGW, RouteTableId: !Ref Edge}}
  A1: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Public, RouteTableId: !Ref PublicTable}}
  A2: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref App, RouteTableId: !Ref AppTable}}
  A3: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Data, RouteTableId: !Ref DataTable}}
  A4: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Nat, RouteTableId: !Ref NatTable}}
  A5: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref FwA, RouteTableId: !Ref FwTable}}
  A6: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref FwB, RouteTableId: !Ref FwTable}}
  A7: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref FwIn, RouteTableId: !Ref FwInTable}}
  EdgeIn: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Edge, DestinationCidrBlock: 10.0.1.0/24, VpcEndpointId: INGRESS}}
  PublicOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: INGRESS}}
  FwInOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref FwInTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref IGW}}
  AppData: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref AppTable, DestinationCidrBlock: 10.0.3.0/24, VpcEndpointId: ENDPOINT}}
  DataApp: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref DataTable, DestinationCidrBlock: 10.0.2.0/24, VpcEndpointId: ENDPOINT}}
  AppOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref AppTable, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: ENDPOINT}}
  FwOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref FwTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref NatGateway}}
  NatOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref NatTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref IGW}}
  NatBack: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref NatTable, DestinationCidrBlock: 10.0.2.0/24, VpcEndpointId: ENDPOINT}}
  Open: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: o, VpcId: !Ref V,
    SecurityGroupIngress: [{IpProtocol: "-1", CidrIp: 0.0.0.0/0}], SecurityGroupEgress: [{IpProtocol: "-1", CidrIp: 0.0.0.0/0}]}}
  Host1: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Public, SecurityGroupIds: [!Ref Open]}}
  Host2: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref App, SecurityGroupIds: [!Ref Open]}}
  Host3: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Data, SecurityGroupIds: [!Ref Open]}}
  Firewall: {Type: AWS::NetworkFirewall::Firewall, Properties: {FirewallName: f, VpcId: !Ref V, FirewallPolicyArn: !Ref Policy,
    SubnetMappings: [{SubnetId: !Ref FwA}, {SubnetId: !Ref FwB}]}}
  Association: {Type: AWS::NetworkFirewall::VpcEndpointAssociation,
    Properties: {FirewallArn: !Ref Firewall, VpcId: !Ref V, SubnetMapping: {SubnetId: !Ref FwIn}}}
  Policy: {Type: AWS::NetworkFirewall::FirewallPolicy,
    Properties: {FirewallPolicyName: p, FirewallPolicy: {StatelessDefaultActions: [aws:forward_to_sfe],
    StatelessFragmentDefaultActions: [aws:forward_to_sfe], StatefulDefaultActions: [aws:drop_strict],
    StatefulEngineOptions: {RuleOrder: STRICT_ORDER}, StatefulRuleGroupReferences: [{ResourceArn: !Ref Rules, Priority: 1}]}}}
  Rules: {Type: AWS::NetworkFirewall::RuleGroup, Properties: {RuleGroupName: r, Type: STATEFUL, Capacity: 100,
    RuleGroup: {RulesSource: {RulesString: "pass ip FROM any -> any any (sid:1;)"}}}}
`

// TestFirewallRoutes: packets and their answers must pass the same endpoint. Otherwise it is not known what happens to them, whatever the
// firewall lets through.
func TestFirewallRoutes(t *testing.T) {
	t.Parallel()
	const ingress = "!Select [1, !Split [':', !GetAtt Association.EndpointId]]"
	byZoneB := strings.Replace(byZone, "1a:", "1b:", 1)
	replace := func(line, old, value string) func(string) string {
		return func(s string) string {
			lines := strings.Split(s, "\n")
			for i := range lines {
				if strings.HasPrefix(lines[i], "  "+line+":") {
					lines[i] = strings.Replace(lines[i], old, value, 1)
				}
			}
			return strings.Join(lines, "\n")
		}
	}
	without := func(ids ...string) func(string) string {
		return func(s string) string {
			for _, id := range ids {
				s = lacking(s, id)
			}
			return s
		}
	}
	all := func(changes ...func(string) string) func(string) string {
		return func(s string) string {
			for _, change := range changes {
				s = change(s)
			}
			return s
		}
	}
	beyond := all( // The NAT gateway first, and then the firewall.
		replace("AppOut", "VpcEndpointId: ENDPOINT", "NatGatewayId: !Ref NatGateway"), replace("NatOut", "GatewayId: !Ref IGW",
			"VpcEndpointId: ENDPOINT"),
		replace("FwOut", "NatGatewayId: !Ref NatGateway", "GatewayId: !Ref IGW"), without("NatBack"),
		replace("EdgeIn", "EdgeIn", "EdgeNat: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Edge, "+
			"DestinationCidrBlock: 10.0.4.0/28, VpcEndpointId: ENDPOINT}}\n  EdgeIn"))
	for name, test := range map[string]struct {
		change             func(string) string
		from               string // whom the firewall's rule is about
		in, out, east, nat string // from the internet, to it from the public subnet, to the other zone, to the internet by NAT
	}{
		"as it should be":                     {all(), "any", "sure", "sure", "sure", "sure"},
		"no edge route":                       {without("EdgeIn"), "any", "maybe", "maybe", "sure", "sure"},
		"no edge table":                       {without("EdgeAssociation", "EdgeIn", "Edge"), "any", "maybe", "maybe", "sure", "sure"},
		"edge route to another endpoint":      {replace("EdgeIn", "INGRESS", "ENDPOINT"), "any", "maybe", "maybe", "sure", "sure"},
		"edge route to an endpoint of others": {replace("EdgeIn", "INGRESS", "vpce-0123"), "any", "maybe", "maybe", "sure", "sure"},
		"answers past the firewall": {replace("PublicOut", "VpcEndpointId: INGRESS", "GatewayId: !Ref IGW"), "any", "maybe", "maybe",
			"sure", "sure"},
		"nothing behind the firewall": {without("FwInOut"), "any", "no", "no", "sure", "sure"},
		"each zone its own endpoint":  {replace("DataApp", "ENDPOINT", byZoneB), "any", "sure", "sure", "maybe", "sure"},
		"the other zone's for both": {all(replace("DataApp", "ENDPOINT", byZoneB), replace("AppData", "ENDPOINT", byZoneB)), "any",
			"sure", "sure", "sure", "sure"},
		"no way back":                      {without("DataApp"), "any", "sure", "sure", "maybe", "sure"},
		"past the firewall":                {without("DataApp", "AppData"), "any", "sure", "sure", "sure", "sure"},
		"endpoints by place":               {replace("AppData", "ENDPOINT", byPlace), "any", "sure", "sure", "maybe", "sure"},
		"no way back from NAT":             {without("NatBack"), "any", "sure", "sure", "sure", "maybe"},
		"NAT's way back by the other zone": {replace("NatBack", "ENDPOINT", byZoneB), "any", "sure", "sure", "sure", "maybe"},
		"an edge route to NAT": {replace("EdgeIn", "EdgeIn", "EdgeNat: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Edge, "+
			"DestinationCidrBlock: 10.0.4.0/28, VpcEndpointId: INGRESS}}\n  EdgeIn"),
			"any", "sure", "sure", "sure", "maybe"},
		"rules about App":                       {all(), "10.0.2.0/24", "no", "no", "sure", "sure"},
		"beyond NAT":                            {beyond, "any", "sure", "sure", "sure", "sure"},
		"beyond NAT, which rules are about":     {beyond, "10.0.4.0/28", "no", "no", "no", "sure"},
		"beyond NAT, rules about App":           {beyond, "10.0.2.0/24", "no", "no", "sure", "no"},
		"beyond NAT, answers past the firewall": {all(beyond, without("EdgeNat")), "any", "sure", "sure", "sure", "maybe"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := test.change(zoned)
			if !strings.HasPrefix(name, "as it") && !strings.HasPrefix(name, "rules") {
				require.NotEqual(t, zoned, changed)
			}
			a, err := cfn.Read("t.yaml", []byte(strings.NewReplacer("ENDPOINT", byZone, "INGRESS", ingress, "FROM", test.from).Replace(changed)),
				nil)
			require.NoError(t, err)
			top := Build(a)
			at := func(subnet string) End {
				for _, c := range top.Classes {
					if s := c.Locations()[0]; strings.HasSuffix(s.Subnet.Name, "/"+subnet) {
						return End{Class: c, Location: s}
					}
				}
				t.Fatal(subnet)
				return End{}
			}
			word := func(from, to End) string {
				return certaintyWord(top.Carried(from, to), traffic.Ports(traffic.TCP, 443, 443))
			}
			assert.Equal(t, test.in, word(Internet()[0], at("Public")), "from the internet")
			assert.Equal(t, test.out, word(at("Public"), Internet()[0]), "to the internet")
			assert.Equal(t, test.east, word(at("App"), at("Data")), "to the other zone")
			assert.Equal(t, test.nat, word(at("App"), Internet()[0]), "by NAT")
		})
	}
}

// certaintyWord is "sure", "maybe" or "no".
func certaintyWord(c traffic.Carried, service traffic.Set) string {
	switch {
	case c.Sure.Contains(service):
		return "sure"
	case c.Maybe.Overlaps(service):
		return "maybe"
	}
	return "no"
}
