package firewall

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
)

// Midstream says what a firewall does with connections whose first packets it has not seen (CloudFormation,
// AWS::NetworkFirewall::FirewallPolicy StatefulEngineOptions, StreamExceptionPolicy). The empty Midstream is MidstreamReject.
//
// A policy that [Inspect] creates or extends has its Midstream only in mode Enforce. In the other modes connections continue that were
// open before traffic was routed to the firewall.
type Midstream string

// The ways to treat connections whose first packets the firewall has not seen.
const (
	// MidstreamReject drops their packets and resets TCP connections, so that clients open new ones.
	MidstreamReject Midstream = "REJECT"
	// MidstreamDrop drops their packets.
	MidstreamDrop Midstream = "DROP"
	// MidstreamContinue applies the rules to them, without knowledge of their earlier packets.
	MidstreamContinue Midstream = "CONTINUE"
)

// PolicyProps configures [NewPolicy]; nil is the zero PolicyProps.
type PolicyProps struct {
	// DefaultActions say what to do with packets that no rule decides; nil is DropEstablishedAppLayerToServer and
	// AlertEstablishedAppLayerToServer.
	DefaultActions []DefaultAction
	// Unlogged allows a default action that drops without the alert that logs its drops.
	Unlogged bool
	// Midstream says what to do with connections whose first packets the firewall has not seen; empty is MidstreamReject. In a policy for
	// Inspect leave it empty, and set it in Props.
	Midstream Midstream
	// HomeNet are your own address blocks, in CIDR notation or as CDK tokens. Managed groups inspect traffic between them and other
	// addresses. If HomeNet is nil, AWS uses the blocks of the firewall's VPC.
	HomeNet []string
	// Managed are groups of AWS. They get priorities from 200 on, in this order.
	Managed []ManagedGroup
	// IdleTimeout is how long the firewall remembers a TCP connection without packets, 60 to 6,000 seconds; 0 is AWS's default, 350 seconds.
	IdleTimeout time.Duration
	// TLSInspection decrypts the connections in its scopes; nil decrypts none.
	TLSInspection *TLSInspection
	// HoldTLSSessions holds the first packets of a TLS connection until its server name is known. It needs TLSInspection. AWS rejects it
	// together with the default actions that wait for the application layer.
	HoldTLSSessions bool
	// Name is 1 to 128 letters, digits and hyphens. If it is empty, the name is made from the stack's name and the construct's path.
	// Changing it replaces the policy.
	Name string
	// Description has at most 512 characters, and may be empty.
	Description string
}

// Policy is a stateful firewall policy in strict order (CloudFormation, AWS::NetworkFirewall::FirewallPolicy).
type Policy struct {
	constructs.Construct
	arn      *string
	props    PolicyProps
	cfn      awsnetworkfirewall.CfnFirewallPolicy // nil for an imported policy
	members  []member
	outputs  []string // ids of the outputs of an imported policy
	problems problems
	stated   PolicyProps // as the app passed them
	inspects bool        // whether Inspect uses the policy
}

// member is a rule group in a policy.
type member struct {
	group    *RuleGroup
	managed  ManagedGroup
	priority int
	at       diag.Position
}

// NewPolicy creates a policy. Errors in props and in the groups that are added fail synthesis. A nil scope panics.
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
		p.problems.Add("tls-inspection", "the TLS inspection is invalid", "neither NewTLSInspection nor ImportTLSInspection created it",
			"use the result of one of them, or leave out TLSInspection", at)
	}
	for i, m := range props.Managed {
		p.members = append(p.members, member{managed: m, priority: plan.ManagedPriority + i*plan.ManagedStep, at: at})
	}
	cfnProps := &awsnetworkfirewall.CfnFirewallPolicyProps{FirewallPolicyName: p.problems.Name(props.Name), FirewallPolicy: p.content()}
	if props.Description != "" {
		cfnProps.Description = &props.Description
	}
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: p, ID: "Resource", New: awsnetworkfirewall.NewCfnFirewallPolicy, Props: cfnProps})
	p.arn = batch.Get[string](b, made, "attrFirewallPolicyArn")
	cfn := batch.Get[awsnetworkfirewall.CfnFirewallPolicy](b, made, batch.Itself)
	b.Run()
	p.cfn = *cfn
	p.problems.Made("firewall policy", "Resource", func() map[string]any {
		return report.Properties(&awsnetworkfirewall.CfnFirewallPolicyProps{FirewallPolicy: p.content()})
	})
	return p
}

// ImportPolicy refers to an existing policy by its ARN, which is a literal or a CDK token. The policy is not changed. For each rule group
// and managed group that is added, the stack gets an output with the ARN and the priority, so that the owner of the policy can add it.
// An invalid ARN fails synthesis. A nil scope panics.
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

// Add adds a rule group with a priority from 1 to 65,535, which is unique in the policy. The group with the lowest number is evaluated
// first. Errors fail synthesis.
func (p *Policy) Add(group *RuleGroup, priority int) {
	p.add(member{group: group, priority: priority, at: diag.Caller()})
}

// AddManaged adds a managed group of AWS with a priority, as [Policy.Add] does.
func (p *Policy) AddManaged(group ManagedGroup, priority int) {
	p.add(member{managed: group, priority: priority, at: diag.Caller()})
}

func (p *Policy) add(m member) {
	if m.group == nil && m.managed.name == "" || m.group != nil && m.group.arn == nil {
		p.problems.Add("policy-group", "a rule group to add is nil", "neither NewRuleGroup nor ImportRuleGroup created it",
			"use the result of one of them, or add no group", m.at)
		return
	}
	p.members = append(p.members, m)
	p.update()
}

// remove removes groups that are about to be created again.
func (p *Policy) remove(groups []*RuleGroup) {
	p.members = slices.DeleteFunc(p.members, func(m member) bool { return m.group != nil && slices.Contains(groups, m.group) })
}

// update writes the policy's current content into its resource, or the outputs of an imported policy.
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
			continue // The check of priorities reports it.
		}
		p.outputs = append(p.outputs, id)
		text := fmt.Sprintf("Rule group to add to the firewall policy with priority %d", m.priority)
		if m.reportsOnly() {
			text += " and the override DROP_TO_ALERT"
		}
		awscdk.NewCfnOutput(p, &id, &awscdk.CfnOutputProps{Value: m.arn(), Description: &text})
	}
}

// arn returns the ARN of a group. The ARN of a managed group is that of its variant for strict order.
func (m member) arn() *string {
	if m.group != nil {
		return m.group.ARN()
	}
	const groups = "arn:${AWS::Partition}:network-firewall:${AWS::Region}:aws-managed:stateful-rulegroup/"
	return awscdk.Fn_Sub(new(groups+m.managed.name+"StrictOrder"), nil)
}

// reportsOnly reports whether the member is a managed group that only logs.
func (m member) reportsOnly() bool { return m.group == nil && !m.managed.drops }

// ordered returns the groups by priority.
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

// adopt sets the properties that the inspection of a network determines.
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
