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
			p.problems.warn("managed-after-pass", p.problems.path+":"+m.managed.name, "a managed group does not look at what rules before it pass",
				fmt.Sprintf("%s has priority %d, and %s with priority %d passes traffic", m.managed.name, m.priority, passes.group.problems.path, passes.priority),
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
	p.problems.warn("path-mtu", p.problems.path, "the policy drops what tells hosts that their packets are too large for the path",
		"large packets of connections that it passes are lost without a word", `add a rule: pass icmp any any -> any any (msg:"path MTU discovery"; itype:3; icode:4; sid:1000001;)`, p.problems.at)
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
