package importer

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/traffic"
)

// rulesOnly is what is known of a network of which the templates have a firewall alone: the tiers are the blocks that its rules name.
type rulesOnly struct {
	firewall *firewalls.Firewall
	groups   []*firewalls.Group
	blocks   map[*tier]netip.Prefix
}

// maxRuleTiers bounds the tiers that are made of blocks in rules: more are addresses rather than tiers.
const maxRuleTiers = 24

// findRuleTiers makes tiers of the private blocks that a firewall's rules name, if there are no groups to make them of.
func (i *importer) findRuleTiers() {
	all := firewalls.Read(i.assembly)
	if len(i.tiers) > 0 || len(all.Firewalls) == 0 || all.Firewalls[0].Policy == nil {
		return
	}
	f := all.Firewalls[0]
	r := firewallReader{importer: i, Firewall: f, groups: all.GroupsOf(f.Policy)}
	found := r.blocksNamed()
	if len(found) == 0 || len(found) > maxRuleTiers {
		return
	}
	i.rulesOnly = &rulesOnly{f, r.groups, map[*tier]netip.Prefix{}}
	for _, b := range found {
		t := &tier{groups: []*reach.Group{{Name: b.name}}}
		i.tiers = append(i.tiers, t)
		i.rulesOnly.blocks[t] = b.prefix
	}
	r.ruleFlows()
}

// namedBlock is a block that a rule names.
type namedBlock struct {
	prefix netip.Prefix
	name   string
	at     *cfn.Resource
}

// blocksNamed returns the private IPv4 blocks that rules name, without those that hold others. A block that a rule leads to has the name of
// the rule's group.
func (r firewallReader) blocksNamed() []namedBlock {
	var out []namedBlock
	add := func(g *firewalls.Group, text string, target bool) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil || !prefix.Addr().Is4() || !prefix.Addr().IsPrivate() || prefix != prefix.Masked() || prefix.Bits() < 16 ||
			prefix.Bits() > 28 {
			return
		}
		at := slices.IndexFunc(out, func(b namedBlock) bool { return b.prefix == prefix })
		if at < 0 {
			at = len(out)
			out = append(out, namedBlock{prefix: prefix})
		}
		if target && out[at].at == nil {
			out[at].name, out[at].at = groupName(g), g.Resource
		}
	}
	for _, g := range r.groups {
		for _, one := range r.rulesOf(g) {
			add(g, one.Source, false)
			add(g, one.Destination, true)
		}
	}
	all := slices.Clone(out)
	out = slices.DeleteFunc(out, func(b namedBlock) bool {
		return slices.ContainsFunc(all, func(o namedBlock) bool {
			return o.prefix != b.prefix && b.prefix.Overlaps(o.prefix) && b.prefix.Bits() < o.prefix.Bits()
		})
	})
	for n, b := range out {
		if b.at == nil || b.name == "" {
			out[n].name = "Net" + strings.NewReplacer(".", "-", "/", "-").Replace(b.prefix.String())
		}
	}
	return out
}

// ruleWords end the names of rule groups, and say nothing about the tier.
var ruleWords = lazyregexp.New(`(?i)(-?_?(stateful|traffic|rules?|rule-?groups?|firewall|allow(ed)?|network))+$`)

// groupName returns what the name of a rule group says of the tier that its rules lead to.
func groupName(g *firewalls.Group) string {
	name := g.Resource.ID
	if stated, ok := g.Resource.Get("RuleGroupName").Literal(); ok {
		name = stated
	}
	return cut(noStart.ReplaceAllString(strings.Trim(noLetter.ReplaceAllString(ruleWords.ReplaceAllString(name, ""), "-"), "-"), ""))
}

// ruleFlows makes traffic of the rules that pass.
func (r firewallReader) ruleFlows() {
	for _, g := range r.groups {
		for _, one := range r.rulesOf(g) {
			if one.Action != suricata.Pass {
				continue
			}
			r.ruleFlow(g, one)
		}
	}
}

// ruleFlow makes traffic of one rule.
func (r firewallReader) ruleFlow(g *firewalls.Group, one firewallRule) {
	set, err := ruleTraffic(g, one)
	from, to := r.endsOf(g, one.Source), r.endsOf(g, one.Destination)
	if name, ok := one.host(); ok {
		to = []end{{kind: arch.Domain, text: name}}
	}
	if err != nil || len(from) == 0 || len(to) == 0 {
		r.lost(one.resource, one.path, "%s is not imported, because its ends are not known: %.120q", one.place, one.String())
		return
	}
	for _, f := range from {
		for _, t := range to {
			if f.tier == nil && t.tier == nil || f.tier != nil && f.tier == t.tier {
				continue
			}
			r.traffic = append(r.traffic, pair{
				from: f, to: t, sets: byFamily{set}, reason: one.reason(), resource: one.resource, line: one.resource.At(one.path).Line,
			})
		}
	}
	if one.Source == "any" && len(r.tiers) > 1 {
		r.unsaid(one.resource, one.path, "%s passes any source, also the other tiers: its flow is from the internet alone", one.place)
	}
	if one.Bidirectional {
		r.unsaid(one.resource, one.path, "%s is about both directions: its flow is the one that it writes first, and the answers to it",
			one.place)
	}
}

