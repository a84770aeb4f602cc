package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Direction is the side of a group that a rule is on.
type Direction int

// The directions.
const (
	Ingress Direction = iota
	Egress
)

// String returns "Ingress" or "Egress", as in the names of CloudFormation's resource types.
func (d Direction) String() string {
	if d == Egress {
		return "Egress"
	}
	return "Ingress"
}

// RuleKey is what EC2 tells a group's rules from each other by. Two rules with one key are one rule.
type RuleKey struct {
	Group     string // the id of the tier whose group holds the rule
	Direction Direction
	Ports     arch.Ports
	Peer      arch.Peer // a tier, standing for its group, a block or a prefix list
}

// Rule is one rule of a security group.
type Rule struct {
	RuleKey
	Description string // legal in EC2
	Flows       []int  // the flows it serves, as indexes into the model's
}

// Group is the security group of one tier, with the rules that are part of it.
type Group struct {
	Tier            string
	Ingress, Egress []Rule
}

// StandaloneRule is a rule that is a resource of its own. Between two groups, the rule at the later one, in the order of
// tier ids with imported tiers first, is part of that group, and the rule at the earlier is standalone and lives with the
// later: references lead from later to earlier only, so that no cycle can arise, and the place of a rule depends on
// nothing but its two ends.
type StandaloneRule struct {
	Rule
	Scope string // the id of the later tier, under which the resource lives
	ID    string // a function of RuleKey alone, unique under Scope
}

// groups derives the groups with all their rules and checks their quotas.
func (p *Plan) groups() diag.List {
	b := groupBuilder{m: p.Model, rules: map[RuleKey]*Rule{}}
	for i, f := range p.Model.Flows {
		b.flow(i, f)
	}
	byGroup := map[string]*Group{}
	for _, t := range p.Model.Tiers {
		if t.Imported == nil {
			byGroup[t.ID] = &Group{Tier: t.ID}
		}
	}
	for _, r := range b.rules {
		switch holder := byGroup[r.Group]; {
		case holder == nil || r.Peer.Kind.IsTier() && !p.later(r.Group, r.Peer.Text):
			p.Rules = append(p.Rules, p.standalone(*r))
		case r.Direction == Ingress:
			holder.Ingress = append(holder.Ingress, *r)
		default:
			holder.Egress = append(holder.Egress, *r)
		}
	}
	for _, t := range p.Model.Tiers {
		if g := byGroup[t.ID]; g != nil {
			slices.SortFunc(g.Ingress, compareRules)
			slices.SortFunc(g.Egress, compareRules)
			p.Groups = append(p.Groups, *g)
		}
	}
	slices.SortFunc(p.Rules, func(a, b StandaloneRule) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.ID, b.ID))
	})
	p.widenGroups()
	return p.quotas(b.rules)
}

// widenGroups states where the groups let through more than the flows, as they know addresses only.
func (p *Plan) widenGroups() {
	tenants := p.tenants()
	for _, f := range p.Model.Flows {
		switch {
		case f.To.Kind == arch.Domain:
			p.Widenings = append(p.Widenings, arch.Widening{
				Control: "security group", Path: f.PathString(), Carries: arch.FormatService(f.Ports) + " to every address",
				Reason: "a group knows no names; " + p.readerOfNames(f),
			})
		case f.Path.Kind == arch.Inspected && f.From.Kind.IsTier() && f.To.Kind.IsTier():
			for _, end := range []arch.Peer{f.From, f.To} {
				if others := p.tenantsBeside(tenants, end.Text); len(others) > 0 {
					p.Widenings = append(p.Widenings, arch.Widening{
						Control: "security group", Path: f.PathString(), Carries: arch.FormatService(f.Ports) + " with the addresses of " + strings.Join(others, ", "),
						Reason: "references to groups do not match through the firewall, and " + end.Text + " has no addresses of its own; their own groups still stop it",
					})
				}
			}
		}
	}
}

// readerOfNames says who tells a domain peer from other addresses.
func (p *Plan) readerOfNames(f arch.CheckedFlow) string {
	switch {
	case f.Path.Kind != arch.Inspected:
		return p.Model.Network.DefaultRoute.String() + " leads to what does"
	case f.Path.Mode == arch.Observe:
		return "the network firewall reports other names, and stops none while it observes"
	}
	return "the network firewall passes this name alone"
}

