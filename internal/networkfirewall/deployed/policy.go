package deployed

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// readPolicy reads a policy. group returns the group that a resource is.
func readPolicy(r *cfn.Resource, group func(*cfn.Resource) *Group) *Policy {
	content := r.Get("FirewallPolicy")
	engine := at(content, "StatefulEngineOptions")
	p := &Policy{Resource: r, Policy: &networkfirewall.Policy{
		Path: r.Name(), Name: text(r.Get("FirewallPolicyName")), Description: text(r.Get("Description")), Region: r.Stack.Region,
		StatelessDefaults:         texts(at(content, "StatelessDefaultActions")),
		StatelessFragmentDefaults: texts(at(content, "StatelessFragmentDefaultActions")),
		Order:                     text(at(engine, "RuleOrder")), Midstream: text(at(engine, "StreamExceptionPolicy")),
		InspectsTLS: !content.Get("TLSInspectionConfigurationArn").IsMissing(),
	}}
	p.IdleTimeout, _ = number(at(engine, "FlowTimeouts", "TcpIdleTimeoutSeconds"))
	p.HoldsTLS, _ = content.Get("EnableTLSSessionHolding").Bool()
	if content.Kind != cfn.Map && !content.IsMissing() {
		p.Open, p.OpenDefaults = true, true
		p.Unknown = append(p.Unknown, unknown("FirewallPolicy", content))
		return p
	}
	p.defaults(content)
	p.variables(at(content, "PolicyVariables", "RuleVariables"))
	p.Members = p.members(content, "StatefulRuleGroupReferences", group)
	p.Stateless = p.members(content, "StatelessRuleGroupReferences", group)
	return p
}

// defaults reads the default actions.
func (p *Policy) defaults(content cfn.Value) {
	for _, name := range []string{"StatelessDefaultActions", "StatelessFragmentDefaultActions"} {
		if v := content.Get(name); v.IsMissing() || v.Kind == cfn.List && len(v.Items) == 0 {
			p.found = append(p.found, networkfirewall.Problem{Kind: "stateless-default", Where: "FirewallPolicy",
				Summary: "the policy has no " + name, Detail: "AWS requires it", Fix: "set it to aws:forward_to_sfe"})
		}
	}
	v := content.Get("StatefulDefaultActions")
	all, open := items(v)
	for _, e := range all {
		p.Defaults = append(p.Defaults, text(e.Value))
	}
	if p.OpenDefaults = open || slices.ContainsFunc(p.Defaults, networkfirewall.IsToken); p.OpenDefaults {
		p.Unknown = append(p.Unknown, unknown("StatefulDefaultActions", v))
	}
}

// variables reads the variables that the policy sets.
func (p *Policy) variables(v cfn.Value) {
	if v.Kind != cfn.Map && !v.IsMissing() {
		p.HomeNet = []string{token(v)}
		return
	}
	for _, f := range v.Fields {
		if f.Name == "HOME_NET" {
			p.HomeNet = texts(at(f.Value, "Definition"))
		} else {
			p.Variables = append(p.Variables, f.Name)
		}
	}
}

// members reads the rule groups that a property lists.
func (p *Policy) members(content cfn.Value, property string, group func(*cfn.Resource) *Group) []networkfirewall.Member {
	all, open := items(content.Get(property))
	if open {
		p.Open = true
		p.Unknown = append(p.Unknown, unknown(property, content.Get(property)))
	}
	var out []networkfirewall.Member
	for _, e := range all {
		m := p.member(at(e.Value, "ResourceArn"), group)
		m.Where = fmt.Sprintf("FirewallPolicy.%s[%d]", property, e.index)
		priority := at(e.Value, "Priority")
		n, known := number(priority)
		m.Priority, m.NoPriority, m.OpenPriority = n, priority.IsMissing(), !priority.IsMissing() && !known
		action, _ := e.Get("Override").Get("Action").Literal()
		m.AlertOnly = action == "DROP_TO_ALERT"
		kind := networkfirewall.RuleGroupARN
		if property == "StatelessRuleGroupReferences" {
			kind = networkfirewall.StatelessGroupARN
		}
		if arn, ok := e.Get("ResourceArn").Literal(); ok {
			for _, one := range networkfirewall.CheckARN(kind, arn, p.Region) {
				one.Where = m.Where
				p.found = append(p.found, one)
			}
		}
		out = append(out, m)
	}
	return out
}

// member returns what is known about a group from the ARN in a policy.
func (p *Policy) member(arn cfn.Value, group func(*cfn.Resource) *Group) networkfirewall.Member {
	m := networkfirewall.Member{Path: text(arn), Key: text(arn)}
	if arn.Kind == cfn.Reference {
		if g := group(arn.Resource); g != nil {
			m.Path, m.Key, m.Group = g.Path, g.Resource.String(), g.Group
			return m
		}
	}
	if name, ok := networkfirewall.ManagedOf(arn.String()); ok {
		m.Path, m.Key = name, name
		m.Managed, m.ManagedOrder = networkfirewall.ManagedName(name)
		return m
	}
	p.Unknown = append(p.Unknown, "the rule group "+arn.String()+" is not in the templates")
	return m
}
