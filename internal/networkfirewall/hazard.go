package networkfirewall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// managedOrder warns of managed groups behind rules that pass traffic: what a rule passes is looked at by nothing behind it.
func (p *problems) managedOrder(policy *Policy) {
	if !policy.strict() || policy.unordered() {
		return
	}
	var passing *Member
	for _, m := range policy.ordered() {
		switch {
		case m.Group != nil && passing == nil && m.Group.passes():
			passing = &m
		case m.Managed != "" && passing != nil:
			i := slices.IndexFunc(policy.Members, func(o Member) bool { return o.Managed == m.Managed && o.Priority == m.Priority })
			p.add(Problem{Kind: "managed-after-pass", Severity: diag.Warning, Members: []int{i}, Subject: m.Managed,
				Summary: "a managed group does not look at what rules before it pass",
				Detail: fmt.Sprintf("%s has priority %d, and %s with priority %d passes traffic", m.Managed, m.Priority, passing.Path,
					passing.Priority),
				Fix: "give the managed group a smaller priority"})
		}
	}
}

// passes reports whether a rule of the group passes traffic. ICMP carries no threats that managed groups know.
func (g *Group) passes() bool {
	if g.List != nil {
		return g.List.Action == allowList
	}
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool {
		return l.Rule.Action == suricata.Pass &&
			l.Rule.Protocol != "icmp"
	})
}

// pathMTU warns of a policy that passes connections, and drops the ICMP errors that tell their ends to send smaller packets: all default
// actions that drop do so (measured). Endpoints carry 8,500 bytes, hosts in a VPC send 9,001.
func (p *problems) pathMTU(policy *Policy) {
	if policy.hidden() || policy.drop() == "" {
		return
	}
	passing := false
	for _, m := range policy.Members {
		if m.Group != nil {
			if m.Group.passesPathMTU() {
				return
			}
			passing = passing || m.Group.passes()
		}
	}
	if passing {
		p.report(diag.Warning, "path-mtu", "FirewallPolicy", "the policy drops what tells hosts that their packets are too large for the path",
			"large packets of connections that it passes are lost without a word",
			`add a rule: pass icmp any any -> any any (msg:"path MTU discovery"; itype:3; icode:4; sid:1000001;)`)
	}
}

// passesPathMTU reports whether a rule passes ICMP messages of type 3 and code 4.
func (g *Group) passesPathMTU() bool {
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool {
		if l.Rule.Action != suricata.Pass || l.Rule.Protocol != "icmp" && l.Rule.Protocol != "ip" {
			return false
		}
		for keyword, want := range map[string]string{"itype": "3", "icode": "4"} {
			if value, stated := l.Rule.Get(keyword); stated && strings.TrimSpace(value) != want {
				return false
			}
		}
		return true
	})
}

// gaps warns of rules that pass connections in one direction only, where the default actions drop the other.
func (p *problems) gaps(policy *Policy) {
	rest, dropping := policy.rest()
	if !dropping || policy.hidden() {
		return // Somebody else's rules may pass the rest.
	}
	all := policy.evaluated(policy.known())
	for _, gap := range suricata.Gaps(all.groups, rest) {
		at := all.at(gap.Rule)
		sid, _ := at.line.Rule.SID()
		summary, fix := "a rule passes requests, and the default actions drop the answers",
			"add a rule for the answers, with source and destination changed over and flow:to_client, or leave flow out: the verdict then "+
				"holds for the whole connection"
		if gap.Handshake {
			summary, fix = "a rule passes connections that can never be established, as the default actions drop the handshake",
				"use aws:drop_established_app_layer_to_server with its alert, or add rules that pass the handshake"
		}
		p.add(Problem{Kind: "one-way", Severity: diag.Warning, Group: at.group, Where: at.group.where(at.line.Number), Rule: at.line.Number,
			Subject: fmt.Sprint(sid),
			Summary: summary, Detail: fmt.Sprintf("%s %d of %s: %.200s", at.group.Unit, at.line.Number, at.group.Path, at.line.Text), Fix: fix})
	}
}

// names warns of rules that pass connections by a name, under a default that does not wait for names that take several segments.
func (p *problems) names(policy *Policy) {
	if policy.drop() != "aws:drop_established" {
		return
	}
	for i, m := range policy.Members {
		if m.Group == nil || !m.Group.passesByName() {
			continue
		}
		p.add(Problem{Kind: "names-established", Severity: diag.Warning, Members: []int{i}, Subject: m.Path,
			Summary: "names that take several segments are dropped",
			Detail: m.Path +
				" passes connections by name, and aws:drop_established drops the first segment of a ClientHello that does not hold all of it, as " +
				"with post-quantum key exchange",
			Fix: "use aws:drop_established_app_layer_to_server with its alert"})
		return
	}
}

// passesByName reports whether a rule of the group passes connections by what their client asks for.
func (g *Group) passesByName() bool {
	if g.List != nil {
		return g.List.Action == allowList
	}
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool {
		return l.Rule.Action == suricata.Pass && slices.ContainsFunc(l.Rule.Options, func(o suricata.Option) bool {
			return slices.Contains([]string{"tls.sni", "tls_sni", "http.host", "http_host"}, o.Keyword)
		})
	})
}

// told are the warnings about rules that this package has for whole policies, domain lists and managed groups included.
var told = []string{"home-net", "default-too-early", "managed-after-pass"}

// rulesOfPolicy warns of rules that decide too early, match more than they seem to, or are never asked.
func (p *problems) rulesOfPolicy(policy *Policy) {
	all := policy.evaluated(policy.known())
	for _, one := range suricata.CheckPolicy(suricata.Policy{Groups: all.groups, DefaultActions: policy.Defaults, HomeNet: true}) {
		if slices.Contains(told, one.Rule) {
			continue
		}
		g := all.owners[one.Group]
		i := slices.IndexFunc(g.Content.Lines, func(l suricata.Line) bool { return l.Number == one.Line })
		sid, _ := g.Content.Lines[i].Rule.SID()
		p.add(Problem{Kind: one.Rule, Severity: diag.Warning, Group: g, Where: g.where(one.Line), Rule: one.Line, Subject: fmt.Sprint(sid),
			Summary: one.Summary, Detail: fmt.Sprintf("in %s %d: %s", g.Unit, one.Line, one.Detail), Fix: one.Fix})
	}
}
