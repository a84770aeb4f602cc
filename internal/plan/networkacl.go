package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// NetworkACL is the network ACL of the subnets in one block, or of one exact subnet outside all blocks. NAT, firewall and
// transit subnets keep the VPC's default network ACL.
type NetworkACL struct {
	// Key identifies it. It is a function of its subnets' keys alone, so that an association never moves from one ACL to
	// another: the clean-up of an update would detach it.
	Key     string
	Tiers   []string         // the tiers that use the subnets, by id
	Subnets []address.Subnet // by key
	In, Out []Entry          // by number
}

// Entries returns all entries, In first.
func (a NetworkACL) Entries() []Entry { return slices.Concat(a.In, a.Out) }

// ACLKey returns the key of the network ACL of a tier's subnet: the key of its block, or that of an exact subnet itself.
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
	filled := map[string]NetworkACL{} // by tiers: exact subnets of the same tiers have equal entries
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

// aclNeed collects the entries that one tier's flows need; it may hold duplicates.
type aclNeed struct {
	keys   []EntryKey
	beyond bool // some flow leads out of the tier's own subnets
}

// flow adds what both ends of a flow need.
func (b *aclBuilder) flow(f arch.CheckedFlow) {
	all := func(address.Block) bool { return true }
	b.end(f, f.From, f.To, Egress, all)
	b.end(f, f.To, f.From, Ingress, all)
}

// end adds what one end of a flow needs for the peer's blocks that keep selects: the service in the given direction, and its
// replies in the other.
func (b *aclBuilder) end(f arch.CheckedFlow, own, peer arch.Peer, way Direction, keep func(address.Block) bool) {
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
	b.endWidenings(f, t, peer, way, unknown)
	for _, ports := range f.Ports {
		v4, v6 := ports.Families()
		answers := repliesTo(ports)
		for _, block := range blocks {
			if !keep(block) || block.IPv6 && !v6 || !block.IPv6 && !v4 {
				continue
			}
			need.keys = append(need.keys, EntryKey{way, ports, block})
			for _, replies := range answers {
				need.keys = append(need.keys, EntryKey{1 - way, replies, block})
			}
		}
	}
}

// endWidenings states where the entries for one end of a flow let through more than the flow. unknown says why the peer's
// addresses are every address; it is empty if they are known.
func (b *aclBuilder) endWidenings(f arch.CheckedFlow, t arch.Tier, peer arch.Peer, way Direction, unknown string) {
	widen := func(carries, reason string) {
		b.widen(arch.Widening{
			Control: aclControl, Path: b.m.Network.TierPath(t.ID), Carries: carries,
			Reason: reason + "; the security groups still tell them apart",
		})
	}
	service := arch.FormatService(f.Ports)
	if unknown != "" && way == Egress {
		widen(service+" to any address, and replies", unknown)
	} else if unknown != "" {
		widen(service+" from any address, and replies", unknown)
	}
	if rest := b.m.Rest(peer); len(rest) > 1 {
		widen(fmt.Sprintf("%s with all of %s, and replies", service, peer),
			fmt.Sprintf("the rest of it around the network is %d blocks, and a network ACL holds few entries", len(rest)))
	}
	if slices.ContainsFunc(f.Ports, arch.Ports.IsAll) {
		widen(fmt.Sprintf("all traffic with %s, in both directions", peer), "replies to all traffic may have any protocol and port")
	}
}

// ownTier returns the tier that a peer stands for. It reports false for an imported tier, whose subnets are not in this network.
func (b *aclBuilder) ownTier(p arch.Peer) (arch.Tier, bool) {
	if !p.Kind.IsTier() {
		return arch.Tier{}, false
	}
	t, _ := b.m.Tier(p.Text)
	return t, t.Imported == nil
}

// addresses lowers a peer to the blocks that hold its addresses. If a network ACL cannot name them, the blocks are every address,
// and unknown says why. A block around the network stays whole: a network ACL holds few entries.
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
	return address.Anywhere(b.m), "a network ACL can name address blocks only, not " + p.Kind.String() + " " + p.String()
}

// fragmentationNeeded are the messages of IPv4 about packets that are too large for the path.
var fragmentationNeeded = arch.Ports{Protocol: arch.ICMP, From: traffic.Unreachable, To: traffic.FragmentationNeeded}

// PathMTUEntries let through the messages that tell a sender to make its packets smaller. Without them connections over paths of
// unequal MTU hang. Any router on the way sends them, so they come from any address.
func PathMTUEntries(m *arch.Model) []EntryKey {
	var out []EntryKey
	for _, way := range []Direction{Ingress, Egress} {
		out = append(out, EntryKey{way, fragmentationNeeded, address.Everywhere(false)})
		if m.Network.IPv6 {
			out = append(out, EntryKey{way, arch.Ports{Protocol: arch.ICMPv6, From: traffic.PacketTooBig, To: -1}, address.Everywhere(true)})
		}
	}
	return out
}

// of returns the entries that the tiers together need, without entries that lie inside another one.
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

// shared states what sharing subnets widens: a network ACL serves every tenant.
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
			Control: aclControl, Path: b.m.Network.TierPath(id), Carries: "what " + others + " may",
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
