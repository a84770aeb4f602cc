package reach

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// firewalled is a VPC as people write it by hand. The egress of a private subnet, and its traffic with a data subnet, pass a firewall in
// one zone and then a NAT gateway.
const firewalled = `
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  IGW: {Type: AWS::EC2::InternetGateway}
  Attached: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref V, InternetGatewayId: !Ref IGW}}
  App: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  Data: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.2.0/24, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  Fw: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.3.0/28, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  Nat: {Type: AWS::EC2::Subnet,
    Properties: {VpcId: !Ref V, CidrBlock: 10.0.4.0/28, MapPublicIpOnLaunch: true, AvailabilityZone: eu-west-1a}}
  NatGateway: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref Nat, AllocationId: eipalloc-1}}
  AppTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  DataTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  FwTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  NatTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  A1: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref App, RouteTableId: !Ref AppTable}}
  A2: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Data, RouteTableId: !Ref DataTable}}
  A3: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Fw, RouteTableId: !Ref FwTable}}
  A4: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Nat, RouteTableId: !Ref NatTable}}
  AppOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref AppTable, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: ENDPOINT}}
  AppData: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref AppTable, DestinationCidrBlock: 10.0.2.0/24, VpcEndpointId: ENDPOINT}}
  DataApp: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref DataTable, DestinationCidrBlock: 10.0.1.0/24, VpcEndpointId: ENDPOINT}}
  FwOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref FwTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref NatGateway}}
  NatOut: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref NatTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref IGW}}
  NatBack: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref NatTable, DestinationCidrBlock: 10.0.1.0/24, VpcEndpointId: ENDPOINT}}
  Web: {Type: AWS::EC2::SecurityGroup,
    Properties: {GroupDescription: w, VpcId: !Ref V, SecurityGroupEgress: [{IpProtocol: "-1", CidrIp: 0.0.0.0/0}]}}
  DB: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref V,
    SecurityGroupIngress: [{IpProtocol: "-1", CidrIp: 0.0.0.0/0}], SecurityGroupEgress: []}}
  WebHost: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref App, SecurityGroupIds: [!Ref Web]}}
  DBHost: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Data, SecurityGroupIds: [!Ref DB]}}
  Firewall: {Type: AWS::NetworkFirewall::Firewall,
    Properties: {FirewallName: f, VpcId: !Ref V, FirewallPolicyArn: !Ref Policy, SubnetMappings: [{SubnetId: !Ref Fw}]}}
  Policy: {Type: AWS::NetworkFirewall::FirewallPolicy,
    Properties: {FirewallPolicyName: p, FirewallPolicy: {StatelessDefaultActions: [aws:forward_to_sfe],
    StatelessFragmentDefaultActions: [aws:forward_to_sfe], StatefulDefaultActions: [DEFAULT],
    StatefulEngineOptions: {RuleOrder: STRICT_ORDER}, StatefulRuleGroupReferences: [{ResourceArn: !Ref Rules, Priority: 1}]}}}
  Rules: {Type: AWS::NetworkFirewall::RuleGroup,
    Properties: {RuleGroupName: r, Type: STATEFUL, Capacity: 100, RuleGroup: {RulesSource: SOURCE}}}
`

const (
	byZone  = "!Select [0, !Split [',', !Select [1, !Split ['eu-west-1a:', !Join [',', !GetAtt Firewall.EndpointIds]]]]]"
	byPlace = "!Select [1, !Split [':', !Select [0, !GetAtt Firewall.EndpointIds]]]"
)

func rulesString(rules ...string) string {
	return fmt.Sprintf("{RulesString: %q}", strings.Join(rules, "\n"))
}

