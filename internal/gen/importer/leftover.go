package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// unwritten are the types of resources that filter, lead or record traffic, with what to do about those that are not in the file.
var unwritten = map[string]string{
	"AWS::NetworkFirewall::FirewallPolicy": "write `inspection` by hand",
	"AWS::NetworkFirewall::RuleGroup":      "write `inspection` by hand",
	"AWS::NetworkFirewall::Firewall":       "write `inspection` by hand",
	"AWS::WAFv2::WebACL":                   "write `webACLs` by hand",
	"AWS::EC2::VPCEndpoint":                "endpoints follow from `grants`, which say who calls the service",
	"AWS::EC2::NetworkAcl":                 "network ACLs are derived from the flows",
	"AWS::EC2::TransitGatewayAttachment":   "name the gateway by its id in `peers`",
	"AWS::EC2::VPCPeeringConnection":       "name the connection by its id in `peers`",
	"AWS::EC2::VPNGateway":                 "name the gateway by its id in `peers`",
	"AWS::EC2::FlowLog":                    "write `watch: {flowLogs: {}}`",

	"AWS::Route53Resolver::FirewallRuleGroupAssociation": "write `watch: {dns: {mode: observe}}` for one that follows from the flows",
}

// leftOver lists what the document does not say.
func (i *importer) leftOver() {
	for r := range i.assembly.Resources() {
		if what, ok := unwritten[r.Type]; ok && !i.isImported(r) && !i.noted[r] && !i.isNamedGateway(r) {
			i.residual(r, "%s %s is not imported: %s", r.Type, r.ID, what)
		}
	}
	for _, g := range i.top.Gaps {
		i.residual(g.Resource, "%s may change traffic: %s", g.Resource.ID, g.Reason)
	}
	for _, t := range i.tiers {
		if t.isForeign() {
			i.residual(nil, "the rules of %s are not in the templates: only what rules of other groups say of it counts", t.id)
		}
		if len(t.members) > 0 && !isPublic(t) && slices.ContainsFunc(t.subnets, hasInternetGateway) {
			i.residual(first(t.members), "%s stands in public subnets: in the new network its kind has private ones, without public addresses, "+
				"and reaches the internet through NAT gateways", t.id)
		}
		for _, g := range t.groups {
			if g.IsOfCluster() {
				i.residual(first(t.members), "%s stands also for %s, the group that EKS makes: a new cluster makes its own again", t.id, g.Label())
			}
			if g.Unsure != "" {
				i.residual(g.Resource, "the group of %s may hold more rules: %s", t.id, g.Unsure)
			}
		}
	}
	for _, a := range i.top.Assumptions {
		i.assume("%s", a)
	}
	for _, t := range i.tiers {
		for _, m := range t.members {
			i.assumeExists(m)
		}
		for _, g := range t.groups {
			i.assumeExists(g.Resource)
		}
	}
	i.assumeDefaults()
}

// assumeDefaults notes the defaults of parameters that the properties of resources depend on.
func (i *importer) assumeDefaults() {
	used := map[string]bool{}
	for r := range i.assembly.Resources() {
		for _, d := range r.Defaults {
			used[strings.TrimSpace(d.String())] = true
		}
	}
	var defaults []string
	for d := range used {
		defaults = append(defaults, d)
	}
	slices.Sort(defaults)
	for _, d := range defaults {
		if slices.Contains(i.report.Assumptions, d) {
			continue
		}
		i.assume("a default is used: %s", d)
	}
}

// assumeExists notes a resource whose condition is not known: the file has no conditions, so it is taken to exist.
func (i *importer) assumeExists(r *cfn.Resource) {
	for ; r != nil; r = r.Stack.Parent {
		if r.Condition != "" {
			i.assume("%s exists, although that depends on a condition (%s); set its parameters with -p to decide it", r.ID, position(r, 0))
		}
	}
}

// hasInternetGateway reports whether routes lead from a subnet to an internet gateway.
func hasInternetGateway(s *reach.Subnet) bool {
	return s.Table != nil && slices.ContainsFunc(s.Table.Routes, func(r reach.Route) bool { return r.Target.Kind == reach.InternetGateway })
}