// tenantsBeside lists the other tiers in a tier's subnets.
func (p *Plan) tenantsBeside(tenants map[string][]string, id string) []string {
	var out []string
	t, _ := p.Model.Tier(id)
	for _, other := range tenants[t.SubnetOwner()] {
		if other != id {
			out = append(out, other)
		}
	}
	return out
}

func compareRules(a, b Rule) int {
	return cmp.Or(a.Ports.Compare(b.Ports), cmp.Compare(a.Peer.Kind, b.Peer.Kind), strings.Compare(a.Peer.Text, b.Peer.Text), cmp.Compare(family(a.Peer), family(b.Peer)))
}

// family is the address family that a symbolic block is of.
func family(p arch.Peer) int {
	if p.IPv6 {
		return 6
	}
	return 4
}

// later reports whether tier a comes strictly after tier b.
func (p *Plan) later(a, b string) bool {
	imported := func(id string) bool {
		t, _ := p.Model.Tier(id)
		return t.Imported != nil
	}
	if ia, ib := imported(a), imported(b); ia != ib {
		return ib
	}
	return a > b
}

// standalone places a rule that is not part of its group. Its peer is a tier; where that is the later or the same one, the
// rule lives under it.
func (p *Plan) standalone(r Rule) StandaloneRule {
	group := r.Group
	if t, _ := p.Model.Tier(r.Group); t.Imported != nil {
		group = "Imported-" + t.Imported.Group.Text
	}
	return StandaloneRule{
		Rule:  r,
		Scope: r.Peer.Text,
		ID:    fmt.Sprintf("%s-%s-%s", group, r.Direction, strings.ReplaceAll(r.Ports.String(), "/", "-")),
	}
}

type groupBuilder struct {
	m     *arch.Model
	rules map[RuleKey]*Rule
}

// flow adds the rules at both ends of one flow.
func (b *groupBuilder) flow(index int, f arch.CheckedFlow) {
	for _, ports := range f.Ports {
		if f.From.Kind.IsTier() {
			for _, peer := range halved(b.peers(f.To, f.Path, ports), ports) {
				b.rule(index, f, RuleKey{f.From.Text, Egress, ports, peer})
			}
		}
		if f.To.Kind.IsTier() {
			for _, peer := range b.peers(f.From, f.Path, ports) {
				b.rule(index, f, RuleKey{f.To.Text, Ingress, ports, peer})
			}
		}
	}
}

func (b *groupBuilder) rule(index int, f arch.CheckedFlow, key RuleKey) {
	if t, _ := b.m.Tier(key.Group); t.Imported != nil && t.Imported.Egress == arch.EgressOpen && key.Direction == Egress {
		return // Adding a rule would make CloudFormation remove the one that lets everything out.
	}
	if r, ok := b.rules[key]; ok {
		r.Flows = append(r.Flows, index)
		return
	}
	b.rules[key] = &Rule{RuleKey: key, Description: b.description(f, key), Flows: []int{index}}
}

// description is the flow's reason or, where it has none, its ends. It holds no service name and no source line, and no
// name that can change while the rule stays: a changed description takes the rule away for a moment.
func (b *groupBuilder) description(f arch.CheckedFlow, key RuleKey) string {
	lowered := key.Peer.Kind == arch.CIDR && (f.To.Kind == arch.Domain || f.From.Kind.IsTier() && f.To.Kind.IsTier())
	if f.Reason != "" && !lowered { // Several flows may be lowered to one block, each with a reason of its own.
		return f.Reason
	}
	from, to := b.name(f.From, key), b.name(f.To, key)
	text := arch.CleanDescription(fmt.Sprintf("%s from %s to %s", key.Ports, from, to))
	return text[:min(len(text), arch.MaxDescription)]
}

// name is the end of a flow by what the rule's key says of it: an imported tier by its group, one that is lowered to its
// addresses by those.
func (b *groupBuilder) name(end arch.Peer, key RuleKey) string {
	switch {
	case end.Kind == arch.Domain:
		return "domains by name"
	case !end.Kind.IsTier():
		return end.String()
	case end.Text != key.Group && !key.Peer.Kind.IsTier():
		return key.Peer.String()
	}
	t, _ := b.m.Tier(end.Text)
	switch {
	case t.Imported == nil:
		return end.Text
	case t.Imported.Group.Symbolic:
		return "an imported group"
	}
	return t.Imported.Group.Text
}

