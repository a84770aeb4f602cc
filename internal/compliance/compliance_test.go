package compliance_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/compliance"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

var today = time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC)

// ofTemplate returns the input for a template that declares nothing.
func ofTemplate(t *testing.T, text string) compliance.Input {
	t.Helper()
	a, err := cfn.Read("T", []byte(text), &cfn.Options{})
	require.NoError(t, err)
	in := compliance.Input{Assembly: a, Topology: reach.Build(a), Today: today}
	in.Survey = survey.Make(survey.Input{Assembly: a, Topology: in.Topology})
	return in
}

// declared returns the input for the template that an architecture leads to, after an edit of the template.
func declared(t *testing.T, a arch.Architecture, edit func(map[string]any)) compliance.Input {
	t.Helper()
	template, d := plantest.Template(plantest.Make(t, a))
	if edit != nil {
		var tree map[string]any
		require.NoError(t, json.Unmarshal(template, &tree))
		edit(tree["Resources"].(map[string]any))
		var err error
		template, err = json.Marshal(tree)
		require.NoError(t, err)
	}
	assembly, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	in := compliance.Input{Assembly: assembly, Declaration: d, Today: today}
	in.Topology, err = proof.Topology(assembly, d)
	require.NoError(t, err)
	in.Proof, err = proof.Prove(assembly, d)
	require.NoError(t, err)
	in.Survey = survey.Make(survey.Input{Assembly: assembly, Topology: in.Topology, Declaration: d, Report: in.Proof})
	return in
}

// get returns a requirement of a page.
func get(t *testing.T, p compliance.Page, id string) compliance.Requirement {
	t.Helper()
	i := slices.IndexFunc(p.Requirements, func(r compliance.Requirement) bool { return r.ID == id })
	require.GreaterOrEqual(t, i, 0, id)
	return p.Requirements[i]
}

// TestNothingServesAnEmptyStack: no requirement is served by nothing, and each says what was looked for, or what to attach.
func TestNothingServesAnEmptyStack(t *testing.T) {
	t.Parallel()
	in := ofTemplate(t, `{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}`)
	for _, name := range compliance.Names() {
		page := compliance.Make(name, in)
		assert.Len(t, page.Requirements, len(compliance.Titles(name)))
		for _, r := range page.Requirements {
			assert.NotContains(t, []compliance.Status{compliance.Found, compliance.InPart, compliance.Inactive}, r.Status, "%s %s", name, r.ID)
			require.NotEmpty(t, r.Evidence, "%s %s", name, r.ID)
			for _, e := range r.Evidence {
				assert.NotEmpty(t, strings.TrimPrefix(e.Shows, "Looked for, not found: "), "%s %s", name, r.ID)
			}
		}
	}
}

const vpc = `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gw: {Type: AWS::EC2::InternetGateway}
  At: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gw}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true, AvailabilityZone: a}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Ta: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref T}}
  R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gw}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref Web]}}
`

const visibility = `VisibilityConfig: {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}`

func webACL(override, rule string) string {
	return `
  Lb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Scheme: internet-facing, Subnets: [!Ref A]}}
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !Ref Vpc}}
  As: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref Lb, WebACLArn: !GetAtt Acl.Arn}}
  Acl: {Type: AWS::WAFv2::WebACL, Properties: {Scope: REGIONAL, DefaultAction: {Allow: {}}, ` + visibility + `, Rules: [
    {Name: common, Priority: 1, ` + override + `, Statement: ` + rule + `, ` + visibility + `}]}}
`
}

func web(ingress string) string {
	return `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !Ref Vpc, SecurityGroupIngress: [` + ingress + `]}}
`
}

