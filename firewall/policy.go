package firewall

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/report"
)

// Midstream is what becomes of connections whose beginning the firewall has not seen.
type Midstream string

// The ways. The empty Midstream is MidstreamReject. A policy that [Inspect] makes or extends has it in mode Enforce alone: in the
// other modes connections continue that were open before traffic was led to the firewall.
const (
	MidstreamReject   Midstream = "REJECT"   // their packets are dropped and TCP connections reset, so that clients open new ones
	MidstreamDrop     Midstream = "DROP"     // their packets are dropped
	MidstreamContinue Midstream = "CONTINUE" // rules decide, without what was said before
)

// PolicyProps are the choices for a firewall policy in strict order; nil is the zero PolicyProps.
type PolicyProps struct {
	// DefaultActions say what becomes of traffic that no rule decides; nil is DropEstablishedAppLayerToServer with its alert.
	DefaultActions []DefaultAction
	// Unlogged permits a default action that drops without its alert.
	Unlogged bool
	// Midstream says what becomes of connections whose beginning the firewall has not seen; empty is MidstreamReject. A policy for
	// Inspect leaves it empty, and Mode chooses it.
	Midstream Midstream
	// HomeNet are the blocks that are one's own, in CIDR notation or as tokens: managed groups look at what crosses their border.
	// nil leaves it to AWS: the blocks of the VPC that the firewall is in.
	HomeNet []string
	// Managed are groups that AWS keeps, in the order of evaluation, with priorities from 200 on.
	Managed []ManagedGroup
	// IdleTimeout is how long a TCP connection without a packet is remembered, 60 to 6,000 seconds; 0 is AWS's 350.
	IdleTimeout time.Duration
	// TLSInspection has the firewall decrypt what its scopes name; nil does not.
	TLSInspection *TLSInspection
	// HoldTLSSessions keeps the first packets of a TLS connection back until its name is known. It needs TLSInspection, and AWS
	// refuses it together with default actions of the app_layer family.
	HoldTLSSessions bool
	// Name is 1 to 128 letters, digits and hyphens; empty makes it from the stack's name and the construct's path. It is
	// identity.
	Name string
	// Description is up to 512 characters; it may be empty.
	Description string
}

// Policy is a firewall policy of AWS Network Firewall.
type Policy struct {
	constructs.Construct
	arn      *string
	props    PolicyProps
	cfn      awsnetworkfirewall.CfnFirewallPolicy // nil for an imported one
	members  []member
	outputs  []string // ids of the outputs of an imported one
	problems problems
	stated   PolicyProps // as given
	inspects bool        // a network, whose firewall enforces it
}

// member is a rule group in a policy.
type member struct {
	group    *RuleGroup
	managed  ManagedGroup
	priority int
	at       diag.Position
}

// The priorities of managed groups that PolicyProps name.
const managedPriority, managedStep = 200, 10

// NewPolicy makes a policy. Whatever is wrong with props, and with the groups that are added, fails the synth. A nil scope panics.
func NewPolicy(scope constructs.Construct, id string, props *PolicyProps) *Policy {
	at := diag.Caller()
	construct.MustHaveScope(scope, "policy", at)
	if props == nil {
		props = &PolicyProps{}
	}
	return newPolicy(scope, id, props, at)
}

func newPolicy(scope constructs.Construct, id string, props *PolicyProps, at diag.Position) *Policy {
	p := &Policy{props: *props, stated: *props}
	constructs.NewConstruct_Override(p, scope, &id)
	p.problems.Attach(p, at)
	p.problems.Later = append(p.problems.Later, p.check)
	if p.props.Midstream == "" {
		p.props.Midstream = MidstreamReject
	}
	if p.props.DefaultActions == nil {
		p.props.DefaultActions = []DefaultAction{DropEstablishedAppLayerToServer, AlertEstablishedAppLayerToServer}
	}
	p.problems.checkName("FirewallPolicyName", props.Name, at)
	p.problems.checkDescription(props.Description, at)
	if t := props.TLSInspection; t != nil && t.arn == nil {
		p.problems.Add("tls-inspection", "the TLS inspection is not usable", "it was made by neither NewTLSInspection nor ImportTLSInspection",
			"leave it out", at)
	}
	for i, m := range props.Managed {
		p.members = append(p.members, member{managed: m, priority: managedPriority + i*managedStep, at: at})
	}
	cfnProps := &awsnetworkfirewall.CfnFirewallPolicyProps{FirewallPolicyName: construct.Name(p, props.Name), FirewallPolicy: p.content()}
	if props.Description != "" {
		cfnProps.Description = &props.Description
	}
	p.cfn = awsnetworkfirewall.NewCfnFirewallPolicy(p, new("Resource"), cfnProps)
	report.Made("firewall policy", p.cfn, at, func() map[string]any {
		return report.Properties(&awsnetworkfirewall.CfnFirewallPolicyProps{FirewallPolicy: p.content()})
	})
	p.arn = p.cfn.AttrFirewallPolicyArn()
	return p
}

// ImportPolicy takes a policy that exists, by its ARN, a literal or a CDK token. It is not changed: groups that are added become
// outputs, with their ARNs and priorities, for its owner to add, and so do managed groups.
func ImportPolicy(scope constructs.Construct, id, arn string) *Policy {
	at := diag.Caller()
	construct.MustHaveScope(scope, "policy", at)
	p := &Policy{arn: &arn}
	constructs.NewConstruct_Override(p, scope, &id)
	p.problems.Attach(p, at)
	p.problems.checkARN(networkfirewall.PolicyARN, arn, at)
	p.problems.Later = append(p.problems.Later, p.checkImported)
	return p
}

// ARN returns the policy's ARN.
func (p *Policy) ARN() *string { return p.arn }

