package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// The types of resources that are read.
const (
	associationType = "AWS::Route53Resolver::FirewallRuleGroupAssociation"
	groupType       = "AWS::Route53Resolver::FirewallRuleGroup"
	listType        = "AWS::Route53Resolver::FirewallDomainList"
	configType      = "AWS::Route53Resolver::FirewallConfig"
)

// VPC compares a value with a VPC. is says that the value is the VPC, and maybe that only a deployment knows.
type VPC func(v cfn.Value) (is, maybe bool)

// Group is a rule group that a VPC is associated with.
type Group struct {
	dnsfirewall.Group
	By *cfn.Resource // what associates the two
}

// Groups returns the rule groups that templates associate with a VPC. They are in the order of the templates; their priorities say which
// one decides first.
func Groups(a *cfn.Assembly, vpc VPC) []Group {
	var out []Group
	for r := range a.OfType(associationType) {
		is, maybe := vpc(r.Get("VpcId"))
		if !is && !maybe {
			continue
		}
		g := Group{readGroup(r.Get("FirewallRuleGroupId")), r}
		priority, known := r.Get("Priority").Int()
		g.Priority = priority
		switch {
		case maybe:
			g.Perhaps = fmt.Sprintf("whether %s is of this VPC is known only at deployment", where(r))
		case r.Condition != "":
			g.Perhaps = fmt.Sprintf("whether %s exists is unknown: %s", where(r), r.Doubt())
		case !known:
			g.Perhaps = fmt.Sprintf("the priority of %s is known only at deployment", where(r))
		}
		out = append(out, g)
	}
	return append(out, ofProfiles(a, vpc)...)
}

// FailsOpen returns the resource that makes the DNS firewall of a VPC answer all queries while it fails, or nil if there is none.
func FailsOpen(a *cfn.Assembly, vpc VPC) *cfn.Resource {
	for r := range a.OfType(configType) {
		is, maybe := vpc(r.Get("ResourceId"))
		if open := r.Get("FirewallFailOpen"); (is || maybe) && open.String() != "DISABLED" {
			return r
		}
	}
	return nil
}

// where names a resource with its place.
func where(r *cfn.Resource) string { return fmt.Sprintf("%s (%s:%d)", r, r.Stack.File, r.Line) }

// readGroup reads the rule group that an association names. A condition of the rule group itself decides nothing: if the rule group did not
// exist, AWS would reject the association. The same is true for lists.
func readGroup(v cfn.Value) dnsfirewall.Group {
	if v.Kind != cfn.Reference || v.Resource.Type != groupType {
		return dnsfirewall.Group{Name: v.String(), Unknown: fmt.Sprintf("the rule group %s is not in the templates", v)}
	}
	return rulesOf(v.Resource)
}

// rulesOf reads the rules of a rule group.
func rulesOf(r *cfn.Resource) dnsfirewall.Group {
	g := dnsfirewall.Group{Name: r.String()}
	rules := r.Get("FirewallRules")
	if rules.Kind != cfn.List && !rules.IsMissing() {
		g.Unknown = fmt.Sprintf("the rules of %s are known only at deployment", where(r))
		return g
	}
	for _, item := range rules.Items {
		if item.Kind == cfn.Map {
			g.Rules = append(g.Rules, readRule(r, item))
		} else if !item.IsMissing() {
			g.Unknown = fmt.Sprintf("a rule of %s is known only at deployment", where(r))
		}
	}
	return g
}

// readRule reads a rule.
func readRule(of *cfn.Resource, v cfn.Value) dnsfirewall.Rule {
	r := dnsfirewall.Rule{}
	line := v.Line
	if line == 0 {
		line = of.Line
	}
	r.Name = fmt.Sprintf("rule %s of %s (%s:%d)", v.Get("Priority"), of, of.Stack.File, line)
	text := func(name string) string {
		field := v.Get(name)
		t, ok := field.Literal()
		if !ok && !field.IsMissing() && r.Unknown == "" {
			r.Unknown = fmt.Sprintf("%s of %s is known only at deployment", name, r.Name)
		}
		return t
	}
	text("Priority")
	r.Priority, _ = v.Get("Priority").Int()
	r.Action, r.Type = dnsfirewall.Action(text("Action")), text("Qtype")
	known := func(name string) string { t, _ := v.Get(name).Literal(); return t } // for what does not decide whether the rule matches
	r.Response, r.To = dnsfirewall.Response(known("BlockResponse")), known("BlockOverrideDomain")
	r.Confidence = dnsfirewall.Confidence(known("ConfidenceThreshold"))
	r.TrustRedirection = known("FirewallDomainRedirectionAction") == "TRUST_REDIRECTION_DOMAIN"
	if status := text("Status"); status != "" && r.Unknown == "" {
		r.Unknown = fmt.Sprintf("what the status %s of %s means is not known to tierwall", status, r.Name)
	}
	switch {
	case !v.Get("DnsThreatProtection").IsMissing():
		r.Threat = dnsfirewall.Threat(v.Get("DnsThreatProtection").String())
	case !v.Get("FirewallThreatProtectionId").IsMissing():
		r.Threat = "of " + dnsfirewall.Threat(v.Get("FirewallThreatProtectionId").String())
	case !v.Get("FirewallRuleType").IsMissing():
		r.Unknown = fmt.Sprintf("which names %s matches is known only to AWS: %s", r.Name, v.Get("FirewallRuleType"))
	default:
		r.List = readList(v.Get("FirewallDomainListId"))
	}
	return r
}

// readList reads a list of domains.
func readList(v cfn.Value) *dnsfirewall.List {
	out := &dnsfirewall.List{Name: v.String()}
	doubt := func(format string, args ...any) {
		if out.Unknown == "" {
			out.Unknown = fmt.Sprintf(format, args...)
		}
	}
	if v.Kind != cfn.Reference || v.Resource.Type != listType {
		doubt("the list of domains %s is not in the templates", v)
		return out
	}
	if !v.Resource.Get("DomainFileUrl").IsMissing() {
		doubt("the domains of %s are in a file", where(v.Resource))
	}
	domains := v.Resource.Get("Domains")
	if domains.Kind != cfn.List && !domains.IsMissing() {
		doubt("the domains of %s are known only at deployment", where(v.Resource))
		return out
	}
	for _, item := range domains.Items {
		switch {
		case item.IsMissing():
		case item.Kind == cfn.Text:
			out.Domains = append(out.Domains, item.Text)
		case item.Kind == cfn.Symbol && item.IsJoined() && strings.Contains(item.Text, "${"):
			out.Domains = append(out.Domains, item.Text)
		default:
			doubt("a domain of %s is known only at deployment", where(v.Resource))
		}
	}
	return out
}