const (
	common   = `{ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}`
	country  = `{GeoMatchStatement: {CountryCodes: [KP]}}`
	https    = `{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}`
	ssh      = `{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}`
	all      = `{IpProtocol: "-1", CidrIp: 0.0.0.0/0}`
	office   = `{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.0/24}`
	firewall = `
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !Ref Vpc}}
  Fw: {Type: AWS::NetworkFirewall::Firewall, Properties: {FirewallName: f, VpcId: !Ref Vpc, FirewallPolicyArn: !Ref Policy,
    SubnetMappings: [
    {SubnetId: !Ref A}]}}
  Policy: {Type: AWS::NetworkFirewall::FirewallPolicy, Properties: {FirewallPolicyName: p, FirewallPolicy: {
    StatelessDefaultActions: [STATELESS], StatelessFragmentDefaultActions: ["aws:forward_to_sfe"], 
    StatefulEngineOptions: {RuleOrder: STRICT_ORDER}, STATEFUL}}}
  F: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 198.51.100.0/24,
    VpcEndpointId: !Select [1, !Split [":", !Select [0, !GetAtt Fw.EndpointIds]]]}}
`
)

func firewallWith(stateless, stateful string) string {
	return strings.NewReplacer("STATELESS]", `"`+stateless+`"]`, "STATEFUL}", stateful+"}").Replace(firewall)
}

func endpoint(properties string) string {
	return web("") + `
  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.s3` + properties + `}}
`
}

