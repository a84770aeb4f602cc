package response

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	model "github.com/tierwall/tierwall/internal/response"
)

// DomainRuleGroup returns a rule group that drops connections from the network to the domain names of feeds in the forms [DomainList] and
// [HostsFile], for the Threats of [firewall.Props]. Synthesis fails if there are such feeds and nobody calls it, and the other way round.
//
// The group reads the names in the server name of TLS and in the Host header of HTTP, in new connections from HOME_NET to other addresses.
// It does not see connections without a name, connections to an address, names that are encrypted (ECH), QUIC, or names about which
// clients lie. It holds 4,998 names and takes 10,000 of the 30,000 rules of a policy; see [RuleGroup.Capacity].
//
// [RuleGroup.Capacity]: https://pkg.go.dev/github.com/tierwall/tierwall/firewall#RuleGroup.Capacity
func (r *Response) DomainRuleGroup() *firewall.RuleGroup {
	if r.names != nil {
		return r.names
	}
	r.core.MustBeOpen(diag.Caller())
	r.names = firewall.NewRuleGroup(r, "Names", &firewall.RuleGroupProps{
		Rules: firewall.Domains(firewall.DomainList{
			Action: firewall.DenyList, Names: []string{model.PlaceholderName}, HTTP: true, TLS: true,
		}),
		Capacity: model.NameCapacity,
	})
	// CloudFormation writes the template's list if any property changes.
	if group, ok := r.names.Node().DefaultChild().(awsnetworkfirewall.CfnRuleGroup); ok {
		group.AddPropertyDeletionOverride(new("Tags"))
	}
	r.allow("network-firewall", []string{"DescribeRuleGroup", "UpdateRuleGroup"}, r.names.ARN())
	return r.names
}

// hasNames reports whether a feed has domain names.
func (r *Response) hasNames() bool {
	return slices.ContainsFunc(r.props.Feeds, func(f Feed) bool { return f.Form == DomainList || f.Form == HostsFile })
}

// checkNames reports feeds of names that block nothing, and a rule group without them.
func (r *Response) checkNames() {
	switch {
	case r.hasNames() && r.names == nil:
		r.problems.Add("response", "a feed of domain names blocks nothing", "no firewall has the rule group that it fills",
			"pass DomainRuleGroup() of the response in the Threats of firewall.Inspect, or remove the feed", r.problems.At)
	case !r.hasNames() && r.names != nil:
		r.problems.Add("response", "the rule group of domain names stays empty", "no feed has the form DomainList or HostsFile",
			"add a feed, or do not call DomainRuleGroup", r.problems.At)
	}
}

// neededNames are the names that the network's flows and web ACLs name.
func neededNames(m *arch.Model) []string {
	var out []string
	for _, f := range m.Flows {
		if f.To.Kind == arch.Domain {
			out = append(out, f.To.Text)
		}
	}
	for _, p := range m.Protections {
		out = append(out, p.Serves.Hosts...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// allowedName reads an entry of Allow that is no block.
func (r *Response) allowedName(text string) (string, bool) {
	name, err := arch.ParseDomain(text)
	if err != nil {
		r.later("an entry of Allow is not valid", fmt.Sprintf("%s; allowed are blocks in CIDR notation and domain names", err),
			"write an address as a block, such as 198.51.100.7/32, and a domain with all names below it as .example.com")
		return "", false
	}
	return strings.ToLower(name), true
}
