package template

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/plan"
)

// firewallPolicy makes the policy and the rule groups of the plan. Groups of threats come first, then those of AWS.
func (r *renderer) firewallPolicy(i arch.Inspection) {
	var references []any
	refer := func(arn any, priority int) object {
		reference := object{"ResourceArn": arn, "Priority": priority}
		references = append(references, reference)
		return reference
	}
	for n, group := range r.in.Firewall.Threats {
		refer(r.ruleGroup(group, nil), plan.ThreatPriority+n)
	}
	for n, group := range r.in.Firewall.Managed {
		reference := refer(managedARN(group), plan.ManagedPriority+n*plan.ManagedStep)
		if !group.Drops {
			reference["Override"] = object{"Action": "DROP_TO_ALERT"}
		}
	}
	for _, g := range r.p.FirewallGroups {
		text, variables := r.p.Text(g)
		sets := object{}
		for _, v := range variables {
			sets[v.Name] = object{"Definition": []any{r.operand(v.Block)}}
		}
		group := RuleGroup{Path: "Firewall/" + g.Concern.String(), Rules: text, Capacity: networkfirewall.Reserve(len(g.Rules))}
		refer(r.ruleGroup(group, sets), g.Concern.Priority())
	}
	properties := object{
		"FirewallPolicyName": r.name(r.policyScope(), r.in.Firewall.Policy.Name), "FirewallPolicy": r.policyContent(i, references),
	}
	if text := r.in.Firewall.Policy.Description; text != "" {
		properties["Description"] = text
	}
	r.put(r.policyPath(), "NetworkFirewall::FirewallPolicy", properties)
}

func (r *renderer) policyContent(i arch.Inspection, references []any) object {
	choices := r.in.Firewall.Policy
	home := []any{r.operand(r.p.Range())}
	if len(choices.HomeNet) > 0 {
		home = givenAll(choices.HomeNet)
	}
	engine := object{
		"RuleOrder": networkfirewall.StrictOrder, "StreamExceptionPolicy": cmp.Or(choices.Midstream, plan.StreamException(i)),
	}
	if choices.IdleTimeout != 0 {
		engine["FlowTimeouts"] = object{"TcpIdleTimeoutSeconds": choices.IdleTimeout}
	}
	forward := []any{"aws:forward_to_sfe"}
	out := object{
		"StatelessDefaultActions": forward, "StatelessFragmentDefaultActions": forward,
		"StatefulDefaultActions": anys(plan.DefaultActions(i)), "StatefulRuleGroupReferences": references, "StatefulEngineOptions": engine,
		"PolicyVariables": object{"RuleVariables": object{"HOME_NET": object{"Definition": home}}},
	}
	switch {
	case choices.TLS != nil:
		out["TLSInspectionConfigurationArn"] = r.tlsInspection(*choices.TLS)
	case choices.TLSInspection != nil:
		out["TLSInspectionConfigurationArn"] = given(choices.TLSInspection, "")
	}
	if choices.HoldTLSSessions {
		out["EnableTLSSessionHolding"] = true
	}
	return out
}

func (r *renderer) policyScope() string { return cmp.Or(r.in.Firewall.Policy.Path, policyScope) }
func (r *renderer) policyPath() string  { return r.policyScope() + "/Resource" }

// managedARN is the ARN of a managed group's variant for strict order.
func managedARN(g ManagedGroup) any {
	const groups = "arn:${AWS::Partition}:network-firewall:${AWS::Region}:aws-managed:stateful-rulegroup/"
	return object{"Fn::Sub": groups + g.Name + "StrictOrder"}
}

// ruleGroup makes a rule group with IP sets, unless it exists, and returns its ARN.
func (r *renderer) ruleGroup(g RuleGroup, sets object) any {
	if g.ARN != nil {
		return given(g.ARN, "")
	}
	content := object{"RulesSource": object{"RulesString": g.Rules}, "StatefulRuleOptions": object{"RuleOrder": networkfirewall.StrictOrder}}
	if len(sets) > 0 {
		content["RuleVariables"] = object{"IPSets": sets}
	}
	if g.Capacity == 0 {
		var rules networkfirewall.Group
		rules.ReadText(g.Rules)
		g.Capacity = networkfirewall.Reserve(rules.Rules)
	}
	if g.Name == "" {
		g.Name = networkfirewall.GroupName(r.name(g.Path, ""), g.Capacity)
	}
	properties := object{"RuleGroupName": g.Name, "Type": "STATEFUL", "Capacity": g.Capacity, "RuleGroup": content}
	if g.Description != "" {
		properties["Description"] = g.Description
	}
	r.put(g.Path+"/Resource", "NetworkFirewall::RuleGroup", properties)
	return r.attribute(g.Path+"/Resource", "RuleGroupArn")
}
