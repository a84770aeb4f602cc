package importer

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/suricata"
)

// firewallRule is a rule of a firewall, with its place.
type firewallRule struct {
	suricata.Rule
	resource *cfn.Resource
	path     string // of the property that holds it
	place    string // "line 3 of WebRules"
	isList   bool   // AWS generates it of a domain list
}

func (r firewallRule) stops() bool { return r.Action == suricata.Drop || r.Action == suricata.Reject }

// rulesOf returns the rules of a group: for a domain list, those that AWS generates.
func (r firewallReader) rulesOf(g *firewalls.Group) []firewallRule {
	const source = "RuleGroup.RulesSource."
	var out []firewallRule
	if g.List != nil {
		for n, generated := range g.List.Rules(r.Policy.Order == "STRICT_ORDER", "") {
			path := source + "RulesSourceList"
			if n < len(g.List.Targets) {
				path += fmt.Sprintf(".Targets[%d]", n)
			}
			out = append(out, firewallRule{generated, g.Resource, path, "the domain list " + g.Resource.ID, true})
		}
		return out
	}
	for _, l := range g.Content.Lines {
		path := source + "RulesString"
		if g.Unit == "rule" {
			path = fmt.Sprintf("%sStatefulRules[%d]", source, l.Number-1)
		}
		out = append(out, firewallRule{l.Rule, g.Resource, path, fmt.Sprintf("%s %d of %s", g.Unit, l.Number, g.Resource.ID), false})
	}
	return out
}

// rules notes what of the rules the file does not say.
func (r firewallReader) rules() {
	if r.manyNames {
		r.lost(r.Policy.Resource, "FirewallPolicy", "the rules of %s name more than %d hosts, for which no flows are made: none of them is "+
			"in the file",
			r.Policy.Resource.ID, maxNames)
	}
	for _, g := range r.groups {
		for _, why := range g.Unknown {
			r.lost(g.Resource, "RuleGroup", "the rules of %s are not known whole: %s", g.Resource.ID, why)
		}
		if g.IsStateless {
			continue
		}
		rules := r.rulesOf(g)
		if len(rules) == 0 {
			r.lost(g.Resource, "RuleGroup", "no rule of %s can be read", g.Resource.ID)
		}
		r.pinNumbers(g, rules)
		r.defaultDrops(g, rules)
		for _, one := range rules {
			if special, why := one.special(); special || one.Action == suricata.Alert {
				r.special = append(r.special, specialRule{one, why})
			}
		}
	}
}

// specialRule is a rule that flows do not say, or that only logs. It is lost unless the regenerated firewall has it as well.
type specialRule struct {
	firewallRule
	why string
}

// plainOptions are the options of rules that do not change what they match, or that flows say.
var plainOptions = []string{
	"msg", "sid", "rev", "metadata", "reference", "classtype", "priority", "noalert", "target", "flow", "itype", "icode",
}

// nameOptions match the name of a host.
var nameOptions = []string{"tls.sni", "http.host", "content", "dotprefix", "startswith", "endswith", "nocase"}

// special reports whether flows do not say what a rule matches, and why not.
func (r firewallRule) special() (is bool, why string) {
	if r.Action == suricata.Alert {
		return false, ""
	}
	for _, o := range r.Options {
		switch {
		case slices.Contains(plainOptions, o.Keyword):
		case slices.Contains(nameOptions, o.Keyword):
			if _, ok := r.host(); !ok {
				return true, fmt.Sprintf("its %s is not a whole name", o.Keyword)
			}
		default:
			return true, fmt.Sprintf("%.40q has no word in the format", o.Keyword)
		}
	}
	if r.stops() && len(r.hostNames()) > 0 {
		return true, "the file names only hosts that may be reached"
	}
	if _, named := r.host(); !named && !slices.Contains([]string{"ip", "tcp", "udp", "icmp"}, r.Protocol) {
		return true, fmt.Sprintf("the protocol %.20s has no word in the format, only its ports", r.Protocol)
	}
	return false, ""
}

// host returns the name that a rule is about, if it is about a whole name: with a leading dot, a domain and all below it.
func (r firewallRule) host() (string, bool) {
	names := r.hostNames()
	if len(names) != 1 {
		return "", false
	}
	name := strings.ToLower(names[0])
	_, dotted := r.Get("dotprefix")
	_, starts := r.Get("startswith")
	_, ends := r.Get("endswith")
	if _, err := arch.ParseDomain(name); err != nil {
		return "", false
	}
	return name, ends && (starts && !dotted || dotted && strings.HasPrefix(name, "."))
}

// hostNames returns the texts that a rule looks for in the names of hosts.
func (r firewallRule) hostNames() []string {
	var out []string
	inName := false
	for _, o := range r.Options {
		switch o.Keyword {
		case "tls.sni", "http.host":
			inName = true
		case "content":
			if inName && !strings.HasPrefix(o.Value, "!") {
				out = append(out, strings.Trim(o.Value, `"`))
			}
		}
	}
	return out
}

