package networkfirewall

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

// gaps warns about rules that pass only one direction of a connection, if the default actions drop the other.
func (p *problems) gaps(policy *Policy) {
	drops, dropping := policy.defaultDrops()
	if !dropping || policy.mayHaveMoreRules() {
		return // The unknown rules may pass the other direction.
	}
	all := policy.evaluated(policy.writtenGroups())
	for _, gap := range suricata.Gaps(all.groups, drops) {
		at := all.at(gap.Rule)
		sid, _ := at.line.Rule.SID()
		summary, fix := "a rule passes requests, but the default actions drop the answers",
			"add a rule for the answers, with source and destination swapped and flow:to_client; or remove flow, so that the verdict holds for "+
				"the whole connection"
		if gap.Handshake {
			summary, fix = "a rule passes connections that can never be established, because the default actions drop the handshake",
				"use aws:drop_established_app_layer_to_server with its alert, or add rules that pass the handshake"
		}
		p.add(Problem{Kind: "one-way", Severity: diag.Warning, Group: at.group, Where: at.group.where(at.line.Number), Rule: at.line.Number,
			Subject: fmt.Sprint(sid),
			Summary: summary, Detail: fmt.Sprintf("%s %d of %s: %.200s", at.group.Unit, at.line.Number, at.group.Path, at.line.Text), Fix: fix})
	}
}

// earlyDefault warns about rules that pass connections by name, if the default action does not wait for a name in a later segment.
func (p *problems) earlyDefault(policy *Policy) {
	if policy.dropAction() != "aws:drop_established" {
		return
	}
	for i, m := range policy.Members {
		if m.Group == nil || !m.Group.passesByName() {
			continue
		}
		p.add(Problem{Kind: "names-established", Severity: diag.Warning, Members: []int{i}, Subject: m.Path,
			Summary: "the default action drops connections before their name is known",
			Detail: m.Path + " passes connections by name; a ClientHello can take several segments, as with post-quantum key exchange, and " +
				"aws:drop_established drops the first one",
			Fix: "use aws:drop_established_app_layer_to_server with its alert"})
		return
	}
}

// passesByName reports whether a rule of the group passes connections by the name that the client asks for.
func (g *Group) passesByName() bool {
	if g.List != nil {
		return g.List.Action == allowList
	}
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool { return l.Rule.PassesByName() })
}

// ruleWarnings warns about rules that decide too early, match more than they seem to, or are never evaluated.
func (p *problems) ruleWarnings(policy *Policy) {
	all := policy.evaluated(policy.writtenGroups())
	for _, one := range suricata.CheckPolicy(all.groups) {
		g := all.owners[one.Group]
		sid, _ := g.line(one.Line).Rule.SID()
		p.add(Problem{Kind: one.Rule, Severity: diag.Warning, Group: g, Where: g.where(one.Line), Rule: one.Line, Subject: fmt.Sprint(sid),
			Summary: one.Summary, Detail: fmt.Sprintf("in %s %d: %s", g.Unit, one.Line, one.Detail), Fix: one.Fix})
	}
}
