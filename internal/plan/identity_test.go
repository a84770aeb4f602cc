package plan

import (
	"fmt"
	"maps"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
)

// The property of the library: no edit of an architecture changes the identity of what it does not name. CloudFormation
// creates before it deletes, so whatever AWS would refuse to have twice must keep its logical id while it lives on.

// identities maps every AWS key of a plan to the logical identity of what holds it.
func identities(p *Plan) map[string]string {
	out := map[string]string{}
	put := func(key, id string) {
		if other, ok := out[key]; ok && other != id {
			id += " and " + other // Two resources with one AWS key.
		}
		out[key] = id
	}
	prefixes := map[string]string{}
	for _, list := range p.Subnets {
		for _, s := range list {
			prefixes[s.Key] = s.Prefix.String()
		}
	}
	for _, s := range p.NAT {
		prefixes[s.Key] = s.Prefix.String()
		put("nat in "+s.Prefix.String(), s.Key)
	}
	for key, prefix := range prefixes {
		put("subnet "+prefix, key)
	}
	for _, r := range p.Routes {
		put("route "+prefixes[r.Subnet]+" "+r.Destination, r.Subnet)
	}
	group := func(id string) string {
		if t, ok := p.Model.Tier(id); ok && t.Imported != nil {
			return t.Imported.Group.Text
		}
		return id
	}
	key := func(r Rule) string {
		peer := r.Peer.Text
		if r.Peer.Kind.IsTier() {
			peer = group(peer)
		}
		return fmt.Sprintf("rule %s %s %s %s", group(r.Group), r.Direction, r.Ports, peer)
	}
	for _, g := range p.Groups {
		for _, r := range slices.Concat(g.Ingress, g.Egress) {
			put(key(r), "inline")
		}
	}
	ids := map[string]string{}
	for _, r := range p.Rules {
		id := r.Scope + "/" + r.ID
		put(key(r.Rule), id)
		if other, ok := ids[id]; ok {
			put(key(r.Rule), "one construct id with "+other)
		}
		ids[id] = key(r.Rule)
	}
	return out
}

// shape is a plan without what depends on places in the source.
func shape(p *Plan) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(p.Subnets)) {
		fmt.Fprintln(&b, id, p.Subnets[id])
	}
	fmt.Fprintln(&b, p.Groups, p.Rules, p.Routes, p.NAT, p.Widenings)
	return b.String()
}

var services = []string{"https", "http", "mysql", "tcp/8080", "tcp/8000-8010", "dns", "udp/5000", "ping", "tcp/80,tcp/81,tcp/443"}

// respell writes a service in another way.
func respell(s string) string {
	ports, err := arch.ParseService(s)
	if err != nil {
		panic(err)
	}
	return arch.FormatService(ports)
}

// architectures draws valid architectures: every kind of tier, shared subnets, imported groups, exceptions, outside peers.
func architectures(t *rapid.T) arch.Architecture {
	a := arch.Architecture{Network: arch.Network{
		Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"},
		RulesPerGroup: 1000, IPv6: rapid.Bool().Draw(t, "ipv6"), NAT: arch.NAT(rapid.IntRange(0, 1).Draw(t, "nat")),
	}}
	blocks := rapid.Permutation([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}).Draw(t, "blocks")
	for i := range rapid.IntRange(2, 9).Draw(t, "tiers") {
		tier := arch.Tier{ID: fmt.Sprintf("T%c%d", 'a'+rune(rapid.IntRange(0, 25).Draw(t, "letter")), i), Kind: arch.Kind(rapid.IntRange(1, 5).Draw(t, "kind"))}
		switch rapid.IntRange(0, 5).Draw(t, "way") {
		case 0:
			tier.Imported = &arch.Imported{Group: arch.Operand{Text: fmt.Sprintf("sg-%08x", i)}, Egress: arch.Egress(rapid.IntRange(1, 2).Draw(t, "egress"))}
		case 1:
			for _, other := range a.Tiers {
				if other.Kind == tier.Kind && tier.Kind != arch.Edge && tier.Kind != arch.Bastion && other.Imported == nil && other.SharesWith == "" {
					tier.SharesWith = other.ID
				}
			}
			fallthrough
		default:
			if tier.SharesWith == "" {
				tier.Block = blocks[i]
			}
		}
		a.Tiers = append(a.Tiers, tier)
	}
	for range rapid.IntRange(0, 25).Draw(t, "flows") {
		addFlow(t, &a)
	}
	return a
}

