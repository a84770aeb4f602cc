package firewall

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

const strictOrder = "STRICT_ORDER"

// DefaultAction is what becomes of traffic that no rule decides. A policy has one that drops at most; the alert of the same name
// has the drop logged.
type DefaultAction string

// The default actions (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
const (
	// DropEstablishedAppLayerToServer drops what clients send on a connection once it has said which application protocol it is
	// and, in TLS and HTTP, for whom; what servers send passes. With its alert it is what a policy has that says nothing.
	DropEstablishedAppLayerToServer  DefaultAction = "aws:drop_established_app_layer_to_server"
	AlertEstablishedAppLayerToServer DefaultAction = "aws:alert_established_app_layer_to_server"
	// DropEstablishedAppLayer is the same in both directions: rules must pass what servers send as well.
	DropEstablishedAppLayer  DefaultAction = "aws:drop_established_app_layer"
	AlertEstablishedAppLayer DefaultAction = "aws:alert_established_app_layer"
	// DropEstablished drops packets of established connections, and does not wait for a name that takes several segments.
	DropEstablished  DefaultAction = "aws:drop_established"
	AlertEstablished DefaultAction = "aws:alert_established"
	// DropStrict drops every packet, the first of a connection included: rules must pass both directions.
	DropStrict  DefaultAction = "aws:drop_strict"
	AlertStrict DefaultAction = "aws:alert_strict"
)

// Midstream is what becomes of connections whose beginning the firewall has not seen.
type Midstream string

// The ways. The empty Midstream is MidstreamReject for a policy of its own, and MidstreamContinue for one that Inspect makes or
// extends: there a change of mode must not cut connections, nor restart the firewall's engines.
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
	// Midstream says what becomes of connections whose beginning the firewall has not seen.
	Midstream Midstream
	// HomeNet are the blocks that are one's own, in CIDR notation or as tokens: managed groups look at what crosses their border.
	// nil leaves it to AWS: the blocks of the VPC that the firewall is in.
	HomeNet []string
	// Managed are groups that AWS keeps, in the order of evaluation, with priorities from 200 on.
	Managed []ManagedGroup
	// IdleTimeout is after how many seconds without a packet a TCP connection is forgotten, 60 to 6,000; 0 is AWS's 350.
	IdleTimeout int
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
	mustHaveScope(scope, "policy", at)
	if props == nil {
		props = &PolicyProps{}
	}
	return newPolicy(scope, id, props, at)
}

func newPolicy(scope constructs.Construct, id string, props *PolicyProps, at diag.Position) *Policy {
	p := &Policy{props: *props, stated: *props}
	constructs.NewConstruct_Override(p, scope, &id)
	p.problems.attach(p, at)
	p.problems.later = append(p.problems.later, p.check)
	if p.props.Midstream == "" {
		p.props.Midstream = MidstreamReject
	}
	if p.props.DefaultActions == nil {
		p.props.DefaultActions = []DefaultAction{DropEstablishedAppLayerToServer, AlertEstablishedAppLayerToServer}
	}
	p.problems.checkName("FirewallPolicyName", props.Name, at)
	p.problems.checkDescription(props.Description, at)
	if t := props.TLSInspection; t != nil && t.arn == nil {
		p.problems.add("tls-inspection", "the TLS inspection is not usable", "it was made by neither NewTLSInspection nor ImportTLSInspection", "leave it out", at)
	}
	for i, m := range props.Managed {
		p.members = append(p.members, member{managed: m, priority: managedPriority + i*managedStep, at: at})
	}
	cfnProps := &awsnetworkfirewall.CfnFirewallPolicyProps{FirewallPolicyName: nameOf(p, props.Name), FirewallPolicy: p.content()}
	if props.Description != "" {
		cfnProps.Description = &props.Description
	}
	p.cfn = awsnetworkfirewall.NewCfnFirewallPolicy(p, new("Resource"), cfnProps)
	p.arn = p.cfn.AttrFirewallPolicyArn()
	return p
}