// TestPresentIsNotServing: what is there and does not act is not served; the same that acts is.
func TestPresentIsNotServing(t *testing.T) {
	t.Parallel()
	log := func(properties string) string {
		return web("") + "\n  L: {Type: AWS::EC2::FlowLog, " + properties + "}\n"
	}
	alarm := func(rest string) string {
		return web("") + "\n  Al: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: AWS/NATGateway, MetricName: m" + rest + "}}\n"
	}
	acl := func(entry string) string {
		return web("") + `
  N: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  Na: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref A, NetworkAclId: !Ref N}}
  N1: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref N, RuleNumber: 1, RuleAction: allow,
    CidrBlock: 0.0.0.0/0, ` + entry + `}}
  N2: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref N, RuleNumber: 1, RuleAction: allow,
    CidrBlock: 0.0.0.0/0, Egress: true, Protocol: -1}}
`
	}
	lb := func(attributes, listener string) string {
		return web("") + `
  Lb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref A], LoadBalancerAttributes: [` + attributes + `]}}
  Li: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Lb, ` + listener + `}}
`
	}
	const safe = `{Key: routing.http.drop_invalid_header_fields.enabled, Value: "true"}, {Key: access_logs.s3.enabled, Value: "true"}`
	mirror := `  S: {Type: AWS::EC2::TrafficMirrorSession, Properties: {NetworkInterfaceId: eni-1, SessionNumber: 1, TrafficMirrorFilterId: f,
    TrafficMirrorTargetId: t}}`
	event := func(rest string) string {
		return web("") + `
  Rule: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.guardduty]}, ` + rest + `}}
  Fn: {Type: AWS::Lambda::Function, Properties: {Role: r, Code: {ZipFile: x}, Environment: {Variables: {RESPONSE: '{"Enforce":false}'}}}}
  Other: {Type: AWS::Lambda::Function, Properties: {Role: r, Code: {ZipFile: x}}}
`
	}
	const open = `, PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*"}]}`
	const narrow = `, PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}]}`
	const vpcLog = "Properties: {ResourceId: !Ref Vpc, ResourceType: VPC, LogDestination: d, TrafficType: "
	for _, c := range []struct {
		id, what, template string
		want               compliance.Status
	}{
		{"1.2", "a group that lets everything in", web(all), compliance.Inactive},
		{"1.2", "a group", web(https), compliance.Found},
		{"1.3", "AWS's default network ACL", web(https), compliance.Nothing},
		{"1.3", "a network ACL that lets everything through", acl("Protocol: -1"), compliance.Inactive},
		{"1.3", "a network ACL", acl("Protocol: 6, PortRange: {From: 443, To: 443}"), compliance.Found},
		{"1.4", "a firewall that observes",
			firewallWith("aws:forward_to_sfe", `StatefulDefaultActions: ["aws:alert_strict"]`), compliance.Inactive},
		{"1.4", "a firewall that passes everything first",
			firewallWith("aws:pass", `StatefulDefaultActions: ["aws:drop_strict"]`), compliance.Inactive},
		{"1.4", "a firewall", firewallWith("aws:forward_to_sfe", `StatefulDefaultActions: ["aws:drop_strict"]`), compliance.Found},
		{"1.4", "a firewall without a route", strings.Replace(firewallWith("aws:forward_to_sfe", `StatefulDefaultActions: ["aws:drop_strict"]`),
			`VpcEndpointId: !Select [1, !Split [":", !Select [0, !GetAtt Fw.EndpointIds]]]`, "GatewayId: !Ref Gw", 1), compliance.Inactive},
		{"1.5", "a web ACL that counts", webACL("OverrideAction: {Count: {}}", common), compliance.Inactive},
		{"1.5", "a web ACL", webACL("OverrideAction: {None: {}}", common), compliance.Found},
		{"1.5", "a web ACL of nothing", strings.Replace(webACL("OverrideAction: {None: {}}", common),
			"ResourceArn: !Ref Lb", "ResourceArn: !Ref Nil", 1) + "  Nil: {Type: AWS::SNS::Topic}\n",
			compliance.InPart}, // The load balancer that faces the internet has none.
		{"2.4", "a web ACL against a country", webACL("Action: {Block: {}}", country), compliance.Inactive},
		{"2.4", "a web ACL against attacks", webACL("OverrideAction: {None: {}}", common), compliance.Found},
		{"2.1", "everything open", web(all), compliance.Against},
		{"2.1", "one port open", web(https), compliance.NotKnown},
		{"2.2", "a port open to all", web(https), compliance.Nothing},
		{"2.2", "a port open to the office", web(office), compliance.Found},
		{"2.3", "HTTP", lb(safe, "Protocol: HTTP, DefaultActions: [{Type: forward}]"), compliance.Against},
		{"2.3", "old TLS", lb(safe, "Protocol: HTTPS"), compliance.Against},
		{"2.3", "no logs", lb("", "Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06"), compliance.Against},
		{"2.3", "safe settings", lb(safe, "Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06"), compliance.Found},
		{"2.5", "no Shield Advanced", web(https), compliance.NotVisible},
		{"3.1", "a NAT gateway without a route", web("") + "  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref A}}\n",
			compliance.Inactive},
		{"3.2", "open egress", web(https), compliance.Against},
		{"3.3", "an endpoint without a policy", endpoint(", RouteTableIds: [!Ref T]"), compliance.Inactive},
		{"3.3", "an endpoint with an open policy", endpoint(open + ", RouteTableIds: [!Ref T]"), compliance.Inactive},
		{"3.3", "an endpoint", endpoint(narrow + ", RouteTableIds: [!Ref T]"), compliance.Found},
		{"3.3", "an endpoint without routes", endpoint(narrow), compliance.Inactive},
		{"4.2", "addresses of the VPC", web(`{IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: 10.0.0.0/8}`), compliance.Against},
		{"4.4", "SSH open to the internet", web(ssh), compliance.Against},
		{"5.3", "a session", web("") + mirror, compliance.Found},
		{"5.3", "a target", web("") + "\n  S: {Type: AWS::EC2::TrafficMirrorTarget}\n", compliance.Inactive},
		{"6.1", "all traffic", log(vpcLog + "ALL}"), compliance.Found},
		{"6.1", "rejected traffic", log(vpcLog + "REJECT}"), compliance.Inactive},
		{"6.1", "one subnet", log("Properties: {ResourceId: !Ref A, ResourceType: Subnet, TrafficType: ALL}"), compliance.Inactive},
		{"6.2", "an alarm", alarm(", AlarmActions: [t]"), compliance.Found},
		{"6.2", "an alarm that tells nobody", alarm(""), compliance.Inactive},
		{"6.2", "an alarm that is off", alarm(`, AlarmActions: [t], ActionsEnabled: "false"`), compliance.Inactive},
		{"6.4", "a function", event("Targets: [{Id: a, Arn: !GetAtt Other.Arn}]"), compliance.Found},
		{"6.4", "a dry run", event("Targets: [{Id: a, Arn: !GetAtt Fn.Arn}]"), compliance.Inactive},
		{"6.4", "a rule that is off", event("State: DISABLED, Targets: [{Id: a, Arn: !GetAtt Other.Arn}]"), compliance.Inactive},
		{"6.4", "a topic", event("Targets: [{Id: a, Arn: arn:aws:sns:eu-west-1:1:t}]"), compliance.Inactive},
	} {
		t.Run(c.id+" "+c.what, func(t *testing.T) {
			t.Parallel()
			r := get(t, compliance.Make("sec05", ofTemplate(t, "Resources:"+vpc+c.template)), c.id)
			assert.Equal(t, c.want, r.Status, "%+v", r.Evidence)
		})
	}
}