// addFlow adds a random flow that the model accepts, if the draw is one.
func addFlow(t *rapid.T, a *arch.Architecture) {
	ends := []arch.Peer{{Kind: arch.Internet}, blockPeer("203.0.113.0/24"), blockPeer("192.168.7.0/24"),
		{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 3}}
	for _, tier := range a.Tiers {
		ends = append(ends, arch.TierPeer(tier.Kind, tier.ID))
	}
	f := arch.Flow{
		From: rapid.SampledFrom(ends).Draw(t, "from"), To: rapid.SampledFrom(ends).Draw(t, "to"),
		Service: rapid.SampledFrom(services).Draw(t, "service"), Reason: rapid.SampledFrom([]string{"", "r1", "r2"}).Draw(t, "reason"),
	}
	if !arch.MayReach(f.From.Kind, f.To.Kind) {
		if f.From.Kind == arch.Internet || rapid.IntRange(0, 3).Draw(t, "exception") > 0 {
			return
		}
		f.Exception, f.Owner = true, "owner"
		if f.Reason == "" {
			f.Reason = "r1"
		}
	}
	b := *a
	b.Flows = append(slices.Clone(a.Flows), f)
	if p, _ := Make(b, today); p != nil {
		*a = b
	}
}

// edits change an architecture as its users do. Each returns what it touched: keys that name one of these may change.
var edits = map[string]func(t *rapid.T, a *arch.Architecture) []string{
	"add a flow": func(t *rapid.T, a *arch.Architecture) []string {
		before := len(a.Flows)
		addFlow(t, a)
		return touched(a.Flows[before:])
	},
	"remove a flow": func(t *rapid.T, a *arch.Architecture) []string {
		if len(a.Flows) == 0 {
			return nil
		}
		i := rapid.IntRange(0, len(a.Flows)-1).Draw(t, "which")
		gone := a.Flows[i]
		a.Flows = slices.Delete(slices.Clone(a.Flows), i, i+1)
		return touched([]arch.Flow{gone})
	},
	"another reason": func(t *rapid.T, a *arch.Architecture) []string {
		a.Flows = slices.Clone(a.Flows)
		if len(a.Flows) == 0 {
			return nil
		}
		f := a.Flows[rapid.IntRange(0, len(a.Flows)-1).Draw(t, "which")]
		for i := range a.Flows { // All flows of the two ends, as equal ports need equal reasons.
			if a.Flows[i].From == f.From && a.Flows[i].To == f.To {
				a.Flows[i].Reason = "another"
			}
		}
		return touched([]arch.Flow{f})
	},
	"add a tier": func(_ *rapid.T, a *arch.Architecture) []string {
		a.Tiers = append(slices.Clone(a.Tiers), arch.Tier{ID: "New", Kind: arch.App, Imported: &arch.Imported{Group: arch.Operand{Text: "sg-ffffffff"}}})
		return []string{"New"}
	},
	"remove a tier": func(t *rapid.T, a *arch.Architecture) []string { return removeTier(t, a) },
	"rename a tier": func(t *rapid.T, a *arch.Architecture) []string {
		i := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")
		old, name := a.Tiers[i].ID, "Renamed"
		a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
		a.Tiers[i].ID = name
		for j := range a.Tiers {
			if a.Tiers[j].SharesWith == old {
				a.Tiers[j].SharesWith = name
			}
		}
		for j := range a.Flows {
			for _, p := range []*arch.Peer{&a.Flows[j].From, &a.Flows[j].To} {
				if p.Kind.IsTier() && p.Text == old {
					p.Text = name
				}
			}
		}
		return []string{old, name}
	},
	"another kind": func(t *rapid.T, a *arch.Architecture) []string {
		i := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")
		tier := a.Tiers[i]
		a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
		a.Tiers[i].Kind = arch.App
		for j := range a.Flows { // The flows stay, as exceptions where they must.
			for _, p := range []*arch.Peer{&a.Flows[j].From, &a.Flows[j].To} {
				if p.Kind.IsTier() && p.Text == tier.ID {
					p.Kind = arch.App
				}
			}
			f := &a.Flows[j]
			if f.Exception = !arch.MayReach(f.From.Kind, f.To.Kind); f.Exception {
				f.Owner = "owner"
				if f.Reason == "" {
					f.Reason = "another"
				}
			}
		}
		return []string{tier.ID}
	},
	"swap blocks": func(t *rapid.T, a *arch.Architecture) []string {
		i, j := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "one"), rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "other")
		a.Tiers = slices.Clone(a.Tiers)
		if a.Tiers[i].Block != 0 && a.Tiers[j].Block != 0 {
			a.Tiers[i].Block, a.Tiers[j].Block = a.Tiers[j].Block, a.Tiers[i].Block
		}
		return nil
	},
	"exact subnets for a block": func(t *rapid.T, a *arch.Architecture) []string {
		i := rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")
		m, _ := arch.Check(arch.Architecture{Network: a.Network}, today)
		if a.Tiers[i].Block == 0 || a.Network.IPv6 {
			return nil
		}
		a.Tiers = slices.Clone(a.Tiers)
		for _, s := range TierSubnets(m, a.Tiers[i]) {
			a.Tiers[i].Subnets = append(a.Tiers[i].Subnets, s.Prefix.String())
		}
		a.Tiers[i].Block = 0
		return nil
	},
	"respell the services": func(_ *rapid.T, a *arch.Architecture) []string {
		a.Flows = slices.Clone(a.Flows)
		for i := range a.Flows {
			a.Flows[i].Service = respell(a.Flows[i].Service)
		}
		return nil
	},
	"other zones": func(t *rapid.T, a *arch.Architecture) []string {
		a.Network.Zones = rapid.Permutation([]string{"eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"}).Draw(t, "zones")[:rapid.IntRange(1, 4).Draw(t, "count")]
		return nil
	},
	"other NAT": func(_ *rapid.T, a *arch.Architecture) []string {
		a.Network.NAT = 1 - a.Network.NAT
		return nil
	},
	"shuffle": func(t *rapid.T, a *arch.Architecture) []string {
		*a = shuffled(*a, rapid.Int64().Draw(t, "seed"))
		return nil
	},
}

