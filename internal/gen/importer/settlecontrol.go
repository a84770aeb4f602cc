package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/traffic"
)

// settleControls compares the controls of the templates with those of the regenerated template.
func (i *importer) settleControls(s *stack.Stack) {
	again, err := s.Assembly()
	if err != nil {
		return // The comparison of what is carried reports it.
	}
	i.settleRules(firewalls.Read(again))
	i.settlePolicies()
	i.settleWebACLs(again)
}

// differEndpoint records the difference between what a tier exchanges with an endpoint and with the new one. It returns false if the
// interfaces are not those of an endpoint in the document.
func (i *importer) differEndpoint(v *Verdict, t, again, stranger *tier, top *reach.Topology) bool {
	n := slices.IndexFunc(i.endpointsFound, func(e *endpoint) bool { return e.holder == stranger && i.isImported(e.Resource) })
	if n < 0 {
		return false
	}
	made := &tier{id: stranger.id}
	for _, c := range top.Classes {
		if slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool {
			return r.Type == endpointType && catalog.ShortName(r.Get("ServiceName").String()) == i.endpointsFound[n].Service
		}) {
			made.add(c)
			made.groups = c.Groups
		}
	}
	before, after := i.carried(i.top, t, stranger), i.carried(top, again, made)
	i.differ(v, end{tier: t}, end{tier: stranger}, before.minus(after), after.minus(before))
	return true
}

// settleRules says which rules without a flow the regenerated firewall does not have.
func (i *importer) settleRules(all firewalls.Deployed) {
	if i.doc.Inspection == nil {
		return
	}
	made := map[string]bool{}
	for _, p := range all.Policies {
		r := firewallReader{importer: i, Firewall: &firewalls.Firewall{Policy: p}}
		for _, g := range all.GroupsOf(p) {
			for _, one := range r.rulesOf(g) {
				made[one.shape()] = true
			}
		}
	}
	logs := map[*cfn.Resource][]firewallRule{}
	for _, one := range i.special {
		switch {
		case made[one.shape()], one.isRest() && !i.opensOutside(one.firewallRule):
		case one.Action == suricata.Alert:
			logs[one.resource] = append(logs[one.resource], one.firewallRule)
		default:
			i.lost(one.resource, one.path, "%s is not in the file, because %s: %.160q", one.place, one.why, one.String())
		}
	}
	for r := range i.assembly.OfType("AWS::NetworkFirewall::RuleGroup") {
		if all := logs[r]; len(all) > 0 {
			i.unsaid(r, all[0].path, "%s not in the file: the format has no word for it",
				many(len(all), "rule of "+r.ID+" that only logs is", "rules of "+r.ID+" that only log are"))
		}
	}
}

// isRest reports whether AWS generates a rule to stop what an allow list does not name.
func (r firewallRule) isRest() bool { return r.isList && r.stops() && len(r.hostNames()) == 0 }

// opensOutside reports whether a flow opens the usual ports of a rule's protocol to others than hosts with names.
func (i *importer) opensOutside(one firewallRule) bool {
	set := traffic.Set{}
	for _, p := range usualPorts[one.Protocol] {
		set = set.Union(traffic.Ports(traffic.TCP, p, p))
	}
	return slices.ContainsFunc(slices.Concat(i.doc.Flows, i.doc.Exceptions), func(f document.Flow) bool {
		isTier := slices.ContainsFunc(i.doc.Tiers, func(t document.Tier) bool { return t.ID == f.To })
		_, err := arch.ParseDomain(f.To)
		ports, wrong := arch.ParseService(f.Service)
		return !isTier && err != nil && (wrong != nil || setOf(ports).Overlaps(set))
	})
}

// shape is what a rule matches and does, without its addresses and what only describes it.
func (r firewallRule) shape() string {
	parts := []string{string(r.Action), r.Protocol, r.SourcePort, r.DestinationPort}
	for _, o := range r.Options {
		if !slices.Contains(plainOptions[:9], o.Keyword) {
			parts = append(parts, o.String())
		}
	}
	return strings.Join(parts, " ")
}