// TestUnsureIsNotServing: a resource under an open condition, or in a template with a macro, is no evidence; neither is what an unread
// nested stack may hold known to be missing.
func TestUnsureIsNotServing(t *testing.T) {
	t.Parallel()
	log := "  L: {Type: AWS::EC2::FlowLog, Properties: {ResourceId: !Ref Vpc, ResourceType: VPC, TrafficType: ALL}}\n"
	for what, text := range map[string]string{
		"condition": "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\nResources:" + vpc + web(https) +
			strings.Replace(log, "FlowLog,", "FlowLog, Condition: C,", 1),
		"macro":        "Transform: Mine\nResources:" + vpc + web(https) + log,
		"hidden":       "Transform: Mine\nResources:" + vpc + web(https),
		"nested stack": "Resources:" + vpc + web(https) + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://x/y}}\n",
		"type": "Parameters: {P: {Type: String}}\nResources:" + vpc + web(https) + strings.Replace(log, "TrafficType: ALL",
			"TrafficType: !Ref P", 1),
	} {
		page := compliance.Make("sec05", ofTemplate(t, text))
		r := get(t, page, "6.1")
		assert.Equal(t, compliance.NotKnown, r.Status, "%s: %+v", what, r.Evidence)
		if what == "macro" {
			for _, r := range page.Requirements {
				for _, e := range r.Evidence {
					assert.False(t, e.State == compliance.Acts && e.ID != "", "%s: %+v", r.ID, e)
				}
			}
		}
	}
}

