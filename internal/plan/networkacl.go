package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// NetworkACL is the network ACL of the subnets in one block, or of one exact subnet that is no block's. NAT, firewall and
// transit subnets keep the VPC's default one.
type NetworkACL struct {
	// Key identifies it. It follows from its subnets' keys alone: an association is never moved from one ACL to another, as
	// the clean-up of an update would detach it.
	Key     string
	Tiers   []string         // whose subnets they are, by id
	Subnets []address.Subnet // by key
	In, Out []Entry          // by number
}

// Entries returns all entries, In first.
func (a NetworkACL) Entries() []Entry { return slices.Concat(a.In, a.Out) }

// ACLKey returns the key of the network ACL that a tier's subnet has: that of its block, or the exact subnet's own.
func ACLKey(subnet string) string {
	if block, _, ok := strings.Cut(subnet, "Slot"); ok && strings.HasPrefix(subnet, "Block") {
		return block
	}
	return subnet
}

// EntryCount is the number of entries of all network ACLs.
func (p *Plan) EntryCount() int {
	n := 0
	for _, a := range p.NetworkACLs {
		n += len(a.In) + len(a.Out)
	}
	return n
}

// HasNetworkACLs reports whether the tiers' subnets of a network have network ACLs of their own.
func HasNetworkACLs(n arch.Network) bool {
	return !n.Wrapped && n.NetworkACLs == arch.NetworkACLsOn
}

// aclPlan holds the network ACLs of all tiers' subnets.
type aclPlan struct {
	list []NetworkACL
	notes
}

// networkACLsOf derives the network ACLs of the tiers' subnets from the flows.
func networkACLsOf(m *arch.Model, subnets map[string][]address.Subnet) aclPlan {
	if !HasNetworkACLs(m.Network) {
		return aclPlan{}
	}
	b := aclBuilder{m: m, needs: map[string]*aclNeed{}, blocks: map[arch.Peer][]address.Block{}}
	for _, f := range m.Flows {
		b.flow(f)
	}
	for _, a := range m.ClientAddresses {
		b.clients(a)
	}
	var out aclPlan
	filled := map[string]NetworkACL{} // by tiers: exact subnets of the same tiers have ACLs that are alike
	for _, a := range placeACLs(m, subnets) {
		tiers := strings.Join(a.Tiers, " ")
		same, ok := filled[tiers]
		if !ok {
			same = b.fill(a)
			filled[tiers] = same
		}
		a.In, a.Out = same.In, same.Out
		out.list = append(out.list, a)
	}
	out.notes = b.notes
	return out
}

// placeACLs returns the network ACLs without entries, by key.
func placeACLs(m *arch.Model, subnets map[string][]address.Subnet) []NetworkACL {
	byKey := map[string]*NetworkACL{}
	for _, t := range m.Tiers {
		for _, s := range subnets[t.ID] {
			key := ACLKey(s.Key)
			if byKey[key] == nil {
				byKey[key] = &NetworkACL{Key: key}
			}
			byKey[key].place(t.ID, s)
		}
	}
	var out []NetworkACL
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return out
}

// place adds a tier's subnet.
func (a *NetworkACL) place(tier string, s address.Subnet) {
	if !slices.Contains(a.Tiers, tier) {
		a.Tiers = append(a.Tiers, tier) // The model's tiers are in the order of their ids.
	}
	if !slices.ContainsFunc(a.Subnets, func(o address.Subnet) bool { return o.Key == s.Key }) {
		a.Subnets = append(a.Subnets, s)
		slices.SortFunc(a.Subnets, func(x, y address.Subnet) int { return strings.Compare(x.Key, y.Key) })
	}
}

// aclBuilder collects what each tier needs of its network ACL.
type aclBuilder struct {
	m      *arch.Model
	needs  map[string]*aclNeed           // by tier
	blocks map[arch.Peer][]address.Block // as address.Of finds them, worked out once
	notes
}

// aclNeed is what one tier's flows need, with things that are there twice.
type aclNeed struct {
	keys   []EntryKey
	beyond bool // some flow leads out of the tier's own subnets
}

// flow adds what both ends of a flow need.
func (b *aclBuilder) flow(f arch.Flow) {
	b.end(f, f.From, f.To, Egress)
	b.end(f, f.To, f.From, Ingress)
}

// end adds what one end of a flow needs: the service in the given direction, and its replies in the other.
func (b *aclBuilder) end(f arch.Flow, own, peer arch.Peer, way Direction) {
	t, ok := b.ownTier(own)
	if !ok {
		return
	}
	need := b.needs[t.ID]
	if need == nil {
		need = &aclNeed{}
		b.needs[t.ID] = need
	}
	if o, ok := b.ownTier(peer); !ok || o.SubnetOwner() != t.SubnetOwner() {
		need.beyond = true
	}
	blocks, unknown := b.addresses(peer)
	if unknown != "" {
		preposition := "from"
		if way == Egress {
			preposition = "to"
		}
		b.widen(arch.Widening{
			Control: aclControl, Path: "tiers." + t.ID,
			Carries: fmt.Sprintf("%s %s any address, and replies", arch.FormatService(f.Ports), preposition),
			Reason:  unknown + "; the security groups still tell",
		})
	}
	if rest := b.m.Rest(peer); len(rest) > 1 {
		b.widen(arch.Widening{
			Control: aclControl, Path: "tiers." + t.ID, Carries: fmt.Sprintf("%s with all of %s, and replies", arch.FormatService(f.Ports), peer),
			Reason: fmt.Sprintf("the rest of it around the network is %d blocks, and a network ACL holds few entries; the security groups "+
				"still tell", len(rest)),
		})
	}
	if slices.ContainsFunc(f.Ports, arch.Ports.IsAll) {
		b.widen(arch.Widening{
			Control: aclControl, Path: "tiers." + t.ID, Carries: fmt.Sprintf("all traffic with %s, in both directions", peer),
			Reason: "replies to all traffic may be of any protocol and port; the security groups still tell",
		})
	}
	for _, ports := range f.Ports {
		v4, v6 := ports.Families()
		answers := repliesTo(ports)
		for _, block := range blocks {
			if block.IPv6 && !v6 || !block.IPv6 && !v4 {
				continue
			}
			need.keys = append(need.keys, EntryKey{way, ports, block})
			for _, replies := range answers {
				need.keys = append(need.keys, EntryKey{1 - way, replies, block})
			}
		}
	}
}

