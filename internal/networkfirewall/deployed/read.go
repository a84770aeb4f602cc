package deployed

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// Deployed is all of AWS Network Firewall in some templates, in their order.
type Deployed struct {
	Firewalls []*Firewall
	Policies  []*Policy
	Groups    []*Group

	whole bool // not a part that was asked for
}

// Group is a rule group of the templates.
type Group struct {
	Resource *cfn.Resource
	*networkfirewall.Group
	// Unknown says what could not be read because only a deployment knows it.
	Unknown []string

	found []networkfirewall.Problem
}

// Policy is a policy of the templates.
type Policy struct {
	Resource *cfn.Resource
	*networkfirewall.Policy
	// Unknown says what could not be read because only a deployment knows it.
	Unknown []string

	found []networkfirewall.Problem
}

// Firewall is a firewall of the templates.
type Firewall struct {
	Resource *cfn.Resource
	// Policy is what it enforces; nil if that is not in the templates.
	Policy *Policy
	// Logging are the resources that say where its logs go, and Logs what they say.
	Logging []*cfn.Resource
	Logs    []networkfirewall.Log
	// Unknown says what could not be read because only a deployment knows it.
	Unknown []string

	found []networkfirewall.Problem
}

// The types of resources.
const (
	firewallType    = "AWS::NetworkFirewall::Firewall"
	policyType      = "AWS::NetworkFirewall::FirewallPolicy"
	groupType       = "AWS::NetworkFirewall::RuleGroup"
	loggingType     = "AWS::NetworkFirewall::LoggingConfiguration"
	associationType = "AWS::NetworkFirewall::VpcEndpointAssociation"
)

// Read reads what is in an assembly.
func Read(a *cfn.Assembly) Deployed {
	d := Deployed{whole: true}
	for r := range resources(a, groupType) {
		d.Groups = append(d.Groups, readGroup(r))
	}
	for r := range resources(a, policyType) {
		d.Policies = append(d.Policies, readPolicy(r, d.group))
	}
	for r := range resources(a, firewallType) {
		d.Firewalls = append(d.Firewalls, d.readFirewall(a, r))
	}
	return d
}

// Find returns the part that a name is of: a physical name, a logical id, or a construct path or the last parts of it. What is a part of
// it, or has it as a part, is in what is returned as well.
func (d Deployed) Find(name string) Deployed {
	wanted := map[*cfn.Resource]bool{}
	for _, f := range d.Firewalls {
		if called(f.Resource, name, "FirewallName") {
			wanted[f.Resource] = true
			if f.Policy != nil {
				wanted[f.Policy.Resource] = true
			}
		}
	}
	for _, p := range d.Policies {
		if called(p.Resource, name, "FirewallPolicyName") || wanted[p.Resource] {
			wanted[p.Resource] = true
			for _, g := range d.Of(p) {
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
		if wanted[g.Resource] || called(g.Resource, name, "RuleGroupName") {
			out.Groups = append(out.Groups, g)
		}
	}
	return out
}

// Of are the groups of a policy.
func (d Deployed) Of(p *Policy) []*Group {
	return slices.DeleteFunc(slices.Clone(d.Groups), func(g *Group) bool {
		is := func(m networkfirewall.Member) bool { return m.Group == g.Group }
		return !slices.ContainsFunc(p.Members, is) && !slices.ContainsFunc(p.Stateless, is)
	})
}

// Spare are the groups that are in no policy of the templates.
func (d Deployed) Spare() []*Group {
	return slices.DeleteFunc(slices.Clone(d.Groups), func(g *Group) bool {
		return slices.ContainsFunc(d.Policies, func(p *Policy) bool { return slices.Contains(d.Of(p), g) })
	})
}

func called(r *cfn.Resource, name, property string) bool {
	physical, _ := r.Get(property).Literal()
	return name == r.ID || name == r.String() || name == physical || name == r.Path || strings.HasSuffix(r.Path, "/"+name) ||
		strings.HasSuffix(r.Path, "/"+name+"/Resource")
}

// group finds a group by its resource; nil if it is none.
func (d Deployed) group(r *cfn.Resource) *Group {
	for _, g := range d.Groups {
		if g.Resource == r {
			return g
		}
	}
	return nil
}

// inspects reports whether a TLS inspection configuration is that of a policy that was asked for, or of none.
func (d Deployed) inspects(r *cfn.Resource) bool {
	if d.whole {
		return true
	}
	return slices.ContainsFunc(d.Policies, func(p *Policy) bool {
		v := at(p.Resource.Get("FirewallPolicy"), "TLSInspectionConfigurationArn")
		return v.Kind == cfn.Reference && v.Resource == r
	})
}

// policy finds a policy by its resource; nil if it is none.
func (d Deployed) policy(r *cfn.Resource) *Policy {
	for _, p := range d.Policies {
		if p.Resource == r {
			return p
		}
	}
	return nil
}