// endsOf returns the ends that an address of a rule stands for; none if that is not known.
func (r firewallReader) endsOf(g *firewalls.Group, text string) []end {
	if strings.EqualFold(text, "any") {
		return []end{{kind: arch.Internet, text: "internet"}}
	}
	set, err := g.Content.Addresses(text)
	if err != nil || len(set.Unknown) > 0 {
		return nil
	}
	var out []end
	var rest netipx.IPSetBuilder
	rest.AddSet(set.Set)
	for _, t := range r.tiers {
		if b := r.rulesOnly.blocks[t]; set.Set.ContainsPrefix(b) {
			out = append(out, end{tier: t})
			rest.RemovePrefix(b)
		}
	}
	left, err := rest.IPSet()
	if err != nil || len(out) > 0 {
		return out // The rest of a block around tiers is nobody's.
	}
	for _, p := range left.Prefixes() {
		out = append(out, end{kind: arch.CIDR, text: p.String()})
	}
	return out[:min(len(out), maxRuleTiers)]
}

// ruleTraffic returns what a rule's header is about.
func ruleTraffic(g *firewalls.Group, one firewallRule) (traffic.Set, error) {
	ports, err := g.Content.Ports(one.DestinationPort)
	if err != nil {
		return traffic.Set{}, err
	}
	all := ports.Equal(traffic.AllPorts())
	switch one.Protocol {
	case "ip":
		if all {
			return traffic.Everything(), nil
		}
		return traffic.OnPorts(traffic.TCP, ports).Union(traffic.OnPorts(traffic.UDP, ports)), nil
	case "icmp":
		return traffic.Protocol(traffic.ICMP), nil
	case "udp", "quic", "ntp", "dhcp", "tftp":
		return traffic.OnPorts(traffic.UDP, ports), nil
	case "dns":
		if all {
			ports = traffic.PortsFrom(53, 53)
		}
		return traffic.OnPorts(traffic.TCP, ports).Union(traffic.OnPorts(traffic.UDP, ports)), nil
	}
	if all && len(usualPorts[one.Protocol]) > 0 {
		ports = traffic.PortSet{}
		for _, p := range usualPorts[one.Protocol] {
			ports = ports.Union(traffic.PortsFrom(p, p))
		}
	}
	return traffic.OnPorts(traffic.TCP, ports), nil
}

// usualPorts are the ports of protocols whose rules name none.
var usualPorts = map[string][]int{"tls": {443}, "http": {80}, "ssh": {22}, "smtp": {25}}

// reason is the message of a rule without what the product writes before it, or the logical id of its group.
func (r firewallRule) reason() string {
	text := r.Msg()
	if before, after, ok := strings.Cut(text, ": "); ok && strings.Contains(before, " -> ") {
		text = after
	} else if strings.Contains(text, " -> ") {
		text = ""
	}
	if text == "" || r.isList {
		return "imported: " + r.resource.ID
	}
	return text
}

// network makes the network of tiers that are known by their blocks alone: each block is divided among the zones.
func (o *rulesOnly) network(i *importer) (document.Network, string) {
	zones, region := i.zones(nil)
	for count := len(o.firewall.Resource.Get("SubnetMappings").Items); len(zones) < min(count, arch.MaxZones); {
		zones = append(zones, region+string(rune('a'+len(zones))))
	}
	n := document.Network{Zones: zones, CIDR: o.around()}
	for _, t := range i.tiers {
		b := o.blocks[t]
		i.document(t).Subnets = divided(b, len(zones))
	}
	i.assume("the network is %s, with the zones %s: the VPC and its subnets are not in the templates", n.CIDR, strings.Join(zones, ", "))
	i.assume("the block of each tier is divided among the zones")
	i.unsaid(o.firewall.Resource, "", "the templates have no routes to %s: the new network leads the declared paths through it",
		o.firewall.Resource.ID)
	return n, region
}

// around returns the smallest usual range that holds all blocks.
func (o *rulesOnly) around() string {
	for bits := 20; bits >= 16; bits-- {
		var all netip.Prefix
		same := true
		for _, b := range o.blocks {
			p, _ := b.Addr().Prefix(bits)
			same = same && (!all.IsValid() || p == all)
			all = p
		}
		if same && bits == 16 {
			return all.String()
		}
	}
	return "10.0.0.0/16"
}

// divided divides a block into equal parts, one for each zone.
func divided(b netip.Prefix, zones int) []string {
	bits := 0
	for 1<<bits < zones {
		bits++
	}
	if b.Bits()+bits > 28 {
		return nil
	}
	var out []string
	next := b.Addr()
	for range zones {
		p := netip.PrefixFrom(next, b.Bits()+bits)
		out = append(out, p.String())
		next = netipx.PrefixLastIP(p).Next()
	}
	return out
}

// passesAnswers reports whether a rule of the policy passes what servers answer: one about whole connections, or about answers.
func (o *rulesOnly) passesAnswers(r firewallReader) bool {
	return slices.ContainsFunc(r.groups, func(g *firewalls.Group) bool {
		return slices.ContainsFunc(r.rulesOf(g), func(one firewallRule) bool {
			flow, _ := one.Get("flow")
			return one.Action == suricata.Pass && !strings.Contains(flow, "to_server") &&
				(one.Bidirectional || strings.Contains(flow, "to_client") || one.Kind().Scope() == suricata.ScopeFlow)
		})
	})
}

// unproven says why nothing is proven of a network of which only a firewall is known.
func (o *rulesOnly) unproven(i *importer) []string {
	out := []string{"the templates have no security groups and no routes, so what they carry is not known, and nothing was compared"}
	r := firewallReader{importer: i, Firewall: o.firewall, groups: o.groups}
	if _, strict := r.drops(); strict && !o.passesAnswers(r) {
		out = append(out, fmt.Sprintf("%s drops what no rule passes, and no rule of it passes answers: as it is written, nothing gets "+
			"through it "+
			"but first packets; the flows are what its rules mean", o.firewall.Policy.Resource.ID))
	}
	return out
}
