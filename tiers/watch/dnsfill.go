package watch

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53resolver"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/report"
)

// DNSName is a domain that tiers may ask DNS for.
type DNSName struct {
	// Domain is a name, or "*." before a name for all names below it. If only the deployment knows the Region, names of AWS hold
	// "${AWS::Region}" and "${AWS::URLSuffix}".
	Domain string
	// Reasons say why it is allowed, at least one.
	Reasons []string
	// Wider says which names the domain lets through that no declaration needs; empty if there are none.
	Wider string
}

// Names returns the domains that tiers may ask DNS for, in the order of the rules and then of the alphabet. It returns nil before the first
// synthesis, and after one that failed.
func (d *DNSFirewall) Names() []DNSName {
	var out []DNSName
	for _, l := range d.plan.Lists {
		if l.Rule.Action != dnsfirewall.Allow {
			continue
		}
		for _, n := range l.Names {
			out = append(out, DNSName{Domain: n.Domain, Reasons: slices.Clone(n.Because), Wider: n.Wider})
		}
	}
	return out
}

// fill replaces the lists and rules of the previous synthesis by those of the given architecture.
func (d *DNSFirewall) fill(m *arch.Model) {
	for _, id := range d.made {
		d.Node().TryRemoveChild(&id)
	}
	d.made = nil
	d.plan, d.failed = dns.Of(m, dns.Choices{
		Mode: arch.Mode(d.props.Mode), Names: d.props.Names, Zones: d.props.PrivateZones, Response: dnsfirewall.Response(d.props.Response),
		Advanced: dnsfirewall.Confidence(d.props.Advanced), At: d.problems.At,
	})
	if d.failed.HasErrors() {
		d.plan = dns.Plan{}
		return
	}
	b, ids := &batch.Batch{}, map[string]*string{}
	for _, l := range d.plan.Lists {
		ids[l.ID] = d.makeList(b, l)
	}
	b.Run()
	rules := []any{}
	for _, r := range d.plan.Group.Rules {
		rules = append(rules, dnsRule(r, ids))
	}
	d.group.SetFirewallRules(&rules)
	d.problems.Made("DNS firewall", "RuleGroup", func() map[string]any {
		return report.Properties(&awsroute53resolver.CfnFirewallRuleGroupProps{FirewallRules: rules})
	})
}

// makeList has a batch create a domain list. It returns the list's id, which the batch sets.
func (d *DNSFirewall) makeList(b *batch.Batch, l dns.List) *string {
	d.made = append(d.made, l.ID)
	var domains []*string
	purposes := map[string]string{}
	for _, n := range l.Names {
		domains = append(domains, dnsDomain(n.Domain))
		purposes[n.Domain] = n.Because[0]
	}
	p := &awsroute53resolver.CfnFirewallDomainListProps{Domains: &domains}
	made := b.Make(batch.Resource{Scope: d, ID: l.ID, New: awsroute53resolver.NewCfnFirewallDomainList, Props: p})
	d.problems.Declare(report.Control{
		Name: "list of domains", Of: d, ID: l.ID, At: d.problems.At, Properties: func() map[string]any { return report.Properties(p) },
		Stops: func() map[string]string { return purposes },
	})
	return batch.Get[string](b, made, "attrId")
}

// dnsDomain returns a domain as a template has it.
func dnsDomain(domain string) *string {
	if dnsfirewall.IsToken(domain) {
		return awscdk.Fn_Sub(&domain, nil)
	}
	return &domain
}

// dnsRule returns a rule in CDK's form. ids are the ids of the lists.
func dnsRule(r dnsfirewall.Rule, ids map[string]*string) *awsroute53resolver.CfnFirewallRuleGroup_FirewallRuleProperty {
	out := &awsroute53resolver.CfnFirewallRuleGroup_FirewallRuleProperty{
		Action: new(string(r.Action)), Priority: new(float64(r.Priority)), BlockResponse: dnsText(r.Response),
		DnsThreatProtection: dnsText(r.Threat), ConfidenceThreshold: dnsText(r.Confidence),
	}
	if r.List != nil {
		out.FirewallDomainListId = ids[r.List.Name]
	}
	if r.TrustRedirection {
		out.FirewallDomainRedirectionAction = new("TRUST_REDIRECTION_DOMAIN")
	}
	return out
}

// dnsText returns a text for CDK, nil if it is empty.
func dnsText[T ~string](text T) *string {
	if text == "" {
		return nil
	}
	return new(string(text))
}