// ImportPolicy takes a policy that exists, by its ARN, a literal or a CDK token. It is not changed: groups that are added become
// outputs, with their ARNs and priorities, for its owner to add, and so do managed groups.
func ImportPolicy(scope constructs.Construct, id, arn string) *Policy {
	at := diag.Caller()
	mustHaveScope(scope, "policy", at)
	p := &Policy{arn: &arn}
	constructs.NewConstruct_Override(p, scope, &id)
	p.problems.attach(p, at)
	p.problems.checkARN(policyARN, arn, at)
	p.problems.later = append(p.problems.later, p.checkMembers)
	return p
}

// Arn returns the policy's ARN.
func (p *Policy) Arn() *string { return p.arn }

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
		p.problems.add("policy-group", "a rule group to add is nil", "it was made by neither NewRuleGroup nor ImportRuleGroup", "leave it out", m.at)
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
		return m.group.Arn()
	}
	return awscdk.Fn_Sub(new("arn:${AWS::Partition}:network-firewall:${AWS::Region}:aws-managed:stateful-rulegroup/"+m.managed.name+"StrictOrder"), nil)
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
	engine := &awsnetworkfirewall.CfnFirewallPolicy_StatefulEngineOptionsProperty{RuleOrder: new(strictOrder), StreamExceptionPolicy: new(string(p.props.Midstream))}
	if p.props.IdleTimeout != 0 {
		engine.FlowTimeouts = &awsnetworkfirewall.CfnFirewallPolicy_FlowTimeoutsProperty{TcpIdleTimeoutSeconds: new(float64(p.props.IdleTimeout))}
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
		c.TlsInspectionConfigurationArn = p.props.TLSInspection.Arn()
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

// check finds what AWS refuses, and what opens the policy or closes it by mistake, once everything is wired.
func (p *Policy) check() {
	p.checkDefaults()
	p.checkMembers()
	p.checkBudget()
	p.checkShadows()
	p.checkOrder()
	p.checkGaps()
	p.checkPathMTU()
	p.checkHomeNet()
	at := p.problems.at
	if t := p.props.IdleTimeout; t != 0 && (t < 60 || t > 6000) {
		p.problems.add("idle-timeout", "the idle timeout is out of range", fmt.Sprintf("got %d seconds; allowed are 60 to 6000, and 0 for AWS's 350", t), "", at)
	}
	if !slices.Contains([]Midstream{MidstreamReject, MidstreamDrop, MidstreamContinue}, p.props.Midstream) {
		p.problems.add("midstream", "what becomes of connections in mid-stream is unknown", fmt.Sprintf("got %q; allowed are REJECT, DROP and CONTINUE", p.props.Midstream), "", at)
	}
}

// checkHomeNet checks the blocks that are one's own. Both families may stand side by side: EXTERNAL_NET is what is in neither.
func (p *Policy) checkHomeNet() {
	for _, block := range p.props.HomeNet {
		prefix, err := netip.ParsePrefix(block)
		if !arch.IsToken(block) && (err != nil || prefix != prefix.Masked()) {
			p.problems.add("home-net", "a block of HomeNet is not usable", fmt.Sprintf("got %.60q; allowed are blocks in CIDR notation without host bits, as in 10.0.0.0/8", block), "", p.problems.at)
		}
	}
}

// family is what default actions of one kind have in common: AWS refuses to mix established and established_app_layer.
func (a DefaultAction) family() string {
	_, rest, _ := strings.Cut(string(a), "_")
	if strings.HasPrefix(rest, "established_app_layer") {
		return "established_app_layer"
	}
	return rest
}

func (a DefaultAction) drops() bool { return strings.HasPrefix(string(a), "aws:drop_") }

var defaultActions = []DefaultAction{
	DropEstablishedAppLayerToServer, AlertEstablishedAppLayerToServer, DropEstablishedAppLayer, AlertEstablishedAppLayer,
	DropEstablished, AlertEstablished, DropStrict, AlertStrict,
}

func (p *Policy) checkDefaults() {
	at := p.problems.at
	fail := func(summary, detail, fix string) { p.problems.add("default-actions", summary, detail, fix, at) }
	var drops []DefaultAction
	families := map[string]bool{}
	for i, a := range p.props.DefaultActions {
		if slices.Contains(p.props.DefaultActions[:i], a) {
			fail("a default action is stated twice", fmt.Sprintf("got %s twice", a), "leave one out")
			continue
		}
		if !slices.Contains(defaultActions, a) {
			fail("a default action is unknown", fmt.Sprintf("got %q", a), "use the DefaultAction constants")
			continue
		}
		if a.drops() {
			drops = append(drops, a)
		}
		if a != AlertStrict { // It may stand beside any.
			families[a.family()] = true
		}
	}
	switch {
	case len(p.props.DefaultActions) == 0:
		fail("the policy has no default action", "what no rule decides passes", "leave DefaultActions out, or state AlertStrict to let it pass and be logged")
	case len(drops) > 1:
		fail("the policy drops by two default actions", fmt.Sprintf("got %v; AWS takes one", drops), "keep one")
	case len(families) > 1:
		fail("default actions of two families", "got "+list(families)+"; AWS does not take them together", "keep those of one family")
	}
	for _, d := range drops {
		alert := DefaultAction(strings.Replace(string(d), "drop", "alert", 1))
		if !p.props.Unlogged && !slices.Contains(p.props.DefaultActions, alert) && !slices.Contains(p.props.DefaultActions, AlertStrict) {
			fail("what the default action drops is not logged", fmt.Sprintf("%s stands without %s", d, alert), "add the alert, or set Unlogged")
		}
	}
	if p.props.HoldTLSSessions && p.props.TLSInspection == nil {
		fail("TLS sessions are held back and nothing inspects TLS", "AWS asks for a TLS inspection configuration", "set TLSInspection, or leave out HoldTLSSessions")
	}
	if p.props.HoldTLSSessions && families["established_app_layer"] {
		fail("TLS sessions are held back and the default actions wait for the application layer", "AWS does not take them together", "use DropEstablished with its alert, or leave out HoldTLSSessions")
	}
}

var managedName = regexp.MustCompile(`^[A-Za-z0-9]{1,100}$`)

func (p *Policy) checkMembers() {
	byPriority := map[int]member{}
	byGroup := map[string]member{}
	for _, m := range p.members {
		name, key := m.managed.name, m.managed.name
		if m.group != nil {
			name, key = m.group.problems.path, *m.group.arn
		} else if !managedName.MatchString(name) || strings.HasSuffix(name, "Order") {
			p.problems.add("managed-group", "the name of a managed group is not usable", fmt.Sprintf("got %.120q; allowed are letters and digits, without the suffix StrictOrder", name), "", m.at)
		}
		if m.priority < 1 || m.priority > 65535 {
			p.problems.add("priority", "the priority of a rule group is out of range", fmt.Sprintf("got %d for %s; allowed are 1 to 65535", m.priority, name), "", m.at)
		}
		if other, twice := byPriority[m.priority]; twice {
			p.problems.list.Add(diag.Diagnostic{Rule: "priority", Path: p.problems.path, Summary: fmt.Sprintf("two rule groups have priority %d", m.priority),
				Detail: name + " and " + other.name(), Fix: "give one of them another", At: []diag.Position{m.at, other.at}})
		}
		if other, twice := byGroup[key]; twice {
			p.problems.list.Add(diag.Diagnostic{Rule: "policy-group", Path: p.problems.path, Summary: "a rule group is in the policy twice", Detail: name, Fix: "add it once", At: []diag.Position{m.at, other.at}})
		}
		byPriority[m.priority], byGroup[key] = m, m
		p.checkAllowList(m)
	}
}

func (m member) name() string {
	if m.group != nil {
		return m.group.problems.path
	}
	return m.managed.name
}

// checkAllowList refuses lists that can pass nothing: a strict default drops connections before they name anybody.
func (p *Policy) checkAllowList(m member) {
	if m.group == nil || m.group.list == nil || m.group.list.Action != AllowList || !slices.Contains(p.props.DefaultActions, DropStrict) {
		return
	}
	p.problems.add("domain-list-strict", "a domain list in a policy that drops strictly", m.group.problems.path+" passes connections by name, and the first packets, which name nobody, are dropped",
		"use DropEstablishedAppLayerToServer with its alert", m.at)
}

// checkBudget counts groups and rules against the quotas of a policy.
func (p *Policy) checkBudget() {
	at := p.problems.at
	if n := len(p.members); n > maxPolicyGroups {
		p.problems.add("group-quota", "the policy has too many rule groups", fmt.Sprintf("it has %d with managed ones; AWS takes %d", n, maxPolicyGroups), "join groups of one concern", at)
	}
	rules, unknown := 0, 0
	for _, m := range p.members {
		switch {
		case m.group != nil:
			rules += m.group.capacity
		case m.managed.unpublished:
			unknown++
		default:
			rules += m.managed.capacity
		}
	}
	if unknown == unpublished {
		rules += unpublishedCapacity
	}
	if rules > maxPolicyRules {
		p.problems.add("rule-quota", "the policy reserves room for too many rules", fmt.Sprintf("its groups reserve %d with managed ones; AWS takes %d unless the quota is raised", rules, maxPolicyRules),
			"leave out managed groups, or state smaller Capacities", at)
	}
}

// written are the groups whose rules are known, by priority.
func (p *Policy) written() (groups []suricata.Group, members []member) {
	for _, m := range p.ordered() {
		if m.group != nil && !m.group.imported && m.group.list == nil {
			groups, members = append(groups, m.group.content), append(members, m)
		}
	}
	return groups, members
}

// checkShadows finds rules that can never decide anything.
func (p *Policy) checkShadows() {
	groups, members := p.written()
	for _, s := range suricata.Shadows(groups) {
		owner := members[s.Rule.Group].group
		if owner.generated && !slices.ContainsFunc(s.By, func(p suricata.Place) bool { return !members[p.Group].group.generated }) {
			continue // Two tiers in the same subnets have a rule each.
		}
		line := owner.content.Lines[s.Rule.Line]
		var by []string
		for _, place := range s.By {
			other := members[place.Group].group
			by = append(by, fmt.Sprintf("%s %d of %s: %.120s", other.kind, other.content.Lines[place.Line].Number, other.problems.path, other.content.Lines[place.Line].Text))
		}
		rule, summary := "rule-shadowed", "a rule can never decide anything"
		if s.Contradiction {
			rule, summary = "rule-contradicted", "a rule can never decide anything, and rules before it say the opposite"
		}
		sid, _ := line.Rule.SID()
		p.problems.list.Add(diag.Diagnostic{Severity: diag.Finding, Rule: rule, Subject: fmt.Sprintf("%s:%d", owner.problems.path, sid), Path: owner.problems.path, Summary: summary,
			Detail: fmt.Sprintf("%s %d: %.200s\n%s\n%s", owner.kind, line.Number, line.Text, s.Why, strings.Join(by, "\n")), Fix: "remove it, or move it before them", At: []diag.Position{owner.problems.at}})
	}
}

// adopt gives the policy what inspecting a network asks for.
func (p *Policy) adopt(defaults []string, homeNet *string) {
	if p.cfn == nil {
		return
	}
	p.props.DefaultActions = nil
	if p.stated.Midstream == "" {
		p.props.Midstream = MidstreamContinue
	}
	for _, d := range defaults {
		p.props.DefaultActions = append(p.props.DefaultActions, DefaultAction(d))
	}
	if len(p.props.HomeNet) == 0 && homeNet != nil {
		p.props.HomeNet = []string{*homeNet}
	}
}
