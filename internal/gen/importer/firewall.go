package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
)

// firewallTypes are the types of the resources of network firewalls.
var firewallTypes = []string{
	"AWS::NetworkFirewall::Firewall", "AWS::NetworkFirewall::FirewallPolicy", "AWS::NetworkFirewall::RuleGroup",
	"AWS::NetworkFirewall::LoggingConfiguration", "AWS::NetworkFirewall::TLSInspectionConfiguration",
	"AWS::NetworkFirewall::VpcEndpointAssociation",
}

// inspection makes the inspection of the network's firewall.
func (i *importer) inspection() {
	all := firewalls.Read(i.assembly)
	f := i.mainFirewall(all)
	if f == nil {
		return
	}
	switch {
	case f.Policy == nil:
		i.not(f.Resource, "FirewallPolicyArn", "the policy of %s is not in the templates, so its rules are not known", f.Resource.ID)
		return
	case i.doc.Network.VPC != nil:
		i.not(f.Resource, "", "the VPC is not in the templates, and the file cannot inspect an existing VPC: %s stays with its owner",
			f.Resource.ID)
		return
	case i.doc.Network.IPv6:
		i.not(f.Resource, "", "the network is dual-stack, and the file cannot inspect one: %s is not imported", f.Resource.ID)
		return
	}
	r := firewallReader{importer: i, Firewall: f, groups: all.GroupsOf(f.Policy)}
	i.doc.Inspection = r.inspection()
	i.controls.add(f.Resource, f.Policy.Resource)
	i.controls.add(f.Logging...)
	for _, g := range r.groups {
		i.controls.add(g.Resource)
	}
	r.settings()
	r.stateless()
	r.members()
	r.rules()
	r.rejected(all)
}

// rejected notes what AWS rejects: the file says what the templates mean.
func (r firewallReader) rejected(all firewalls.Deployed) {
	for _, d := range all.Check(r.assembly) {
		for _, at := range d.At[:min(len(d.At), 1)] {
			if d.Severity == diag.Error {
				r.report.Residual = append(r.report.Residual, Residual{fmt.Sprintf("%s:%d", at.File, at.Line),
					"AWS rejects this as it is written: " + d.Summary})
			}
		}
	}
}

// mainFirewall returns the firewall of the document's VPC: the first one whose VPC is not another.
func (i *importer) mainFirewall(all firewalls.Deployed) *firewalls.Firewall {
	var out *firewalls.Firewall
	main := i.vpcOf()
	for _, f := range all.Firewalls {
		v := i.top.VPCOf(f.Resource.Get("VpcId"))
		switch {
		case main != nil && v != nil && v != main:
			i.not(f.Resource, "VpcId", "%s is in another VPC, %s", f.Resource.ID, v.Name)
		case out != nil:
			i.not(f.Resource, "", "the network has a firewall already, %s: %s is not imported", out.Resource.ID, f.Resource.ID)
		default:
			out = f
		}
	}
	return out
}

// firewallReader reads one firewall.
type firewallReader struct {
	*importer
	*firewalls.Firewall
	groups []*firewalls.Group
}

// drops reports whether packets that no rule decides are dropped, and strict whether that counts for the first packets as well.
func (r firewallReader) drops() (drops, strict bool) {
	for _, action := range r.Policy.Defaults {
		kind, found := strings.CutPrefix(action, "aws:drop_")
		drops, strict = drops || found, strict || found && kind == "strict"
	}
	return drops, strict
}

// observes reports whether the firewall stops nothing: neither its default actions nor its rules drop.
func (r firewallReader) observes() bool {
	drops, _ := r.drops()
	return !drops && !slices.ContainsFunc(r.groups, func(g *firewalls.Group) bool {
		return slices.ContainsFunc(r.rulesOf(g), firewallRule.stops)
	})
}

// inspection makes the inspection, without the groups of AWS.
func (r firewallReader) inspection() *document.Inspection {
	out := &document.Inspection{Paths: r.inspectedPaths(r.Resource), Logs: r.logs(), Policy: r.policy()}
	_, out.Strict = r.drops()
	switch {
	case len(out.Paths) == 0 && len(r.doc.Tiers) > 0:
		out.Paths = r.meantPaths()
		if r.rulesOnly == nil {
			out.Mode = "prepare"
			r.unsaid(r.Resource, "", "no route leads to %s, so it inspects nothing: the paths are those of the flows, in mode prepare",
				r.Resource.ID)
		}
	case r.observes():
		out.Mode = "observe"
		if slices.ContainsFunc(r.Policy.Defaults, func(a string) bool { return a == "aws:alert_strict" }) {
			out.Strict = true
		}
	}
	if out.Mode == "" {
		out.Midstream = map[string]string{"": "drop", "DROP": "drop", "CONTINUE": "continue"}[r.Policy.Midstream]
	}
	if protected, ok := r.Resource.Get("DeleteProtection").Bool(); ok && protected {
		out.Production = new(true)
	}
	return out
}