// Add adds a rule group. Groups are evaluated by priority, 1 to 65,535, the smallest first.
func (p *Policy) Add(group *RuleGroup, priority int) {
	p.add(member{group: group, priority: priority, at: diag.Caller()})
}

// AddManaged adds a group that AWS keeps.
func (p *Policy) AddManaged(group ManagedGroup, priority int) {
	p.add(member{managed: group, priority: priority, at: diag.Caller()})
}

func (p *Policy) add(m member) {
	if m.group == nil && m.managed.name == "" || m.group != nil && m.group.arn == nil {
		p.problems.Add("policy-group", "a rule group to add is nil", "it was made by neither NewRuleGroup nor ImportRuleGroup", "leave it out",
			m.at)
		return
	}
	p.members = append(p.members, m)
	p.update()
}

// remove takes groups away that are made anew.
func (p *Policy) remove(groups []*RuleGroup) {
	p.members = slices.DeleteFunc(p.members, func(m member) bool { return m.group != nil && slices.Contains(groups, m.group) })
}

// update emits the policy as it stands, and for an imported one the outputs.
func (p *Policy) update() {
	if p.cfn != nil {
		p.cfn.SetFirewallPolicy(p.content())
		return
	}
	for _, id := range p.outputs {
		p.Node().TryRemoveChild(&id)
	}
	p.outputs = nil
	for _, m := range p.ordered() {
		id := fmt.Sprintf("Priority%d", m.priority)
		if slices.Contains(p.outputs, id) {
			continue // An error.
		}
		p.outputs = append(p.outputs, id)
		text := fmt.Sprintf("Rule group to add to the firewall policy with priority %d", m.priority)
		if m.reportsOnly() {
			text += " and the override DROP_TO_ALERT"
		}
		awscdk.NewCfnOutput(p, &id, &awscdk.CfnOutputProps{Value: m.arn(), Description: &text})
	}
}

// arn is the ARN of a group, and for a managed one that of its form for strict order.
func (m member) arn() *string {
	if m.group != nil {
		return m.group.ARN()
	}
	const groups = "arn:${AWS::Partition}:network-firewall:${AWS::Region}:aws-managed:stateful-rulegroup/"
	return awscdk.Fn_Sub(new(groups+m.managed.name+"StrictOrder"), nil)
}

// reportsOnly is true for a managed group that may not drop yet.
func (m member) reportsOnly() bool { return m.group == nil && !m.managed.drops }

// ordered are the groups by priority.
func (p *Policy) ordered() []member {
	out := slices.Clone(p.members)
	slices.SortStableFunc(out, func(a, b member) int { return cmp.Compare(a.priority, b.priority) })
	return out
}

func (p *Policy) inspectsTLS() bool { return p.props.TLSInspection != nil }

func (p *Policy) content() *awsnetworkfirewall.CfnFirewallPolicy_FirewallPolicyProperty {
	engine := &awsnetworkfirewall.CfnFirewallPolicy_StatefulEngineOptionsProperty{RuleOrder: new(networkfirewall.StrictOrder),
		StreamExceptionPolicy: new(string(p.props.Midstream))}
	if p.props.IdleTimeout != 0 {
		engine.FlowTimeouts = &awsnetworkfirewall.CfnFirewallPolicy_FlowTimeoutsProperty{
			TcpIdleTimeoutSeconds: new(float64(construct.Seconds(p.props.IdleTimeout))),
		}
	}
	actions := make([]string, len(p.props.DefaultActions))
	for i, a := range p.props.DefaultActions {
		actions[i] = string(a)
	}
	forward := texts([]string{"aws:forward_to_sfe"})
	c := &awsnetworkfirewall.CfnFirewallPolicy_FirewallPolicyProperty{
		StatelessDefaultActions: forward, StatelessFragmentDefaultActions: forward,
		StatefulDefaultActions: texts(actions), StatefulEngineOptions: engine,
	}
	if references := p.references(); len(references) > 0 {
		c.StatefulRuleGroupReferences = references
	}
	if len(p.props.HomeNet) > 0 {
		c.PolicyVariables = &awsnetworkfirewall.CfnFirewallPolicy_PolicyVariablesProperty{RuleVariables: map[string]any{
			"HOME_NET": &awsnetworkfirewall.CfnFirewallPolicy_IPSetProperty{Definition: texts(p.props.HomeNet)},
		}}
	}
	if p.props.TLSInspection != nil {
		c.TlsInspectionConfigurationArn = p.props.TLSInspection.ARN()
	}
	if p.props.HoldTLSSessions {
		c.EnableTlsSessionHolding = new(true)
	}
	return c
}

func (p *Policy) references() []any {
	var out []any
	for _, m := range p.ordered() {
		r := &awsnetworkfirewall.CfnFirewallPolicy_StatefulRuleGroupReferenceProperty{Priority: new(float64(m.priority)), ResourceArn: m.arn()}
		if m.reportsOnly() {
			r.Override = &awsnetworkfirewall.CfnFirewallPolicy_StatefulRuleGroupOverrideProperty{Action: new("DROP_TO_ALERT")}
		}
		out = append(out, r)
	}
	return out
}

// adopt gives the policy what inspecting a network asks for.
func (p *Policy) adopt(defaults []string, midstream Midstream, homeNet *string) {
	if p.cfn == nil {
		return
	}
	p.props.DefaultActions = nil
	if p.stated.Midstream == "" {
		p.props.Midstream = midstream
	}
	for _, d := range defaults {
		p.props.DefaultActions = append(p.props.DefaultActions, DefaultAction(d))
	}
	if len(p.props.HomeNet) == 0 && homeNet != nil {
		p.props.HomeNet = []string{*homeNet}
	}
}