func removeTier(t *rapid.T, a *arch.Architecture) []string {
	gone := a.Tiers[rapid.IntRange(0, len(a.Tiers)-1).Draw(t, "which")].ID
	out := []string{gone}
	a.Tiers = slices.DeleteFunc(slices.Clone(a.Tiers), func(t arch.Tier) bool {
		if t.SharesWith == gone {
			out = append(out, t.ID)
		}
		return t.ID == gone || t.SharesWith == gone
	})
	a.Flows = slices.DeleteFunc(slices.Clone(a.Flows), func(f arch.Flow) bool {
		return f.From.Kind.IsTier() && slices.Contains(out, f.From.Text) || f.To.Kind.IsTier() && slices.Contains(out, f.To.Text)
	})
	return out
}

// touched names both ends of the flows together: the rules between them may change, those of either with others may not.
func touched(flows []arch.Flow) []string {
	var out []string
	for _, f := range flows {
		out = append(out, f.From.Text+"|"+f.To.Text)
	}
	return out
}

func shuffled(a arch.Architecture, seed int64) arch.Architecture {
	r := rand.New(rand.NewSource(seed))
	a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
	r.Shuffle(len(a.Tiers), reflect.Swapper(a.Tiers))
	r.Shuffle(len(a.Flows), reflect.Swapper(a.Flows))
	return a
}