// defaultDrops says of rules that stop traffic, by addresses and ports alone, that the file needs none.
func (r firewallReader) defaultDrops(g *firewalls.Group, rules []firewallRule) {
	var stops []firewallRule
	for _, one := range rules {
		if special, _ := one.special(); one.stops() && !special {
			stops = append(stops, one)
		}
	}
	if len(stops) > 0 {
		r.unsaid(stops[0].resource, stops[0].path, "%s not in the file, which closes whatever it does not declare",
			many(len(stops), "rule of "+g.Resource.ID+" that drops or rejects is", "rules of "+g.Resource.ID+" that drop or reject are"))
	}
}

func many(n int, one, several string) string {
	if n == 1 {
		return "one " + one
	}
	return strconv.Itoa(n) + " " + several
}

// The numbers of rules that the product makes: see package plan.
const firstMadeSID, lastMadeSID = 1 << 29, 1<<31 - 1

// pinNumbers keeps the numbers of rules that the format allows, and names the others.
func (r firewallReader) pinNumbers(g *firewalls.Group, rules []firewallRule) {
	var outside, shared []string
	if g.List != nil {
		return // AWS numbers them.
	}
	for _, one := range rules {
		sid, ok := one.SID()
		switch {
		case !ok || one.Action != suricata.Pass || sid >= firstMadeSID && sid <= lastMadeSID:
		case sid < arch.MinSID || sid > arch.MaxSID:
			outside = append(outside, strconv.Itoa(sid))
		case !r.pin(g, one, sid):
			shared = append(shared, strconv.Itoa(sid))
		}
	}
	if len(outside) > 0 {
		r.unsaid(g.Resource, rules[0].path, "the numbers (SIDs) of rules of %s change: %s; a flow can have numbers from %d to %d",
			g.Resource.ID, summary(outside), arch.MinSID, arch.MaxSID)
	}
	if len(shared) > 0 {
		r.unsaid(g.Resource, rules[0].path, "the numbers (SIDs) of rules of %s change: %s; no single flow is what each of these rules passes",
			g.Resource.ID, summary(shared))
	}
}

// pin gives a rule's number to the flow that the rule is for, and reports whether there is exactly one such flow.
func (r firewallReader) pin(g *firewalls.Group, one firewallRule, sid int) bool {
	service, known := r.ruleService(g, one)
	if !known {
		return false
	}
	found := -1
	for n, f := range r.doc.Flows {
		if f.Service != service || !r.isEnd(g, one.Source, f.From) || !r.isTarget(g, one, f.To) {
			continue
		}
		if found >= 0 || f.SID != 0 {
			return false
		}
		found = n
	}
	if found < 0 {
		return false
	}
	r.doc.Flows[found].SID = sid
	return true
}

func (r firewallReader) isTarget(g *firewalls.Group, one firewallRule, to string) bool {
	if name, ok := one.host(); ok {
		return name == to
	}
	return r.isEnd(g, one.Destination, to)
}

// isEnd reports whether an address of a rule is that of an end of a flow.
func (r firewallReader) isEnd(g *firewalls.Group, text, name string) bool {
	set, err := g.Content.Addresses(text)
	home := err == nil && slices.Equal(set.Unknown, []string{"$HOME_NET"}) && len(r.Policy.HomeNet) == 0
	if err != nil || len(set.Unknown) > 0 && !home {
		return false
	}
	for _, t := range r.tiers {
		if t.id == name {
			return home || r.isAt(t, set.Set)
		}
	}
	if text == "any" {
		return name == "internet"
	}
	return text == name
}

// ruleService returns the service of a rule as flows write it.
func (r firewallReader) ruleService(g *firewalls.Group, one firewallRule) (string, bool) {
	set, err := ruleTraffic(g, one)
	if err != nil {
		return "", false
	}
	text, rest := serviceOf(set)
	return text, rest.Minus(portZero).IsEmpty()
}

// isAt reports whether addresses are those of a tier: all of its blocks and no more than usual around them.
func (i *importer) isAt(t *tier, set *netipx.IPSet) bool {
	var blocks []netip.Prefix
	if i.rulesOnly != nil {
		blocks = append(blocks, i.rulesOnly.blocks[t])
	}
	for _, s := range t.subnets {
		for _, b := range s.Blocks {
			if b.Base != "" || b.Is6() {
				return false
			}
			blocks = append(blocks, b.Prefix)
		}
	}
	all := slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return !set.ContainsPrefix(b) })
	return len(blocks) > 0 && !all && !set.Contains(netip.MustParseAddr("8.8.8.8"))
}
