package deployed

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// Deployed is what templates hold of AWS Network Firewall, in the order of the templates.
type Deployed struct {
	Firewalls []*Firewall
	Policies  []*Policy
	Groups    []*Group

	whole bool // it is everything, and not a part that Find returned
}

// Group is a rule group in the templates.
type Group struct {
	Resource *cfn.Resource
	*networkfirewall.Group
	// Unknown says what could not be read, because only a deployment knows it.
	Unknown []string

	found []networkfirewall.Problem
}

// Policy is a policy in the templates.
type Policy struct {
	Resource *cfn.Resource
	*networkfirewall.Policy
	// Unknown says what could not be read, because only a deployment knows it.
	Unknown []string

	found []networkfirewall.Problem
}

// Firewall is a firewall in the templates.
type Firewall struct {
	Resource *cfn.Resource
	// Policy is the policy that it enforces; nil if the policy is not in the templates.
	Policy *Policy
	// Logging are the resources that configure its logs, and Logs the destinations that they state.
	Logging []*cfn.Resource
	Logs    []networkfirewall.Log
	// Unknown says what could not be read, because only a deployment knows it.
	Unknown []string

	found []networkfirewall.Problem
}

// The types of resources that the package reads.
const (
	firewallType    = "AWS::NetworkFirewall::Firewall"
	policyType      = "AWS::NetworkFirewall::FirewallPolicy"
	groupType       = "AWS::NetworkFirewall::RuleGroup"
	loggingType     = "AWS::NetworkFirewall::LoggingConfiguration"
	associationType = "AWS::NetworkFirewall::VpcEndpointAssociation"
)

// Read reads the firewalls, policies and rule groups of an assembly.
func Read(a *cfn.Assembly) Deployed {
	d := Deployed{whole: true}
	for r := range a.OfType(groupType) {
		d.Groups = append(d.Groups, readGroup(r))
	}
	for r := range a.OfType(policyType) {
		d.Policies = append(d.Policies, readPolicy(r, d.group))
	}
	for r := range a.OfType(firewallType) {
		d.Firewalls = append(d.Firewalls, d.readFirewall(a, r))
	}
	return d
}

// Find returns the resources with a name, together with the parts that they use: the policy of a firewall, and the groups of a policy. A
// name is a physical name, a logical id, a construct path or the end of one.
func (d Deployed) Find(name string) Deployed {
	wanted := map[*cfn.Resource]bool{}
	for _, f := range d.Firewalls {
		if isNamed(f.Resource, name, "FirewallName") {
			wanted[f.Resource] = true
			if f.Policy != nil {
				wanted[f.Policy.Resource] = true
			}
		}
	}
	for _, p := range d.Policies {
		if isNamed(p.Resource, name, "FirewallPolicyName") || wanted[p.Resource] {
			wanted[p.Resource] = true
			for _, g := range d.GroupsOf(p) {
				wanted[g.Resource] = true
			}
		}
	}
	var out Deployed
	for _, f := range d.Firewalls {
		if wanted[f.Resource] {
			out.Firewalls = append(out.Firewalls, f)
		}
	}
	for _, p := range d.Policies {
		if wanted[p.Resource] {
			out.Policies = append(out.Policies, p)
		}
	}
	for _, g := range d.Groups {
		if wanted[g.Resource] || isNamed(g.Resource, name, "RuleGroupName") {
			out.Groups = append(out.Groups, g)
		}
	}
	return out
}

// GroupsOf returns the groups of a policy.
func (d Deployed) GroupsOf(p *Policy) []*Group {
	return slices.DeleteFunc(slices.Clone(d.Groups), func(g *Group) bool {
		is := func(m networkfirewall.Member) bool { return m.Group == g.Group }
		return !slices.ContainsFunc(p.Members, is) && !slices.ContainsFunc(p.Stateless, is)
	})
}

// Unused returns the groups that are in no policy of the templates.
func (d Deployed) Unused() []*Group {
	return slices.DeleteFunc(slices.Clone(d.Groups), func(g *Group) bool {
		return slices.ContainsFunc(d.Policies, func(p *Policy) bool { return slices.Contains(d.GroupsOf(p), g) })
	})
}

// isNamed reports whether a resource has a name. property holds the physical name.
func isNamed(r *cfn.Resource, name, property string) bool {
	physical, _ := r.Get(property).Literal()
	return name == physical || r.IsNamed(name)
}

// group returns the group that a resource is; nil if it is not a group.
func (d Deployed) group(r *cfn.Resource) *Group {
	for _, g := range d.Groups {
		if g.Resource == r {
			return g
		}
	}
	return nil
}

// inspects reports whether a TLS inspection configuration belongs to a policy of d. If d is everything, it always does.
func (d Deployed) inspects(r *cfn.Resource) bool {
	if d.whole {
		return true
	}
	return slices.ContainsFunc(d.Policies, func(p *Policy) bool {
		v := at(p.Resource.Get("FirewallPolicy"), "TLSInspectionConfigurationArn")
		return v.Kind == cfn.Reference && v.Resource == r
	})
}

// policy returns the policy that a resource is; nil if it is not a policy.
func (d Deployed) policy(r *cfn.Resource) *Policy {
	for _, p := range d.Policies {
		if p.Resource == r {
			return p
		}
	}
	return nil
}
