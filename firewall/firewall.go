package firewall

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/report"
)

// FirewallProps configures [NewFirewall].
type FirewallProps struct { //nolint:revive // Props configures Inspect.
	// Policy is the policy that the firewall enforces; required.
	Policy *Policy
	// Vpc is the VPC of the endpoints; required.
	Vpc awsec2.IVpc
	// VpcSubnets are the subnets of the endpoints; required. Each zone that sends traffic through the firewall has one, and nothing but an
	// endpoint is in it. The names of the zones must be literals, not tokens, because AWS lists the endpoints of a firewall in no order and
	// only the name of the zone identifies an endpoint.
	VpcSubnets *awsec2.SubnetSelection
	// Name is 1 to 128 letters, digits and hyphens. If it is empty, the name is made from the stack's name and the construct's path.
	// Changing it replaces the firewall.
	Name string
	// Description has at most 512 characters, and may be empty.
	Description string
	// Logging configures the logs; nil creates log groups for alerts and flows.
	Logging *LoggingProps
	// Production protects the firewall against deletion, against a change of its subnets and against the exchange of its policy. To make
	// such a change, deploy once with Production set to false.
	Production bool
}

// Firewall is an AWS Network Firewall: a set of endpoints that enforce a policy (CloudFormation, AWS::NetworkFirewall::Firewall).
type Firewall struct {
	constructs.Construct
	cfn       awsnetworkfirewall.CfnFirewall
	arn       *string
	policy    *Policy
	vpc       awsec2.IVpc
	problems  problems
	endpoints map[string]*string // by zone
	logs      map[string]awslogs.ILogGroup
	ready     []constructs.IDependable
}

// NewFirewall creates a firewall. Errors in props fail synthesis. A nil scope panics.
//
// NewFirewall creates no routes. Route both directions of a connection through the same endpoint; see [Firewall.Endpoint]. For a network
// with tiers, [Inspect] creates the firewall and the routes.
func NewFirewall(scope constructs.Construct, id string, props *FirewallProps) *Firewall {
	at := diag.Caller()
	construct.MustHaveScope(scope, "firewall", at)
	if props == nil {
		props = &FirewallProps{}
	}
	f := &Firewall{policy: props.Policy, vpc: props.Vpc, endpoints: map[string]*string{}}
	constructs.NewConstruct_Override(f, scope, &id)
	f.problems.Attach(f, at)
	f.check(props, at)
	f.make(props, f.zones(props, at))
	return f
}

// check reports errors in props.
func (f *Firewall) check(props *FirewallProps, at diag.Position) {
	fail := func(rule, summary, detail, fix string) { f.problems.Add(rule, summary, detail, fix, at) }
	if props.Policy == nil {
		fail("firewall-policy", "the firewall has no policy", "", "set Policy to the result of firewall.NewPolicy or firewall.ImportPolicy")
	}
	if props.Vpc == nil {
		fail("firewall-vpc", "the firewall has no VPC", "", "set Vpc")
	}
	if props.VpcSubnets == nil {
		fail("firewall-subnets", "the firewall has no subnets", "", "set VpcSubnets to one subnet in each zone, used for endpoints only")
	}
	f.problems.checkName("FirewallName", props.Name, at)
	f.problems.checkDescription(props.Description, at)
}

// zoned is the subnet of an endpoint and its zone.
type zoned struct {
	zone   string
	subnet awsec2.ISubnet
}

// zones returns the subnets of the endpoints with their zones, and reports subnets that cannot hold one.
func (f *Firewall) zones(props *FirewallProps, at diag.Position) []zoned {
	if props.Vpc == nil || props.VpcSubnets == nil {
		return nil
	}
	fail := func(summary, detail, fix string) { f.problems.Add("firewall-subnets", summary, detail, fix, at) }
	known := map[string]bool{}
	for _, z := range *props.Vpc.AvailabilityZones() {
		known[*z] = true
	}
	var out []zoned
	seen := map[string]bool{}
	for _, s := range batch.SelectSubnets(props.Vpc, props.VpcSubnets) {
		zone := *s.AvailabilityZone()
		switch {
		case arch.IsToken(zone):
			fail("the zone of an endpoint's subnet is known only at deployment",
				"got "+*s.Node().Path()+"; AWS lists the endpoints of a firewall in no order, and only the zone's name identifies an endpoint",
				`set the stack's Env to an account and a Region, or name the zones: AvailabilityZones: []string{"eu-west-1a"}`)
			continue
		case seen[zone]:
			fail("two subnets for endpoints are in zone "+zone, "a firewall has one endpoint of its own in each zone",
				"remove one, or add its endpoint with AddEndpoint")
			continue
		case !known[zone]:
			fail("an endpoint's subnet is in zone "+zone+", where the VPC has nothing to protect", "the VPC's zones are "+list(known),
				"remove the subnet from VpcSubnets")
			continue
		}
		seen[zone] = true
		out = append(out, zoned{zone, s})
	}
	return out
}

func (f *Firewall) make(props *FirewallProps, subnets []zoned) {
	mappings := make([]any, len(subnets))
	for i, s := range subnets {
		mappings[i] = &awsnetworkfirewall.CfnFirewall_SubnetMappingProperty{SubnetId: s.subnet.SubnetId()}
	}
	p := &awsnetworkfirewall.CfnFirewallProps{
		FirewallName: f.problems.Name(props.Name), SubnetMappings: mappings, FirewallPolicyArn: new(""), VpcId: new(""),
		DeleteProtection: &props.Production, SubnetChangeProtection: &props.Production, FirewallPolicyChangeProtection: &props.Production,
	}
	if props.Policy != nil {
		p.FirewallPolicyArn = props.Policy.ARN()
	}
	if props.Vpc != nil {
		p.VpcId = props.Vpc.VpcId()
	}
	if props.Description != "" {
		p.Description = &props.Description
	}
	f.cfn = awsnetworkfirewall.NewCfnFirewall(f, new("Resource"), p)
	f.problems.Made("firewall", "Resource", func() map[string]any { return report.Properties(p) })
	f.ready, f.arn = append(f.ready, f.cfn), f.cfn.AttrFirewallArn()
	if len(subnets) > 0 {
		all := awscdk.Fn_Join(new(","), f.cfn.AttrEndpointIds())
		for _, s := range subnets {
			f.endpoints[s.zone] = endpointIn(all, s.zone)
		}
	}
	f.logging(props.Logging, props.Policy != nil && props.Policy.inspectsTLS())
	awscdk.NewCfnOutput(f, new("Arn"), &awscdk.CfnOutputProps{
		Value: f.ARN(), Description: new("ARN of the network firewall"),
		ExportName: awscdk.Fn_Sub(new("${AWS::StackName}-"+f.exportName()+"-ARN"), nil),
	})
}

// exportName returns the firewall's path within its stack, with a hyphen for each character that an export's name cannot contain.
func (f *Firewall) exportName() string {
	return networkfirewall.ExportName(strings.TrimPrefix(f.problems.Path, *f.problems.Stack.Node().Path()+"/"))
}

// ARN returns the firewall's ARN.
func (f *Firewall) ARN() *string { return f.arn }

// Policy returns the policy that the firewall enforces. It is nil if props had none.
func (f *Firewall) Policy() *Policy { return f.policy }

// AlertLogs returns the log group of the alert log, or nil if the alert log has another destination or none.
func (f *Firewall) AlertLogs() awslogs.ILogGroup { return f.logs["ALERT"] }

// FlowLogs returns the log group of the flow log, or nil if the flow log has another destination or none.
func (f *Firewall) FlowLogs() awslogs.ILogGroup { return f.logs["FLOW"] }