// meantPaths are the paths of the flows.
func (i *importer) meantPaths() []string {
	var egress, ingress, eastWest bool
	for _, p := range i.traffic {
		switch {
		case p.from.tier != nil && p.to.tier != nil:
			eastWest = eastWest || p.from.tier != p.to.tier
		case p.from.tier != nil:
			egress = egress || !isPublic(p.from.tier)
		default:
			ingress = ingress || isPublic(p.to.tier)
		}
	}
	return pathWords(egress, ingress, eastWest)
}

func pathWords(egress, ingress, eastWest bool) []string {
	var out []string
	for _, p := range []struct {
		is   bool
		path arch.Paths
	}{{egress, arch.EgressPath}, {ingress, arch.IngressPath}, {eastWest, arch.EastWestPath}} {
		if p.is {
			out = append(out, p.path.String())
		}
	}
	return out
}

// policy makes the choices for the policy; nil if they are the product's.
func (r firewallReader) policy() *document.FirewallPolicy {
	out := document.FirewallPolicy{}
	for _, block := range r.Policy.HomeNet {
		if networkfirewall.IsToken(block) {
			continue // The range of the VPC; anything else only a deployment knows.
		}
		if block != r.doc.Network.CIDR {
			out.HomeNet = append(out.HomeNet, block)
		}
	}
	if n := r.Policy.IdleTimeout; n >= 60 && n <= 6000 {
		out.IdleTimeout = n
	}
	const tls = "FirewallPolicy.TLSInspectionConfigurationArn"
	if r.Policy.InspectsTLS {
		arn, ok := r.Policy.Resource.Get("FirewallPolicy").Get("TLSInspectionConfigurationArn").Literal()
		if ok && strings.HasPrefix(arn, "arn:") {
			out.TLS = arn
		} else {
			r.lost(r.Policy.Resource, tls, "the inspection of TLS is not imported: write its ARN as inspection.policy.tls")
		}
	}
	if len(out.HomeNet) == 0 && out.IdleTimeout == 0 && out.TLS == "" {
		return nil
	}
	return &out
}

// settings notes what the file does not say of a firewall.
func (r firewallReader) settings() {
	if name, ok := r.Resource.Get("FirewallName").Literal(); ok {
		r.unsaid(r.Resource, "FirewallName", "the firewall's name, %.80q, is not kept, because two firewalls of one name cannot be deployed "+
			"beside "+
			"each other: write inspection.name to keep it", name)
	}
	for _, property := range []string{"EncryptionConfiguration", "EnabledAnalysisTypes", "TransitGatewayId", "AvailabilityZoneMappings"} {
		if !r.Resource.Get(property).IsMissing() {
			r.unsaid(r.Resource, property, "%s of %s has no word in the format", property, r.Resource.ID)
		}
	}
	for _, why := range r.Policy.Unknown {
		r.lost(r.Policy.Resource, "FirewallPolicy", "%s may do more than is known: %s", r.Policy.Resource.ID, why)
	}
}

// stateless notes stateless rules, which the file does not have.
func (r firewallReader) stateless() {
	const path = "FirewallPolicy.StatelessRuleGroupReferences"
	if len(r.Policy.Stateless) > 0 {
		r.lost(r.Policy.Resource, path, "stateless rule groups are not imported: what they drop or pass, before any other rule, has no word "+
			"in the format")
	}
	for _, property := range []string{"StatelessDefaultActions", "StatelessFragmentDefaultActions"} {
		actions := r.Policy.StatelessDefaults
		if property == "StatelessFragmentDefaultActions" {
			actions = r.Policy.StatelessFragmentDefaults
		}
		for _, a := range actions {
			if a != "aws:forward_to_sfe" {
				r.unsaid(r.Policy.Resource, "FirewallPolicy."+property, "%s is %.60q; the new firewall evaluates its rules for all packets", property,
					a)
			}
		}
	}
}

// members makes the groups of AWS, and notes groups whose rules are not in the templates.
func (r firewallReader) members() {
	for _, m := range r.Policy.Members {
		switch {
		case m.Managed != "" && r.isManaged(m.Managed):
			r.unsaid(r.Policy.Resource, m.Where, "%s stands twice in the policy", m.Managed)
		case m.Managed != "" && networkfirewall.IsManaged(m.Managed):
			r.doc.Inspection.Managed = append(r.doc.Inspection.Managed, document.ManagedGroup{Name: m.Managed, Drop: !m.AlertOnly})
		case m.Managed != "":
			r.lost(r.Policy.Resource, m.Where, "the managed group %.80q is not known: write it under inspection.managed with its capacity",
				m.Managed)
		case m.Group == nil:
			r.lost(r.Policy.Resource, m.Where, "the rule group %.120q is not in the templates: if it only stops traffic, write its ARN under "+
				"inspection.threats", m.Key)
		}
	}
}

func (r firewallReader) isManaged(name string) bool {
	return slices.ContainsFunc(r.doc.Inspection.Managed, func(m document.ManagedGroup) bool { return m.Name == name })
}

// isImported reports whether a resource is in the document.
func (i *importer) isImported(r *cfn.Resource) bool {
	_, ok := i.controls[r]
	return ok
}