// mayChange reports whether a rule is between ends that the edit touched.
func mayChange(r RuleKey, touched []string) bool {
	peer := r.Peer.Text
	if r.Peer.Kind == arch.CIDR && (peer == everywhere4 || peer == everywhere6) {
		peer = ""
	}
	return slices.ContainsFunc(touched, func(what string) bool {
		return what == r.Group || what == r.Peer.Text || what == r.Group+"|"+peer || what == peer+"|"+r.Group
	})
}

func TestEditsKeepIdentity(t *testing.T) {
	t.Parallel()
	for name, edit := range edits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compared := 0
			rapid.Check(t, func(t *rapid.T) {
				before := architectures(t)
				after := before
				changed := edit(t, &after)
				p, diags := Make(before, today)
				if p == nil {
					t.Skip(diags) // Shared subnets of which one tenant faces the internet, for example.
				}
				q, _ := Make(after, today)
				if q == nil {
					t.Skip("the edit makes the architecture invalid")
				}
				was, is := identities(p), identities(q)
				for key, id := range is {
					if strings.Contains(id, " and ") {
						t.Fatalf("%s is there twice: %s", key, id)
					}
					if old, ok := was[key]; ok && old != id {
						t.Fatalf("%s: was %s, is %s", key, old, id)
					}
					compared++
				}
				unchanged(t, p, q, changed)
			})
			if compared == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// unchanged checks that rules between ends which the edit did not touch are the same to the letter, and in the same order.
func unchanged(t *rapid.T, p, q *Plan, changed []string) {
	rules := func(p *Plan) []string {
		var out []string
		for _, g := range p.Groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				if !mayChange(r.RuleKey, changed) {
					out = append(out, fmt.Sprint(r.Group, r.Direction, r.Ports, r.Peer.Text, r.Description))
				}
			}
		}
		for _, r := range p.Rules {
			if !mayChange(r.RuleKey, changed) {
				out = append(out, fmt.Sprint(r.Scope, r.ID, r.Group, r.Direction, r.Ports, r.Peer.Text, r.Description))
			}
		}
		return out
	}
	was, is := rules(p), rules(q)
	if slices.Equal(was, is) {
		return
	}
	for i := range max(len(was), len(is)) {
		switch {
		case i >= len(was):
			t.Fatalf("new: %s (edit touched %q)", is[i], changed)
		case i >= len(is):
			t.Fatalf("gone: %s (edit touched %q)", was[i], changed)
		case was[i] != is[i]:
			t.Fatalf("was %s\nis  %s (edit touched %q)", was[i], is[i], changed)
		}
	}
}

func TestOrderOfDeclarationDecidesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := architectures(t)
		p, diags := Make(a, today)
		if p == nil {
			t.Skip(diags)
		}
		q, _ := Make(shuffled(a, rapid.Int64().Draw(t, "seed")), today)
		if q == nil {
			t.Fatal("the shuffled architecture has errors")
		}
		if shape(p) != shape(q) {
			t.Fatalf("%s\n%s", shape(p), shape(q))
		}
	})
}

// TestReferencesLeadOneWay: among groups, a resource refers only to groups that come earlier, so that no circle can arise.
func TestReferencesLeadOneWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, diags := Make(architectures(t), today)
		if p == nil {
			t.Skip(diags)
		}
		for _, g := range p.Groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				if r.Peer.Kind.IsTier() && !p.later(g.Tier, r.Peer.Text) {
					t.Fatalf("the group of %s refers to %s", g.Tier, r.Peer.Text)
				}
			}
		}
		for _, r := range p.Rules {
			if r.Group != r.Scope && !p.later(r.Scope, r.Group) || r.Peer.Text != r.Scope {
				t.Fatalf("%s/%s lives with %s and is a rule of %s", r.Scope, r.ID, r.Scope, r.Group)
			}
		}
	})
}