// TestHiddenPartsAreNotKnown: where a template leaves a part to parameters and conditions, what is left neither serves nor is missing.
func TestHiddenPartsAreNotKnown(t *testing.T) {
	t.Parallel()
	const open = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\nResources:"
	acl := `  N: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  E: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref N, RuleNumber: 1, Protocol: 6, RuleAction: allow,
    CidrBlock: 10.0.0.0/16, PortRange: {From: 443, To: 443}}}
  Na: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {NetworkAclId: !Ref N, SubnetId: !Ref A}}
`
	maybe := func(text, id string) string {
		return strings.Replace(text, "  "+id+": {", "  "+id+": {Condition: C, ", 1)
	}
	inside := web(`{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/16}, {IpProtocol: tcp, FromPort: 22, ToPort: 22,
    SourceSecurityGroupId: !Ref O}`) + "  O: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: o, VpcId: !Ref Vpc}}\n"
	nat := vpc + web(https) + "  G: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref A}}\n" +
		"  Nr: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 198.51.100.0/24, NatGatewayId: !Ref G}}\n"
	drop := vpc + firewallWith("aws:forward_to_sfe", `StatefulDefaultActions: ["aws:drop_established"]`)
	reputation := strings.Replace(common, "CommonRuleSet", "AmazonIpReputationList", 1)
	lists := vpc + webACL("OverrideAction: {None: {}}", reputation)
	for what, c := range map[string]struct{ id, known, hidden string }{
		"association of a network ACL": {"1.3", vpc + web(https) + acl, vpc + web(https) + maybe(acl, "Na")},
		"subnet of a network ACL":      {"1.3", vpc + web(https) + acl, vpc + web(https) + strings.Replace(acl, "!Ref A}", "!Ref P}", 1)},
		"route to a NAT gateway":       {"3.1", nat, maybe(nat, "Nr")},
		"route table of a subnet":      {"3.1", nat, maybe(nat, "Ta")},
		"route to a firewall":          {"1.4", drop, maybe(drop, "F")},
		"addresses of the VPC":         {"4.2", vpc + inside, strings.Replace(vpc, "10.0.0.0/16", "!Ref P", 1) + inside},
		"statements of a web ACL":      {"5.5", lists, strings.Replace(lists, reputation, "!Ref P", 1)},
		"macro in a web ACL": {"5.5", lists, strings.NewReplacer("{Scope", `{"Fn::Transform": {Name: M}, Scope`,
			"Rules", "Other").Replace(lists)},
	} {
		known := get(t, compliance.Make("sec05", ofTemplate(t, open+c.known)), c.id)
		assert.NotContains(t, []compliance.Status{compliance.NotKnown, compliance.Nothing}, known.Status, "%s: %+v", what, known.Evidence)
		hidden := get(t, compliance.Make("sec05", ofTemplate(t, open+c.hidden)), c.id)
		surer := []compliance.Status{compliance.Found, compliance.InPart, compliance.Nothing}
		assert.NotContains(t, surer, hidden.Status, "%s: %+v", what, hidden.Evidence)
	}
}

// shop reads the template of the example shop, without its declaration.
func shop(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "shop", "testdata", "TestShop_production.json"))
	require.NoError(t, err)
	var tree map[string]any
	require.NoError(t, json.Unmarshal(text, &tree))
	return tree
}

func ofTree(t *testing.T, tree map[string]any) compliance.Input {
	t.Helper()
	text, err := json.Marshal(tree)
	require.NoError(t, err)
	return ofTemplate(t, string(text))
}

// TestWithoutItsResources: if the resources that serve a requirement in the example shop are removed, nothing serves it any more.
func TestWithoutItsResources(t *testing.T) {
	t.Parallel()
	before := compliance.Make("sec05", ofTree(t, shop(t)))
	tried := 0
	for _, r := range before.Requirements {
		served := slices.ContainsFunc(r.Evidence, func(e compliance.Evidence) bool { return e.State == compliance.Acts && e.ID != "" })
		if r.Status != compliance.Found && r.Status != compliance.InPart || !served {
			continue
		}
		tree, after := shop(t), r
		for range 3 { // What refers to removed resources may serve in another way.
			after = without(t, tree, after)
		}
		tried++
		assert.NotContains(t, []compliance.Status{compliance.Found, compliance.InPart}, after.Status, "%s %s: %+v", r.ID, r.Title, after.Evidence)
	}
	assert.Greater(t, tried, 14)
}

// without removes the resources that serve a requirement, and returns what serves it then.
func without(t *testing.T, tree map[string]any, r compliance.Requirement) compliance.Requirement {
	removed := 0
	for _, e := range r.Evidence {
		if e.State == compliance.Acts && e.ID != "" {
			delete(tree["Resources"].(map[string]any), e.ID)
			removed++
		}
	}
	if removed == 0 {
		return r
	}
	return get(t, compliance.Make("sec05", ofTree(t, tree)), r.ID)
}