// TestFirewalls: what rules of every kind let through between an application and its database, to the internet, and to a domain name:
// "sure", "maybe" or "no". The templates are written as other people write them.
func TestFirewalls(t *testing.T) {
	t.Parallel()
	const toDB = "pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 5432 (flow:to_server; sid:1;)"
	const server, strict = "aws:drop_established_app_layer_to_server", "aws:drop_strict"
	tuple := func(direction string) string {
		return "{StatefulRules: [{Action: PASS, Header: {Direction: " + direction +
			", Protocol: TCP, Source: 10.0.1.0/24, SourcePort: ANY, Destination: 10.0.2.0/24, DestinationPort: '5432'}, " +
			"RuleOptions: [{Keyword: sid, Settings: ['1']}]}]}"
	}
	for name, test := range map[string]struct {
		source, defaults string
		change           func(string) string
		db, other, out   string // tcp/5432 and tcp/22 to the database, tcp/443 to the internet
		named            string // tcp/443 to api.example.com
	}{
		"one pass": {rulesString(toDB), server, nil, "sure", "no", "no", "no"},
		"by place, one endpoint": {rulesString(toDB), server, func(s string) string { return strings.ReplaceAll(s, byZone, byPlace) }, "sure",
			"no", "no", "no"},
		"one pass, strict": {rulesString(toDB), strict, nil, "no", "no", "no", "no"},
		"both ways, strict": {rulesString(toDB, "pass tcp 10.0.2.0/24 5432 -> 10.0.1.0/24 any (flow:to_client; sid:2;)"), strict, nil,
			"sure", "no", "no", "no"},
		"addresses alone, strict": {tuple("FORWARD"), strict, nil, "sure", "no", "no", "no"},
		"both directions":         {tuple("ANY"), strict, nil, "sure", "no", "no", "no"},
		"bidirectional default":   {rulesString(toDB), "aws:drop_established_app_layer", nil, "no", "no", "no", "no"},
		// The default lets a connection begin. One rule about addresses alone matches the answer and passes everything else.
		"answers by addresses alone": {rulesString("pass tcp 10.0.2.0/24 any -> 10.0.1.0/24 any (sid:1;)"), server, nil, "sure", "sure", "no",
			"no"},
		"as above, strict": {rulesString("pass tcp 10.0.2.0/24 any -> 10.0.1.0/24 any (sid:1;)"), strict, nil, "no", "no", "no", "no"},
		"drop too late": {rulesString("drop tcp any any -> any 22 (flow:established; sid:2;)",
			"pass tcp any any -> any any (sid:1;)"), server, nil, "sure", "sure", "sure", "sure"},
		"drop of data, strict": {rulesString("drop tcp any any -> any 22 (flow:established; sid:3;)",
			"pass tcp any any -> any any (flow:to_server; sid:1;)", "pass tcp any any -> any any (flow:to_client; sid:2;)"), strict, nil, "sure",
			"no", "sure", "sure"},
		"handshake and data, strict": {rulesString("pass tcp any any -> any any (flow:not_established; sid:1;)",
			"pass tcp any any -> 10.0.2.0/24 5432 (flow:to_server,established; sid:2;)",
			"pass tcp 10.0.2.0/24 any -> any any (flow:to_client,established; sid:3;)"), strict, nil, "sure", "no", "no", "no"},
		"handshake alone, strict": {rulesString("pass tcp any any -> any any (flow:not_established; sid:1;)"), strict, nil, "no", "no", "no",
			"no"},
		"usual source ports": {rulesString(strings.Replace(toDB, "24 any ->", "24 1024: ->", 1)), server, nil, "sure", "no", "no", "no"},
		"privileged source ports": {rulesString("pass tcp 10.0.1.0/24 443 -> 10.0.2.0/24 any (flow:to_server; sid:1;)"), server, nil, "maybe",
			"maybe", "no", "no"},
		"alert alone": {rulesString(toDB), "aws:alert_strict", nil, "sure", "sure", "sure", "sure"},
		"drop before": {rulesString("drop ip any any -> 10.0.2.0/24 any (sid:2;)", toDB), server, nil, "no", "no", "no", "no"},
		"drop behind": {rulesString(toDB, "drop ip any any -> 10.0.2.0/24 any (sid:2;)"), server, nil, "sure", "no", "no", "no"},
		"an option more": {rulesString(strings.Replace(toDB, "sid:1", `content:"x"; sid:1`, 1)), server, nil, "maybe", "no", "no",
			"no"},
		"some source ports": {rulesString(strings.Replace(toDB, "24 any ->", "24 1024:2000 ->", 1)), server, nil, "maybe", "no", "no",
			"no"},
		"everything": {rulesString("pass ip any any -> any any (sid:1;)"), strict, nil, "sure", "sure", "sure", "sure"},
		"to the internet": {rulesString("pass tcp 10.0.1.0/24 any -> !10.0.0.0/16 443 (flow:to_server; sid:1;)"), server, nil, "no",
			"no", "sure", "sure"},
		"by variables": {rulesString("pass tcp $HOME_NET any -> $EXTERNAL_NET 443 (flow:to_server; sid:1;)"), server, nil, "no",
			"no", "sure", "sure"},
		"a name":       {toName(`content:"api.example.com"; startswith; nocase; endswith;`), server, nil, "no", "no", "no", "sure"},
		"a domain":     {toName(`dotprefix; content:".example.com"; nocase; endswith;`), server, nil, "no", "no", "no", "sure"},
		"another name": {toName(`content:"other.example.com"; startswith; nocase; endswith;`), server, nil, "no", "no", "no", "no"},
		"a domain list": {"{RulesSourceList: {GeneratedRulesType: ALLOWLIST, Targets: [.example.com], TargetTypes: [TLS_SNI]}}",
			server, nil, "no", "no", "no", "sure"},
		"no strict order": {rulesString(toDB), server, func(s string) string {
			return strings.Replace(s, "StatefulEngineOptions: {RuleOrder: STRICT_ORDER}, ", "", 1)
		}, "sure", "no", "no", "no"},
		"group not in the policy": {rulesString(toDB), server, func(s string) string {
			return strings.Replace(s,
				"{ResourceArn: !Ref Rules, Priority: 1}", "", 1)
		}, "no", "no", "no", "no"},
		"group of others": {rulesString(toDB), server, func(s string) string {
			return strings.Replace(s, "ResourceArn: !Ref Rules", "ResourceArn: 'arn:aws:network-firewall:eu-west-1:1:stateful-rulegroup/x'", 1)
		}, "maybe", "maybe", "maybe", "maybe"},
		"a managed group": {rulesString(toDB), server, func(s string) string {
			managed := "{ResourceArn: 'arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/x', Priority: 0}"
			return strings.Replace(s, "[{ResourceArn: !Ref Rules", "["+managed+", {ResourceArn: !Ref Rules", 1)
		}, "sure", "no", "no", "no"},
		"stateless pass": {rulesString(toDB), server, func(s string) string {
			return strings.Replace(s, "StatelessDefaultActions: [aws:forward_to_sfe]", "StatelessDefaultActions: [aws:pass]", 1)
		}, "sure", "sure", "sure", "sure"},
		"no way back": {rulesString("pass ip any any -> any any (sid:1;)"), strict,
			func(s string) string { return lacking(s, "DataApp") }, "maybe", "maybe", "sure", "sure"},
		"no way back from the outside": {rulesString("pass ip any any -> any any (sid:1;)"), strict,
			func(s string) string { return lacking(s, "NatBack") }, "sure", "sure", "maybe", "maybe"},
		"no route to the firewall": {rulesString(toDB), server, func(s string) string { return lacking(lacking(s, "AppData"), "DataApp") },
			"sure", "sure", "no", "no"},
		"rules that cannot be read": {rulesString("permit everything"), server, nil, "maybe", "maybe", "maybe", "maybe"},
		"unknown reference": {rulesString("drop ip @LIST any -> any any (sid:2;)", toDB), server, func(s string) string {
			sets := "ReferenceSets: {IPSetReferences: {LIST: {ReferenceArn: 'arn:1'}}}"
			return strings.Replace(s, "RuleGroup: {RulesSource:", "RuleGroup: {"+sets+", RulesSource:", 1)
		}, "maybe", "no", "no", "no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template := strings.NewReplacer("ENDPOINT", byZone, "DEFAULT", test.defaults, "SOURCE", test.source).Replace(firewalled)
			if test.change != nil {
				changed := test.change(template)
				require.NotEqual(t, template, changed)
				template = changed
			}
			a, err := cfn.Read("t.yaml", []byte(template), nil)
			require.NoError(t, err)
			top := Build(a)
			web, db := classOf(t, top, "Web"), classOf(t, top, "DB")
			word := func(c traffic.Carried, port int) string {
				return certaintyWord(c, traffic.Ports(traffic.TCP, port, port))
			}
			at := func(c *Class) Location { return c.Locations()[0] }
			between := top.Between(web, at(web), db, at(db))
			assert.Equal(t, test.db, word(between, 5432), "to the database")
			assert.Equal(t, test.other, word(between, 22), "to the database's SSH")
			assert.Equal(t, test.out, word(top.Carried(End{Class: web, Location: at(web)}, Internet()[0]), 443), "to the internet")
			name := Outside{List: DomainPeer("api.example.com").List, Cell: Cell{From: publicAddress4, To: publicAddress4, Base: "addresses"}}
			assert.Equal(t, test.named, word(top.ToOutside(web, at(web), name), 443), "to a name")
		})
	}
}

// toName is a rule group with one rule that lets App connect to servers by their names.
func toName(match string) string {
	return rulesString("pass tls 10.0.1.0/24 any -> any 443 (flow:to_server; tls.sni; " + match + " sid:1;)")
}

// lacking removes a resource from a template with one resource on each line.
func lacking(template, id string) string {
	var out []string
	for line := range strings.SplitSeq(template, "\n") {
		if !strings.HasPrefix(line, "  "+id+":") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func classOf(t *testing.T, top *Topology, group string) *Class {
	t.Helper()
	for _, c := range top.Classes {
		if len(c.Groups) == 1 && strings.HasSuffix(c.Groups[0].Name, "/"+group) {
			return c
		}
	}
	t.Fatalf("nobody has the group %s", group)
	return nil
}
