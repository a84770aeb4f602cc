package compliance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	names "github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/webacl"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

// firewallState says whether a network firewall stops packets: routes lead to it, and its policy drops something.
func (c *collector) firewallState(f *firewalls.Firewall) (State, string) {
	routes, doubt := c.led(func(t reach.Target) bool { return t.Kind == reach.Middlebox && t.Resource == f.Resource })
	switch {
	case routes == 0 && doubt != "":
		return Unknown, "whether a route of a subnet leads to it is not known: " + doubt
	case routes == 0:
		return Idle, "no route of a subnet leads to it"
	}
	lead := "routes of " + counted(routes, "subnet") + " lead to it"
	if f.Policy == nil {
		return Unknown, lead + "; its policy is not in these templates"
	}
	if !drops(f.Policy) {
		if f.Policy.Open || f.Policy.OpenDefaults || len(f.Policy.Unknown) > 0 {
			return Unknown, lead + "; what its policy drops is known only at deployment"
		}
		return Idle, lead + ", but its policy stops nothing: it only observes"
	}
	return Acts, lead + ", and its policy drops packets"
}

// led counts the subnets with routes to a target. The doubt says why another one may have such a route.
func (c *collector) led(to func(reach.Target) bool) (subnets int, doubt string) {
	for _, s := range c.Topology.Subnets {
		if s.Table == nil {
			doubt = cmp.Or(doubt, "the route table of "+s.Name+" is not known")
			continue
		}
		leads, perhaps := false, cmp.Or(s.Unsure, s.Table.Unsure)
		for _, r := range s.Table.Routes {
			if to(r.Target) {
				leads = leads || r.Unsure == "" && s.Unsure == ""
				perhaps = cmp.Or(perhaps, r.Unsure)
			}
		}
		if leads {
			subnets++
		} else {
			doubt = cmp.Or(doubt, perhaps)
		}
	}
	return subnets, doubt
}

// drops reports whether a policy stops any packet.
func drops(p *firewalls.Policy) bool {
	if slices.Contains(p.StatelessDefaults, "aws:pass") {
		return false // Everything passes before a stateful rule looks.
	}
	if slices.ContainsFunc(p.Defaults, func(d string) bool { return strings.HasPrefix(d, "aws:drop_") }) {
		return true
	}
	return slices.ContainsFunc(p.Members, func(m networkfirewall.Member) bool {
		return !m.AlertOnly && (m.Managed != "" || m.Group != nil && groupDrops(m.Group))
	})
}

func groupDrops(g *networkfirewall.Group) bool {
	if g.List != nil {
		return g.List.Action != "ALERTLIST"
	}
	return slices.ContainsFunc(g.Content.Lines, func(l suricata.Line) bool { return l.Rule.Action == "drop" || l.Rule.Action == "reject" })
}

// webACLState says whether a web ACL stops requests to something.
func webACLState(w webacls.WebACL) (State, string) {
	if len(w.Protects) == 0 {
		return Idle, "it protects nothing in these templates"
	}
	of := "it protects " + protected(w)
	n := len(slices.DeleteFunc(slices.Clone(w.ACL.Rules), func(r webacl.Rule) bool { return !blocks(r) }))
	switch {
	case w.ACL.DefaultAction != nil && w.ACL.DefaultAction.Block != nil:
		return Acts, of + "; what no rule allows is blocked"
	case n > 0:
		return Acts, fmt.Sprintf("%s; rules that stop requests: %d of %d", of, n, len(w.ACL.Rules))
	case len(w.Problems) > 0 || slices.ContainsFunc(w.ACL.Rules, func(r webacl.Rule) bool { return r.Unread }):
		return Unknown, of + "; what its rules do is known only at deployment"
	}
	return Idle, of + ", but all of its rules only count: it stops nothing"
}

func protected(w webacls.WebACL) string {
	var out []string
	for _, v := range w.Protects {
		out = append(out, nameOf(v))
	}
	slices.Sort(out)
	return listed(out)
}

// blocks reports whether a rule may stop a request.
func blocks(r webacl.Rule) bool {
	if r.Action != nil {
		return r.Action.Block != nil || r.Action.Captcha != nil || r.Action.Challenge != nil
	}
	return !r.Unread && r.OverrideAction != nil && r.OverrideAction.None != nil
}

// managers adds resources by which a central team may change web ACLs.
func (c *collector) managers() {
	for _, m := range webacls.Managers(c.Assembly) {
		c.add(Evidence{State: Unknown, Object: pathOf(m.Resource), ID: m.Resource.ID, At: lineOf(m.Resource), Shows: m.Text()})
	}
}

// dnsFirewalls lists the DNS firewalls of the VPCs.
func (c *collector) dnsFirewalls() {
	seen := map[*cfn.Resource]bool{}
	for _, v := range c.Topology.VPCs {
		of := func(value cfn.Value) (is, maybe bool) {
			if value.Kind == cfn.Reference {
				return v.Resource != nil && value.Resource == v.Resource, false
			}
			return v.Resource == nil && value.String() == v.Name, value.Kind != cfn.Text
		}
		for _, g := range names.Groups(c.Assembly, of) {
			if seen[g.By] {
				continue
			}
			seen[g.By] = true
			state, says := dnsState(g)
			c.resource(state, g.By, says)
		}
	}
}

func dnsState(g names.Group) (State, string) {
	stops := slices.ContainsFunc(g.Rules, func(r dnsfirewall.Rule) bool { return r.Action == dnsfirewall.Block && r.Unknown == "" })
	switch {
	case g.Perhaps != "" || g.Unknown != "" && !stops:
		return Unknown, "DNS firewall: " + g.Perhaps + g.Unknown
	case stops:
		return Acts, "DNS firewall: queries for other names are blocked"
	}
	return Idle, "DNS firewall: it only alerts, and answers every query"
}