// TestSameBytes: the same input has the same evidence.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, name := range compliance.Names() {
		assert.Equal(t, compliance.Make(name, ofTree(t, shop(t))), compliance.Make(name, ofTree(t, shop(t))))
	}
	assert.Empty(t, compliance.Make("iso", ofTree(t, shop(t))))
}

// payments is a network with a tier that holds cardholder data, one that is connected to it, and one that is not.
func payments() arch.Architecture {
	at := func(f arch.Flow, line int) arch.Flow {
		f.At = append(f.At, position(line))
		return f
	}
	peer := arch.TierPeer
	return arch.Architecture{
		Network: arch.Network{Path: "Pay/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers: []arch.Tier{
			{ID: "LB", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App},
			{ID: "Cards", Kind: arch.Data, Holds: []string{arch.Cardholder}}, {ID: "News", Kind: arch.Data, Block: 7, Holds: []string{arch.Public}},
		},
		Flows: []arch.Flow{
			at(arch.Flow{From: arch.Peer{Kind: arch.Internet}, To: peer(arch.Edge, "LB"), Service: "https", Reason: "customers"}, 1),
			at(arch.Flow{From: peer(arch.Edge, "LB"), To: peer(arch.Web, "Web"), Service: "https", Reason: "customers"}, 2),
			at(arch.Flow{From: peer(arch.Web, "Web"), To: peer(arch.App, "App"), Service: "tcp/8080", Reason: "calls"}, 3),
			at(arch.Flow{From: peer(arch.App, "App"), To: peer(arch.Data, "Cards"), Service: "mysql", Reason: "payments", Owner: "pay",
				Expires: "2027-01-31"}, 4),
			at(arch.Flow{From: peer(arch.App, "App"), To: peer(arch.Data, "News"), Service: "mysql", Reason: "news"}, 5),
		},
	}
}

// TestScope: the tiers with cardholder data and those connected to them are in scope, with every flow over the border.
func TestScope(t *testing.T) {
	t.Parallel()
	page := compliance.Make("pci", declared(t, payments(), nil))
	shows := map[string]string{}
	for _, e := range get(t, page, "12.5.2").Evidence {
		shows[e.Object] = e.Shows
	}
	assert.Contains(t, shows["Cards"], "in scope: it holds cardholder data")
	assert.Contains(t, shows["App"], "in scope: connected")
	assert.Contains(t, shows["Web"], "no declared flow connects it")
	into := get(t, page, "1.3.1")
	assert.Equal(t, compliance.Found, into.Status, "%+v", into.Evidence)
	require.Len(t, into.Evidence, 1)
	e := into.Evidence[0]
	assert.Equal(t, []string{"App", "Cards", "tcp/3306", "payments", "pay", "2027-01-31", "main.go:4"},
		[]string{e.From, e.To, e.Service, e.Reason, e.Owner, e.Expires, e.Declared})
	assert.Equal(t, compliance.Found, get(t, page, "1.3.2").Status)
	assert.Equal(t, compliance.Found, get(t, page, "1.4.4").Status)
	assert.Equal(t, compliance.NotVisible, get(t, page, "11.4.5").Status)
}

