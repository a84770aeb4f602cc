// Package dns derives which names a network's tiers may ask DNS for, and the rule group of Route 53 Resolver DNS Firewall that lets
// exactly these through: the names of declared flows, of the AWS services in use, of resources that declared flows lead to, and of the
// network itself.
//
// It knows the declared architecture. It must not know templates, CDK, or what other controls of the plan hold. Package dnsfirewall has the
// language of rule groups.
package dns

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// Choices are the choices for a network's DNS firewall beyond the architecture.
type Choices struct {
	// Mode is Enforce, which blocks the names that are not allowed, or Observe, which reports them.
	Mode arch.Mode
	// Names are further names that tiers may ask for: "api.example.com", or with a leading dot a domain and all below it.
	Names []string
	// Zones are the names of private hosted zones: "corp.example.com". Tiers may ask for the zone and for all names in it.
	Zones []string
	// Response is the answer to blocked queries, NODATA or NXDOMAIN; empty is NODATA.
	Response dnsfirewall.Response
	// Advanced is how sure the advanced protections must be of a threat; empty leaves them out.
	Advanced dnsfirewall.Confidence
	At       diag.Position
}

// Plan is the DNS firewall of a network.
type Plan struct {
	Lists []List // in the order of the rules; none is empty
	Group dnsfirewall.Group
}

// List is a list of domains that one rule of the group has.
type List struct {
	ID    string // "Names"; it is identity
	Names []Name // by Domain
	// Rule is the rule with the list.
	Rule dnsfirewall.Rule
}

// Name is a domain of a list, and why it is there. A domain of AWS's may hold "${AWS::Region}" and "${AWS::URLSuffix}".
type Name struct {
	Domain  string
	Because []string // in the order of the architecture, without duplicates
	// Wider says which names the domain lets through that no declaration needs; empty if there are none.
	Wider string
}

// The priorities of the rules. Names that are known entirely come first, then the advanced protections, and then domains under which others
// can choose names: data can leave in those.
const (
	namesPriority    = 100
	servicesPriority = 200
	privatePriority  = 300
	threatPriority   = 400
	belowPriority    = 500
	restPriority     = 900
)

// The ids of the lists.
const (
	NamesID    = "Names"
	ServicesID = "Services"
	PrivateID  = "Private"
	BelowID    = "Below"
	RestID     = "Rest"
)

// Of derives the DNS firewall of a network. The diagnostics say which choices are not usable, and which names are unknown.
func Of(m *arch.Model, choices Choices) (Plan, diag.List) {
	b := builder{m: m, choices: choices, names: map[string]map[string]*Name{}}
	b.check()
	b.flows()
	b.unnamed()
	b.further()
	b.services()
	b.resources()
	b.private()
	p := b.plan()
	b.diags = append(b.diags, dnsfirewall.Check(p.Group)...)
	for i := range b.diags {
		d := &b.diags[i]
		d.Path = m.Network.PathTo("dns")
		if len(d.At) == 0 {
			d.At = []diag.Position{choices.At}
		}
	}
	return p, b.diags.Sorted()
}

// builder collects the names of the lists.
type builder struct {
	m       *arch.Model
	choices Choices
	names   map[string]map[string]*Name // by the list's id and the domain
	diags   diag.List
}

// add adds a domain to a list.
func (b *builder) add(list, domain, because, wider string) {
	if b.names[list] == nil {
		b.names[list] = map[string]*Name{}
	}
	n := b.names[list][domain]
	if n == nil {
		n = &Name{Domain: domain}
		b.names[list][domain] = n
	}
	n.Wider = cmp.Or(n.Wider, wider)
	if !slices.Contains(n.Because, because) {
		n.Because = append(n.Because, because)
	}
}

// plan makes the rules.
func (b *builder) plan() Plan {
	rest, response := dnsfirewall.Alert, dnsfirewall.Response("")
	if b.choices.Mode == arch.Enforce {
		rest, response = dnsfirewall.Block, cmp.Or(b.choices.Response, dnsfirewall.NoData)
	}
	b.add(RestID, dnsfirewall.Everything, "nothing declares any other name", "")
	var p Plan
	list := func(id string, rule dnsfirewall.Rule) {
		names := b.list(id)
		if len(names) == 0 {
			return
		}
		domains := make([]string, len(names))
		for i, n := range names {
			domains[i] = n.Domain
		}
		rule.Name, rule.List = id, &dnsfirewall.List{Name: id, Domains: domains}
		p.Lists = append(p.Lists, List{ID: id, Names: names, Rule: rule})
		p.Group.Rules = append(p.Group.Rules, rule)
	}
	allow := func(priority int) dnsfirewall.Rule {
		return dnsfirewall.Rule{Priority: priority, Action: dnsfirewall.Allow, TrustRedirection: true}
	}
	list(NamesID, allow(namesPriority))
	list(ServicesID, allow(servicesPriority))
	list(PrivateID, allow(privatePriority))
	if b.choices.Advanced != "" {
		for i, threat := range []dnsfirewall.Threat{dnsfirewall.DGA, dnsfirewall.Tunneling, dnsfirewall.DictionaryDGA} {
			p.Group.Rules = append(p.Group.Rules, dnsfirewall.Rule{
				Name: string(threat), Priority: threatPriority + i, Action: rest, Response: response, Threat: threat, Confidence: b.choices.Advanced,
			})
		}
	}
	list(BelowID, allow(belowPriority))
	list(RestID, dnsfirewall.Rule{Priority: restPriority, Action: rest, Response: response})
	return p
}

// list returns the names of a list, sorted.
func (b *builder) list(id string) []Name {
	var out []Name
	for _, n := range b.names[id] {
		out = append(out, *n)
	}
	slices.SortStableFunc(out, func(a, c Name) int { return cmp.Compare(a.Domain, c.Domain) })
	return out
}
