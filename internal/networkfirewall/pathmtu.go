package networkfirewall

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/traffic"
)

// pathMTU warns about a policy that passes connections, but drops the ICMP errors that tell their ends to send smaller packets. Every
// default action that drops does this (measured). Firewall endpoints carry packets of 8,500 bytes, and hosts in a VPC send up to 9,001.
func (p *problems) pathMTU(policy *Policy) {
	if policy.mayHaveMoreRules() || policy.dropAction() == "" {
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
		p.report(diag.Warning, "path-mtu", "FirewallPolicy", "the policy drops the ICMP errors about packets that are too large for the path",
			"hosts do not learn to send smaller packets, so large packets of connections that the policy passes are lost",
			`add a rule: pass icmp any any -> any any (msg:"path MTU discovery"; itype:3; icode:4; sid:1000001;)`)
	}
}

// passesPathMTU reports whether a rule passes ICMP messages of type 3 and code 4: fragmentation needed.
func (g *Group) passesPathMTU() bool {
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool {
		if l.Rule.Action != suricata.Pass || l.Rule.Protocol != "icmp" && l.Rule.Protocol != "ip" {
			return false
		}
		for keyword, want := range map[string]int{"itype": traffic.Unreachable, "icode": traffic.FragmentationNeeded} {
			if value, stated := l.Rule.Get(keyword); stated && strings.TrimSpace(value) != strconv.Itoa(want) {
				return false
			}
		}
		return true
	})
}