// peers lowers one end of a flow to what a rule at the other end can name.
func (b *groupBuilder) peers(p arch.Peer, path arch.Path, ports arch.Ports) []arch.Peer {
	v4, v6 := ports.Families()
	switch {
	case p.Kind == arch.Internet || p.Kind == arch.Domain: // Only a firewall can tell a name.
		var out []arch.Peer
		if v4 {
			out = append(out, blockPeer("0.0.0.0/0"))
		}
		if v6 && b.m.Network.IPv6 {
			out = append(out, blockPeer("::/0"))
		}
		return out
	case p.Kind.IsTier() && path.Kind == arch.Inspected:
		// References to groups do not match through a firewall endpoint (VPC User Guide, security group rules). Until the
		// endpoint is in force traffic goes the direct way, and the reference stays beside the blocks.
		var out []arch.Peer
		if v4 {
			out = b.ranges(p)
		}
		if path.Mode != arch.Enforce {
			out = append(out, p)
		}
		return out
	}
	return b.m.Rest(p)
}

// halved names every address as two halves in egress rules of all traffic: CloudFormation takes the rule with the whole for AWS's own, and
// removes it when it makes a standalone egress rule of the group.
func halved(peers []arch.Peer, ports arch.Ports) []arch.Peer {
	if !ports.IsAll() {
		return peers
	}
	var out []arch.Peer
	for _, p := range peers {
		switch p.Text {
		case everywhere4:
			out = append(out, blockPeer("0.0.0.0/1"), blockPeer("128.0.0.0/1"))
		case everywhere6:
			out = append(out, blockPeer("::/1"), blockPeer("8000::/1"))
		default:
			out = append(out, p)
		}
	}
	return out
}

func blockPeer(prefix string) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: prefix}}
}

// ranges returns the IPv4 blocks that a tier's addresses are in: one, or its exact subnets. Dual-stack networks are not
// inspected.
func (b *groupBuilder) ranges(p arch.Peer) []arch.Peer {
	t, _ := b.m.Tier(p.Text)
	if t.SharesWith != "" {
		t, _ = b.m.Tier(t.SharesWith)
	}
	if len(t.Subnets) == 0 {
		return []arch.Peer{blockRange(b.m, BlockOf(t))}
	}
	var out []arch.Peer
	for _, s := range TierSubnets(b.m, t) {
		out = append(out, blockPeer(s.Prefix.String()))
	}
	return out
}

// weight is how many rules EC2 counts a rule as: one on a prefix list counts as all of the list's entries.
func weight(r RuleKey) int { return max(1, r.Peer.Entries) }

// quotas counts what EC2 counts: a block in its family, a reference in both, a prefix list with its entries in both. The
// no-op egress rule that keeps AWS's allow-all away takes one IPv4 place.
func (p *Plan) quotas(rules map[RuleKey]*Rule) diag.List {
	type side struct {
		group     string
		direction Direction
	}
	type count struct{ v4, v6 int }
	counts := map[side]*count{}
	for _, t := range p.Model.Tiers {
		if t.Imported == nil {
			counts[side{t.ID, Ingress}] = &count{}
			counts[side{t.ID, Egress}] = &count{v4: 1}
		}
	}
	for key := range rules {
		c := counts[side{key.Group, key.Direction}]
		if c == nil {
			continue // The owner of an imported group counts its rules.
		}
		weight := weight(key)
		v4, v6 := key.Peer.Families(true)
		if v4 {
			c.v4 += weight
		}
		if v6 {
			c.v6 += weight
		}
	}
	var diags diag.List
	for _, t := range p.Model.Tiers {
		for _, direction := range []Direction{Ingress, Egress} {
			c := counts[side{t.ID, direction}]
			if c == nil || max(c.v4, c.v6) <= p.Model.Network.RulesPerGroup {
				continue
			}
			family, n := "IPv4", c.v4
			if c.v6 > c.v4 {
				family, n = "IPv6", c.v6
			}
			own := ""
			if direction == Egress && family == "IPv4" {
				own = ", one of them the no-op that keeps AWS's allow-all egress away"
			}
			diags.Add(diag.Diagnostic{
				Rule: "rule-quota", Path: p.Model.Network.PathTo("tiers." + t.ID), At: []diag.Position{t.At},
				Summary: fmt.Sprintf("the security group has more %s rules than a group may hold", strings.ToLower(direction.String())),
				Detail: fmt.Sprintf("%s has %d for %s%s; allowed are %d; a reference to a group counts once in each family, a prefix list with all its entries",
					t.ID, n, family, own, p.Model.Network.RulesPerGroup),
				Fix: "merge ports into ranges or blocks into larger ones, split the tier, or set RulesPerGroup to the account's raised quota",
			})
		}
	}
	return diags
}
