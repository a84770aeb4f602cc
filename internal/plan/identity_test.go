package plan_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// The property of the library: an edit of an architecture changes the identity only of what it names. CloudFormation creates
// before it deletes, so anything that AWS refuses to have twice must keep its logical id as long as it lives.

// identities maps every AWS key of a plan to the logical id of the resource that has it.
func identities(p *plan.Plan) map[string]string {
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
	for _, s := range slices.Concat(p.Endpoints, p.Associated) {
		prefixes[s.Key] = s.Prefix.String()
	}
	for _, s := range p.NAT {
		prefixes[s.Key] = s.Prefix.String()
		put("nat in "+s.Prefix.String(), s.Key)
	}
	for key, prefix := range prefixes {
		put("subnet "+prefix, key)
	}
	for _, r := range p.Routes {
		put("route "+prefixes[r.Subnet]+" "+r.Destination.Text+prefixes[r.ToSubnet], r.Subnet+" "+r.ToSubnet)
	}
	for _, g := range p.FirewallGroups {
		for _, r := range g.Rules {
			about := fmt.Sprint(r.Match, r.From, r.To, r.Ports)
			for _, i := range r.Flows[:min(1, len(r.Flows))] {
				f := p.Model.Flows[i]
				about = fmt.Sprint(r.Match, f.From, f.To, r.Ports)
			}
			if len(r.Names) > 0 && r.Match != plan.TLSName { // The rule is about all names that the tiers in these subnets may request.
				from, _ := p.Model.Tier(p.Model.Flows[r.Flows[0]].From.Text)
				about = fmt.Sprint(r.Match, from.SubnetOwner(), r.Ports)
			}
			put(fmt.Sprint("SID ", r.SID), about)
		}
	}
	for _, a := range p.NetworkACLs {
		for _, s := range a.Subnets {
			put("network ACL of "+prefixes[s.Key], a.Key)
		}
		for _, e := range a.Entries() {
			put(fmt.Sprintf("entry %s %s %d", a.Key, e.Direction, e.Number), a.Key+"/"+e.ID())
			if e.Number == e.Home() { // No other entry displaces it.
				put(fmt.Sprintf("entry %s %s", a.Key, fmt.Sprint(e.EntryKey)), e.ID())
			}
		}
	}
	group := func(id string) string {
		if t, ok := p.Model.Tier(id); ok && t.Imported != nil {
			return t.Imported.Group.Text
		}
		return id
	}
	key := func(r plan.Rule) string {
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
	for _, e := range p.VPCEndpoints {
		put(fmt.Sprint("endpoint ", e.EndpointKey), e.Tier)
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

// shape is a plan without positions in the source.
func shape(p *plan.Plan) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(p.Subnets)) {
		fmt.Fprintln(&b, id, p.Subnets[id])
	}
	fmt.Fprintln(&b, p.Groups, p.Rules, p.Routes, p.NAT, p.NetworkACLs, p.Widenings, endpointShapes(p))
	return b.String()
}

func endpointShapes(p *plan.Plan) string {
	var b strings.Builder
	for _, e := range p.VPCEndpoints {
		fmt.Fprintln(&b, e.EndpointKey, e.Subnets, e.Tiers)
		if e.Policy != nil {
			fmt.Fprintln(&b, *e.Policy)
		}
	}
	return b.String()
}

// mayChange reports whether a rule is between ends that the edit touched.
func mayChange(p *plan.Plan, r plan.RuleKey, touched []string) bool {
	if owners := ownersOf(p, r.Peer); len(owners) > 0 {
		return slices.ContainsFunc(owners, func(id string) bool {
			r.Peer = arch.TierPeer(arch.App, id)
			return mayChange(p, r, touched)
		})
	}
	peer := r.Peer.Text
	if prefix, ok := r.Peer.Prefix(); ok && prefix.Bits() <= 1 { // Every address, or half of them.
		peer = ""
	}
	return slices.ContainsFunc(touched, func(what string) bool {
		if peer == "" && strings.HasPrefix(what, r.Group+"|") && strings.Contains(what, ".") {
			return true // To a name: in groups that is every address.
		}
		return what == r.Group || what == r.Peer.Text || what == r.Group+"|"+peer || what == peer+"|"+r.Group
	})
}

// ownersOf are the tiers that a rule names by their block, including those without an inspected flow of their own.
func ownersOf(p *plan.Plan, peer arch.Peer) []string {
	homes := map[string]bool{}
	for _, t := range p.Model.Tiers {
		if peer.Kind == arch.CIDR && slices.Contains(p.Ranges(t.ID), peer.Operand) {
			homes[t.SubnetOwner()] = true
		}
	}
	var out []string
	for _, t := range p.Model.Tiers {
		if homes[t.SubnetOwner()] {
			out = append(out, t.ID)
		}
	}
	return out
}

var allEdits = flag.Bool("edits", false, "TestEditsKeepIdentity makes all edits; without, every fourth")

func TestEditsKeepIdentity(t *testing.T) {
	t.Parallel()
	for i, name := range slices.Sorted(maps.Keys(plantest.Edits)) {
		if !*allEdits && i%4 != 0 {
			continue
		}
		edit := plantest.Edits[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compared := 0
			rapid.Check(t, func(t *rapid.T) {
				before := plantest.Architectures(t)
				after := before
				changed := edit(t, &after)
				p, diags := plan.Make(before, plantest.Today)
				if p == nil {
					t.Skip(diags) // For example, one tenant of shared subnets faces the internet.
				}
				q, _ := plan.Make(after, plantest.Today)
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
				if before.Network.Inspection != nil && (name == "exact subnets for a block" || name == "swap blocks") {
					return // Rules of inspected flows name addresses.
				}
				unchanged(t, p, q, changed)
			})
			if compared == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// unchanged checks that rules between ends that the edit did not touch are exactly the same, and in the same order.
func unchanged(t *rapid.T, p, q *plan.Plan, changed []string) {
	// Tiers that share a block may come or go.
	may := func(r plan.RuleKey) bool { return mayChange(p, r, changed) || mayChange(q, r, changed) }
	rules := func(p *plan.Plan) []string {
		var out []string
		for _, g := range p.Groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				if !may(r.RuleKey) {
					out = append(out, fmt.Sprint(r.Group, r.Direction, r.Ports, r.Peer.Text, r.Description))
				}
			}
		}
		for _, r := range p.Rules {
			if !may(r.RuleKey) {
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
		a := plantest.Architectures(t)
		p, diags := plantest.MakeBoth(t, a)
		if p == nil {
			t.Skip(diags)
		}
		q, _ := plan.Make(plantest.Shuffled(a, rapid.Int64().Draw(t, "seed")), plantest.Today)
		if q == nil {
			t.Fatal("the shuffled architecture has errors")
		}
		if shape(p) != shape(q) {
			t.Fatalf("%s\n%s", shape(p), shape(q))
		}
	})
}

// TestReferencesLeadOneWay: a resource refers only to groups that come earlier, so that no circle can arise.
func TestReferencesLeadOneWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, diags := plantest.MakeBoth(t, plantest.Architectures(t))
		if p == nil {
			t.Skip(diags)
		}
		for _, g := range p.Groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				if r.Peer.Kind.IsTier() && !p.Later(g.Tier, r.Peer.Text) {
					t.Fatalf("the group of %s refers to %s", g.Tier, r.Peer.Text)
				}
			}
		}
		for _, r := range p.Rules {
			if r.Group != r.Scope && !p.Later(r.Scope, r.Group) || r.Peer.Text != r.Scope {
				t.Fatalf("%s/%s lives with %s and is a rule of %s", r.Scope, r.ID, r.Scope, r.Group)
			}
		}
	})
}
