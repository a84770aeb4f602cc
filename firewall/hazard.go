package firewall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/suricata"
)

// checkOrder warns of managed groups behind rules that pass traffic: what a rule passes is looked at by nothing behind it.
func (p *Policy) checkOrder() {
	var passes *member
	for _, m := range p.ordered() {
		switch {
		case m.group != nil && passes == nil && m.group.passes():
			passes = &m
		case m.group == nil && passes != nil:
			p.problems.Warn("managed-after-pass", p.problems.Path+":"+m.managed.name, "a managed group does not look at what rules before it pass",
				fmt.Sprintf("%s has priority %d, and %s with priority %d passes traffic", m.managed.name, m.priority, passes.group.problems.Path, passes.priority),
				"give the managed group a smaller priority", m.at)
		}
	}
}

// passes reports whether a rule of the group passes traffic. ICMP carries no threats that managed groups know.
func (g *RuleGroup) passes() bool {
	if g.list != nil {
		return g.list.Action == AllowList
	}
	return slices.ContainsFunc(g.content.Lines, func(l suricata.Line) bool { return l.Rule.Action == suricata.Pass && l.Rule.Protocol != "icmp" })
}

// checkPathMTU warns of a policy that passes connections, and drops the ICMP errors that tell their ends to send smaller packets:
// all default actions that drop do so (measured). Endpoints carry 8,500 bytes, hosts in a VPC send 9,001.
func (p *Policy) checkPathMTU() {
	passes := false
	for _, m := range p.members {
		switch {
		case m.group == nil:
		case m.group.imported || m.group.passesPathMTU():
			return
		default:
			passes = passes || m.group.passes()
		}
	}
	if !passes || !slices.ContainsFunc(p.props.DefaultActions, DefaultAction.drops) {
		return
	}
	p.problems.Warn("path-mtu", p.problems.Path, "the policy drops what tells hosts that their packets are too large for the path",
		"large packets of connections that it passes are lost without a word", `add a rule: pass icmp any any -> any any (msg:"path MTU discovery"; itype:3; icode:4; sid:1000001;)`, p.problems.At)
}

// passesPathMTU reports whether a rule passes ICMP messages of type 3 and code 4.
func (g *RuleGroup) passesPathMTU() bool {
	return slices.ContainsFunc(g.content.Lines, func(l suricata.Line) bool {
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

// rest is what the default actions drop, if they drop anything.
func (p *Policy) rest() (rest suricata.Rest, drops bool) {
	i := slices.IndexFunc(p.props.DefaultActions, DefaultAction.drops)
	if i < 0 {
		return rest, false
	}
	switch p.props.DefaultActions[i] {
	case DropStrict:
		rest = suricata.Rest{Handshakes: true, Answers: true}
	case DropEstablishedAppLayer:
		rest = suricata.Rest{Answers: true}
	}
	return rest, true
}

// checkGaps warns of rules that pass connections in one direction only, where the default actions drop the other.
func (p *Policy) checkGaps() {
	rest, drops := p.rest()
	if !drops || slices.ContainsFunc(p.members, func(m member) bool { return m.group != nil && m.group.imported }) {
		return // Somebody else's rules may pass the rest.
	}
	groups, members := p.written()
	for _, gap := range suricata.Gaps(groups, rest) {
		g := members[gap.Rule.Group].group
		line := g.content.Lines[gap.Rule.Line]
		sid, _ := line.Rule.SID()
		summary, fix := "a rule passes requests, and the default actions drop the answers",
			"add a rule for the answers, with source and destination changed over and flow:to_client, or leave flow out: the verdict then holds for the whole connection"
		if gap.Handshake {
			summary, fix = "a rule passes connections that can never be established, as the default actions drop the handshake",
				"use DropEstablishedAppLayerToServer with its alert, or add rules that pass the handshake"
		}
		p.problems.Warn("one-way", fmt.Sprintf("%s:%d", g.problems.Path, sid), summary, fmt.Sprintf("%s %d of %s: %.200s", g.kind, line.Number, g.problems.Path, line.Text), fix, g.problems.At)
	}
}
