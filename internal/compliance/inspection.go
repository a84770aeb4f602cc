package compliance

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	names "github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/webacl"
)

// deepInspection lists firewalls with stateful rules.
func (c *collector) deepInspection() {
	for _, f := range c.firewalls {
		state, why := c.firewallState(f)
		if state == Acts && len(f.Policy.Members) == 0 {
			state, why = Idle, "its policy has no stateful rule group: it does not look into packets"
		}
		c.resource(state, f.Resource, why)
	}
	c.findings(weakened("firewall"))
}

// intrusions lists rule groups that look for attacks, and GuardDuty.
func (c *collector) intrusions() {
	for _, f := range c.firewalls {
		state, _ := c.firewallState(f)
		c.members(f, func(m networkfirewall.Member, name string) {
			switch {
			case m.Managed == "" && !looksForAttacks(m.Group):
			case state != Acts:
				c.resource(state, f.Resource, name+" is in its policy, but the firewall stops nothing")
			case m.AlertOnly || m.Managed == "" && !groupDrops(m.Group):
				c.resource(Idle, f.Resource, name+" only alerts: it detects and prevents nothing")
			default:
				c.resource(Acts, f.Resource, name+" drops what it recognizes")
			}
		})
		if f.Policy != nil && !slices.ContainsFunc(c.rows, func(e Evidence) bool { return e.ID == f.Resource.ID }) {
			c.resource(Idle, f.Resource, "its rules say who may talk to whom; none looks for attacks")
		}
	}
	c.enabled("AWS::GuardDuty::Detector", "Enable", "GuardDuty detects intrusions; it prevents none by itself", "GuardDuty is off")
}

// members visits the rule groups of a firewall's policy with their names.
func (c *collector) members(f *firewalls.Firewall, visit func(m networkfirewall.Member, name string)) {
	if f.Policy == nil {
		c.resource(Unknown, f.Resource, "its policy is not in these templates")
		return
	}
	for _, m := range f.Policy.Members {
		name := m.Managed
		if m.Group != nil {
			name = m.Group.Path
		}
		if name == "" {
			c.resource(Unknown, f.Resource, "a rule group of its policy is not in these templates")
			continue
		}
		visit(m, name)
	}
}

// looksForAttacks reports whether a rule of a group looks at the content of packets beyond names.
func looksForAttacks(g *networkfirewall.Group) bool {
	return g != nil && slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool {
		_, class := l.Rule.Get("classtype")
		_, pattern := l.Rule.Get("pcre")
		return class || pattern
	})
}

// mirroring lists sessions of traffic mirroring.
func (c *collector) mirroring() {
	for _, r := range c.ofType("AWS::EC2::TrafficMirrorSession") {
		c.resource(Acts, r, "it copies the packets of an interface")
	}
	if len(c.rows) > 0 {
		return
	}
	for _, kind := range []string{"AWS::EC2::TrafficMirrorTarget", "AWS::EC2::TrafficMirrorFilter"} {
		for _, r := range c.ofType(kind) {
			c.resource(Idle, r, "no session of these templates copies packets")
		}
	}
}

// tlsInspection lists firewalls that decrypt TLS.
func (c *collector) tlsInspection() {
	for _, f := range c.firewalls {
		state, why := c.firewallState(f)
		switch {
		case f.Policy == nil:
			c.resource(Unknown, f.Resource, "its policy is not in these templates")
		case !f.Policy.InspectsTLS:
			c.resource(Lacks, f.Resource, "its policy does not decrypt TLS: it reads names, and no content")
		case state == Acts:
			c.resource(Acts, f.Resource, "its policy decrypts TLS")
		default:
			c.resource(state, f.Resource, "its policy decrypts TLS, but "+why)
		}
	}
}

// threatIntelligence lists rules that come from lists of bad addresses and names.
func (c *collector) threatIntelligence() {
	for _, f := range c.firewalls {
		state, _ := c.firewallState(f)
		c.members(f, func(m networkfirewall.Member, name string) {
			switch {
			case m.Managed == "" && !isFeed(m.Group):
			case m.AlertOnly:
				c.resource(Idle, f.Resource, name+" only alerts")
			case state == Acts:
				c.resource(Acts, f.Resource, name)
			default:
				c.resource(state, f.Resource, name+" is in its policy, but the firewall stops nothing")
			}
		})
	}
	for _, w := range c.acls {
		if w.Resource.Rewritten != "" || slices.ContainsFunc(w.ACL.Rules, func(r webacl.Rule) bool { return r.Unread }) {
			c.resource(Unknown, w.Resource, "some of its rules are known only at deployment")
		}
		for _, r := range w.ACL.Rules {
			if r.Statement == nil || r.Statement.ManagedRuleGroupStatement == nil ||
				!strings.Contains(r.Statement.ManagedRuleGroupStatement.Name, "IpReputation") {
				continue
			}
			state, why := webACLState(w)
			if state == Acts && !blocks(r) {
				state, why = Idle, "it only counts"
			}
			c.resource(state, w.Resource, r.Statement.ManagedRuleGroupStatement.Name+": "+why)
		}
	}
	c.threatLists()
	c.enabled("AWS::GuardDuty::ThreatIntelSet", "Activate", "a list of bad addresses for GuardDuty", "it is not active")
}

// threatLists lists the rules of DNS firewalls about threats that AWS knows.
func (c *collector) threatLists() {
	for _, v := range c.Topology.VPCs {
		for _, g := range names.Groups(c.Assembly, func(value cfn.Value) (is, maybe bool) {
			return v.Resource != nil && value.Resource == v.Resource, false
		}) {
			for _, r := range g.Rules {
				if r.Threat == "" {
					continue
				}
				state := Acts
				if r.Action != dnsfirewall.Block {
					state = Idle
				}
				c.resource(state, g.By, "DNS firewall: "+strings.ToLower(string(r.Threat))+", "+strings.ToLower(string(r.Action)))
			}
		}
	}
}

// isFeed reports whether a group has rules that are made from a feed, or refers to a list that others maintain.
func isFeed(g *networkfirewall.Group) bool {
	return g != nil && (len(g.References) > 0 || g.List != nil && g.List.Action != "ALLOWLIST" ||
		slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool { return strings.Contains(l.Rule.Msg(), "feed") }))
}