// ownTier returns the tier that a peer is, if this network has its subnets.
func (b *aclBuilder) ownTier(p arch.Peer) (arch.Tier, bool) {
	if !p.Kind.IsTier() {
		return arch.Tier{}, false
	}
	t, _ := b.m.Tier(p.Text)
	return t, t.Imported == nil
}

// addresses lowers a peer to the blocks that hold its addresses. If a network ACL cannot name them they are every address, and
// unknown says why. A block around the network stays whole: a network ACL holds few entries.
func (b *aclBuilder) addresses(p arch.Peer) (blocks []address.Block, unknown string) {
	if p.Kind == arch.CIDR {
		return []address.Block{address.Stated(p)}, ""
	}
	blocks, ok := b.blocks[p]
	if !ok {
		blocks, _ = address.Of(b.m, p)
		b.blocks[p] = blocks
	}
	switch t, own := b.ownTier(p); {
	case own || p.Kind == arch.Internet:
		return blocks, ""
	case p.Kind.IsTier():
		return address.Anywhere(b.m), "the addresses of " + t.ID + ", which is imported, are not known here"
	}
	return address.Anywhere(b.m), "a network ACL knows blocks of addresses only, not " + p.Kind.String() + " " + p.String()
}

// PathMTUEntries let through the messages that tell a sender to make its packets smaller. Without them connections over paths of
// unequal MTU hang. Any router on the way sends them, so they come from any address.
func PathMTUEntries(m *arch.Model) []EntryKey {
	var out []EntryKey
	for _, way := range []Direction{Ingress, Egress} {
		out = append(out, EntryKey{way, arch.Ports{Protocol: arch.ICMP, From: 3, To: 4}, address.Everywhere(false)})
		if m.Network.IPv6 {
			out = append(out, EntryKey{way, arch.Ports{Protocol: arch.ICMPv6, From: 2, To: -1}, address.Everywhere(true)})
		}
	}
	return out
}

// of is all that the tiers together need of one network ACL, without what is inside something else.
func (b *aclBuilder) of(tiers ...string) []EntryKey {
	var keys []EntryKey
	beyond := false
	for _, id := range tiers {
		if need := b.needs[id]; need != nil {
			keys = append(keys, need.keys...)
			beyond = beyond || need.beyond
		}
	}
	if beyond {
		keys = append(keys, PathMTUEntries(b.m)...)
	}
	return withoutInner(keys)
}

// fill returns a with its entries, and states what it lets through beyond the flows.
func (b *aclBuilder) fill(a NetworkACL) NetworkACL {
	keys := b.of(a.Tiers...)
	b.shared(a, keys)
	isIn := func(k EntryKey) bool { return k.Direction == Ingress }
	isOut := func(k EntryKey) bool { return k.Direction == Egress }
	a.In = numbered(b.fit(a, slices.DeleteFunc(slices.Clone(keys), isOut)), lastNumber)
	a.Out = numbered(b.fit(a, slices.DeleteFunc(slices.Clone(keys), isIn)), lastNumber)
	return a
}

// aclControl names the control in widenings.
const aclControl = "network ACLs"

// shared states what sharing subnets widens: a network ACL is every tenant's.
func (b *aclBuilder) shared(a NetworkACL, all []EntryKey) {
	if len(a.Tiers) < 2 {
		return
	}
	endpoints := false
	for i, id := range a.Tiers {
		own := b.of(id)
		more := slices.ContainsFunc(all, func(k EntryKey) bool {
			return !slices.ContainsFunc(own, func(l EntryKey) bool { return l.contains(k) })
		})
		if !more {
			continue
		}
		if t, _ := b.m.Tier(id); t.Kind == arch.Endpoint && t.SharesWith == "" {
			endpoints = true
			continue
		}
		others := strings.Join(slices.Delete(slices.Clone(a.Tiers), i, i+1), ", ")
		b.widen(arch.Widening{
			Control: aclControl, Path: "tiers." + id, Carries: "what " + others + " may",
			Reason: "it shares subnets with " + others + ", and a subnet has one network ACL; the security groups still stop it",
		})
	}
	if endpoints {
		b.widen(arch.Widening{
			Control: aclControl, Path: "endpoints", Carries: "calls of each for all who use any",
			Reason: "they stand in the same subnets, and a subnet has one network ACL; the security groups still stop it",
		})
	}
}
