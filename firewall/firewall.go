package firewall

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// FirewallProps are the choices for a firewall.
type FirewallProps struct { //nolint:revive // Props are those of Inspect.
	// Policy is what the firewall enforces; required.
	Policy *Policy
	// Vpc is the VPC that the endpoints stand in; required.
	Vpc awsec2.IVpc
	// VpcSubnets are subnets for endpoints alone, one in each zone that sends traffic through the firewall; required. Their
	// zones are names, not tokens: AWS lists a firewall's endpoints in no order, and only a name tells them apart.
	VpcSubnets *awsec2.SubnetSelection
	// Name is the firewall's name, up to 128 letters, digits and hyphens; empty makes it from the stack's name and the
	// construct's path. It is identity: another name is another firewall.
	Name string
	// Description is up to 512 characters; it may be empty.
	Description string
	// Logging says where the logs go; nil makes log groups for alerts and flows.
	Logging *LoggingProps
	// Production protects the firewall against deletion and against changes of its subnets and of which policy it has. To
	// make such a change, deploy once without it.
	Production bool
}

// Firewall is an AWS Network Firewall: endpoints that enforce a policy.
type Firewall struct {
	constructs.Construct
	cfn       awsnetworkfirewall.CfnFirewall
	policy    *Policy
	vpc       awsec2.IVpc
	problems  problems
	endpoints map[string]*string // by zone
	logs      map[string]awslogs.ILogGroup
	ready     []constructs.IDependable
}

// NewFirewall makes a firewall. Whatever is wrong with props fails the synth. A nil scope panics. Routes that lead to its
// endpoints are the caller's, both ways through the same endpoint; [Inspect] makes them for a network with tiers.
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

// check finds what is wrong with props, and puts something usable in place of what is missing.
func (f *Firewall) check(props *FirewallProps, at diag.Position) {
	fail := func(rule, summary, detail, fix string) { f.problems.Add(rule, summary, detail, fix, at) }
	if props.Policy == nil {
		fail("firewall-policy", "the firewall has no policy", "", "set Policy to what firewall.NewPolicy or firewall.ImportPolicy returns")
	}
	if props.Vpc == nil {
		fail("firewall-vpc", "the firewall has no VPC", "", "set Vpc")
	}
	if props.VpcSubnets == nil {
		fail("firewall-subnets", "the firewall has no subnets", "", "set VpcSubnets to subnets for endpoints alone, one in each zone")
	}
	f.problems.checkName("FirewallName", props.Name, at)
	f.problems.checkDescription(props.Description, at)
}

// zoned is a subnet for an endpoint.
type zoned struct {
	zone   string
	subnet awsec2.ISubnet
}

// zones returns the subnets for endpoints with their zones.
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
	for _, s := range *props.Vpc.SelectSubnets(props.VpcSubnets).Subnets {
		zone := *s.AvailabilityZone()
		switch {
		case arch.IsToken(zone):
			fail("the zone of an endpoint's subnet is known only at deployment",
				"AWS lists a firewall's endpoints in no order, and only the zone's name tells them apart: "+*s.Node().Path(),
				`set the stack's Env to an account and a Region, or name the zones: AvailabilityZones: []string{"eu-west-1a"}`)
			continue
		case seen[zone]:
			fail("two subnets for endpoints are in zone "+zone, "a firewall has one endpoint of its own in a zone",
				"leave one out, or add it with AddEndpoint")
			continue
		case !known[zone]:
			fail("an endpoint's subnet is in zone "+zone+", where the VPC has nothing to protect", "the VPC's zones are "+list(known),
				"leave it out")
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
		FirewallName: construct.Name(f, props.Name), SubnetMappings: mappings, FirewallPolicyArn: new(""), VpcId: new(""),
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
	report.Made("firewall", f.cfn, f.problems.At, func() map[string]any { return report.Properties(p) })
	f.ready = append(f.ready, f.cfn)
	for _, s := range subnets {
		f.endpoints[s.zone] = endpointIn(f.cfn, s.zone)
	}
	f.logging(props.Logging, props.Policy != nil && props.Policy.inspectsTLS())
	awscdk.NewCfnOutput(f, new("Arn"), &awscdk.CfnOutputProps{
		Value: f.ARN(), Description: new("ARN of the network firewall"),
		ExportName: awscdk.Fn_Sub(new("${AWS::StackName}-"+f.exportName()+"-ARN"), nil),
	})
}

// exportName is the firewall's path within its stack, with what an export's name may hold.
func (f *Firewall) exportName() string {
	path := strings.TrimPrefix(*f.Node().Path(), *awscdk.Stack_Of(f).Node().Path()+"/")
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, path)
}

// ARN returns the firewall's ARN.
func (f *Firewall) ARN() *string { return f.cfn.AttrFirewallArn() }

// Policy returns what the firewall enforces.
func (f *Firewall) Policy() *Policy { return f.policy }

// AlertLogs returns the log group of alerts; nil if they go elsewhere.
func (f *Firewall) AlertLogs() awslogs.ILogGroup { return f.logs["ALERT"] }

// FlowLogs returns the log group of flows; nil if they go elsewhere.
func (f *Firewall) FlowLogs() awslogs.ILogGroup { return f.logs["FLOW"] }