// TestAgainstThePolicy: declarations that PCI DSS forbids are evidence against their requirements.
func TestAgainstThePolicy(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		edit func(*arch.Architecture)
		id   string
		want compliance.Status
	}{
		"a neighbour of the internet": {func(a *arch.Architecture) {
			a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.Web, "Web"), To: arch.TierPeer(arch.Data, "Cards"), Service: "mysql",
				Exception: true, Reason: "r", Owner: "o"}, arch.Flow{From: arch.Peer{Kind: arch.Internet}, To: arch.TierPeer(arch.Web, "Web"),
				Service: "https", Exception: true, Reason: "r", Owner: "o"})
		}, "1.4.4", compliance.Against},
		"plain text":                    {func(a *arch.Architecture) { a.Flows[3].Service = "tcp/389" }, "1.2.6", compliance.Against},
		"no reason":                     {func(a *arch.Architecture) { a.Flows[3].Reason = "" }, "1.2.5", compliance.InPart},
		"expired":                       {func(a *arch.Architecture) { a.Flows[3].Expires = "2026-11-29" }, "1.2.5", compliance.Against},
		"a data tier that says nothing": {func(a *arch.Architecture) { a.Tiers[4].Holds = nil }, "12.5.2", compliance.Against},
		"no cardholder data": {func(a *arch.Architecture) {
			a.Tiers[3].Holds = []string{arch.Personal}
		}, "1.3.1", compliance.NotKnown},
		"out to a lower class": {func(a *arch.Architecture) {
			a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.Data, "Cards"), To: arch.TierPeer(arch.Data, "News"),
				Service: "mysql", Reason: "r"})
		}, "1.3.2", compliance.Against},
	} {
		a := payments()
		c.edit(&a)
		if what == "expired" {
			in := declared(t, payments(), nil)
			in.Today = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
			r := get(t, compliance.Make("pci", in), c.id)
			assert.Equal(t, c.want, r.Status, "%s: %+v", what, r.Evidence)
			continue
		}
		r := get(t, compliance.Make("pci", declared(t, a, nil)), c.id)
		assert.Equal(t, c.want, r.Status, "%s: %+v", what, r.Evidence)
	}
}

// TestUndeclaredTrafficIsAgainst: traffic that nobody declared is evidence against the requirements that it touches.
func TestUndeclaredTrafficIsAgainst(t *testing.T) {
	t.Parallel()
	in := declared(t, payments(), func(resources map[string]any) {
		for id, r := range resources {
			properties, _ := r.(map[string]any)["Properties"].(map[string]any)
			if r.(map[string]any)["Type"] == "AWS::EC2::NetworkAclEntry" {
				properties["Protocol"], properties["CidrBlock"], properties["RuleAction"] = -1, "0.0.0.0/0", "allow"
				delete(properties, "PortRange")
				delete(properties, "Icmp")
			}
			if r.(map[string]any)["Type"] == "AWS::EC2::SecurityGroup" && strings.Contains(id, "Cards") {
				properties["SecurityGroupIngress"] = []any{map[string]any{"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}}
			}
			if r.(map[string]any)["Type"] == "AWS::EC2::SecurityGroup" && strings.Contains(id, "News") {
				properties["SecurityGroupEgress"] = []any{map[string]any{"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}}
			}
		}
	})
	require.False(t, in.Proof.Exact())
	page := compliance.Make("pci", in)
	for _, id := range []string{"12.5.2", "1.2.3", "1.2.8", "1.3.1"} {
		r := get(t, page, id)
		assert.Equal(t, compliance.Against, r.Status, "%s: %+v", id, r.Evidence)
	}
	assert.True(t, slices.ContainsFunc(get(t, page, "12.5.2").Evidence, func(e compliance.Evidence) bool {
		return e.Object == "News" && e.State == compliance.Opposes && strings.Contains(e.Shows, "not declared")
	}), "News is connected by traffic that is not declared")
	for _, id := range []string{"4.4"} {
		assert.Equal(t, compliance.Against, get(t, compliance.Make("sec05", in), id).Status)
	}
}

// TestWithoutDeclaration: without a declaration, the scope is not known, and no requirement about it is served.
func TestWithoutDeclaration(t *testing.T) {
	t.Parallel()
	page := compliance.Make("pci", ofTemplate(t, "Resources:"+vpc+web(https)))
	for _, id := range []string{"12.5.2", "1.2.4", "1.2.5", "1.2.6", "1.2.8", "1.3.1", "1.3.2", "1.4.4"} {
		assert.Equal(t, compliance.NotKnown, get(t, page, id).Status, id)
	}
	assert.Contains(t, fmt.Sprint(page.Notes), "not a certification")
}
