package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// compareACLEntries finds entries of network ACLs that allow more than the flows of the tiers in their subnets, and the replies.
func (n *network) compareACLEntries() {
	if n.model.Network.Wrapped || n.model.Network.NetworkACLs != arch.NetworkACLsOn {
		return
	}
	seen := map[*reach.ACL]bool{}
	for _, t := range n.model.Tiers {
		for _, s := range n.subnetsOf(t) {
			if s.ACL == nil || s.ACL.Resource == nil || isOpen(s.ACL) || seen[s.ACL] {
				continue
			}
			seen[s.ACL] = true
			tiers := n.tiersBehind(s.ACL)
			for _, out := range []bool{false, true} {
				n.compareACLDirection(s.ACL, tiers, out)
			}
		}
	}
}

// tiersBehind returns the tiers in the subnets of a network ACL.
func (n *network) tiersBehind(a *reach.ACL) []string {
	var out []string
	for _, s := range n.top.Subnets {
		if s.ACL == a {
			out = union(out, n.ownership.tiersIn[s])
		}
	}
	slices.Sort(out)
	return out
}

// aclNeed is traffic to or from a block that a network ACL must allow.
type aclNeed struct {
	block   reach.Block
	traffic traffic.Set
}

// compareACLDirection checks the entries of one direction.
func (n *network) compareACLDirection(a *reach.ACL, tiers []string, out bool) {
	needs := n.aclNeeds(tiers, out)
	if n.entriesFor(needs) > n.model.Network.EntriesPerNetworkACL {
		n.report.assume("%s: the network ACL of %s may allow more than the flows, because they need more entries than the quota allows; "+
			"the security groups still limit the traffic", n.name(), strings.Join(tiers, ", "))
		return
	}
	c := coverage{declaredFor: func(b reach.Block) traffic.Set { return neededFor(needs, b) }}
	for _, need := range needs {
		c.smaller = append(c.smaller, need.block)
	}
	n.checkPathMTU(a, tiers, out)
	entries := a.In
	if out {
		entries = a.Out
	}
	for _, e := range entries {
		c.wanted, c.outsideOnly = e.Traffic, containsVPC(e.Block, n.vpc)
		allowed := n.declaredAt(e.Block, c)
		if extra := e.Traffic.Minus(allowed); e.Allow && e.Resource != nil && !extra.IsEmpty() {
			n.reportACLEntry(a, e, tiers, out, extra)
		}
	}
}

// entriesFor returns how many entries needs take: one for each range of each, without those that lie in another one.
func (n *network) entriesFor(needs []aclNeed) int {
	var entries []aclNeed
	for _, need := range needs {
		if need.block.Is6() && !n.model.Network.IPv6 {
			continue
		}
		for one := range need.traffic.Ranges() {
			entries = append(entries, aclNeed{need.block, one})
		}
	}
	count := 0
	for i, e := range entries {
		if !slices.ContainsFunc(entries, func(o aclNeed) bool { return e.liesIn(o) && !o.liesIn(e) }) &&
			!slices.ContainsFunc(entries[:i], func(o aclNeed) bool { return e.liesIn(o) && o.liesIn(e) }) {
			count++
		}
	}
	return count
}

func (e aclNeed) liesIn(o aclNeed) bool {
	return contains(o.block, e.block) && o.traffic.Contains(e.traffic)
}

// reportACLEntry reports an entry that allows undeclared traffic.
func (n *network) reportACLEntry(a *reach.ACL, e reach.Entry, tiers []string, out bool, extra traffic.Set) {
	preposition := "from"
	if out {
		preposition = "to"
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: strings.Join(tiers, "+"), To: e.Block.String(), Verdict: Weakened,
		What: fmt.Sprintf("network ACL entry %s %s", preposition, extra), At: n.tierLines(tiers),
		Reason: fmt.Sprintf("entry %d of %s allows %s %s %s, which no flow declares; another control may still stop it",
			e.Number, a.Name, extra, preposition, e.Block),
		Fix: "remove the entry, or declare the flow",
		Steps: []reach.Step{{
			Control: "network ACL", Where: a.Name, Passes: true, Rule: fmt.Sprintf("entry %d", e.Number), Resource: e.Resource,
		}},
	})
}

// checkPathMTU finds network ACLs that stop the messages of path MTU discovery, which any router on a path can send. Without them,
// connections over paths with different MTUs hang.
func (n *network) checkPathMTU(a *reach.ACL, tiers []string, out bool) {
	direction, entries := "in", a.In
	if out {
		direction, entries = "out", a.Out
	}
	if !n.haveFlowsBeyond(tiers) {
		return
	}
	messages := pathMTU
	if !n.model.Network.IPv6 {
		messages = messages[:1]
	}
	for _, m := range messages {
		var passes traffic.Set
		for _, e := range entries {
			if e.Allow && e.Unsure == "" && contains(e.Block, m.block) {
				passes = passes.Union(e.Traffic)
			}
		}
		if passes.Contains(m.traffic) || a.Unsure != "" {
			continue
		}
		n.report.Findings = append(n.report.Findings, Finding{
			Network: n.name(), From: strings.Join(tiers, "+"), To: a.Name, Verdict: Weakened,
			What: "path MTU discovery " + direction, At: n.tierLines(tiers),
			Reason: fmt.Sprintf("%s does not allow %s %s for every address, so connections over paths with different MTUs hang",
				a.Name, m.traffic, direction),
			Fix: "add an entry that allows it",
		})
	}
}

// pathMTU holds the messages that say that a packet is too big, for IPv4 and IPv6.
var pathMTU = []aclNeed{
	{internet[0].Block, traffic.ICMPTypes(traffic.ICMP, traffic.Unreachable, traffic.FragmentationNeeded)},
	{internet[1].Block, traffic.ICMPTypes(traffic.ICMPv6, traffic.PacketTooBig, -1)},
}

// haveFlowsBeyond reports whether tiers in the same subnets have a flow that leaves these subnets.
func (n *network) haveFlowsBeyond(tiers []string) bool {
	own := func(g *reach.Group) bool {
		return slices.ContainsFunc(tiers, func(id string) bool { return n.declared[id] == g })
	}
	return slices.ContainsFunc(tiers, func(id string) bool {
		rules := slices.Concat(n.declared[id].Egress, n.declared[id].Ingress)
		return slices.ContainsFunc(rules, func(r reach.Rule) bool { return r.Peer.Group == nil || !own(r.Peer.Group) })
	})
}

// tierLines returns the lines that declare tiers.
func (n *network) tierLines(tiers []string) []diag.Position {
	var at []diag.Position
	for _, id := range tiers {
		t, _ := n.model.Tier(id)
		at = append(at, t.At)
	}
	return at
}

// containsVPC reports whether a block contains a block of a VPC and more. A network ACL then names the whole block if the rest is declared.
func containsVPC(b reach.Block, v *reach.VPC) bool {
	return slices.ContainsFunc(v.Blocks, func(own reach.Block) bool { return own != b && contains(b, own) })
}

// aclNeeds returns what the flows of some tiers need in one direction: services, replies, and the messages of path MTU discovery.
func (n *network) aclNeeds(tiers []string, out bool) []aclNeed {
	var needs []aclNeed
	add := func(p reach.Peer, t traffic.Set) {
		for _, b := range n.blocksOf(p) {
			if !slices.ContainsFunc(needs, func(o aclNeed) bool { return o.block == b && o.traffic.Equal(t) }) {
				needs = append(needs, aclNeed{b, t})
			}
		}
	}
	for _, id := range tiers {
		requests, answered := n.declared[id].Ingress, n.declared[id].Egress
		if out {
			requests, answered = answered, requests
		}
		for _, r := range requests {
			add(r.Peer, r.Traffic)
		}
		for _, r := range answered {
			add(r.Peer, repliesTo(r.Traffic))
		}
	}
	n.clientNeeds(tiers, out, add)
	return append(needs, pathMTU...)
}

// clientNeeds adds the needs of clients whose load balancers preserve their addresses.
func (n *network) clientNeeds(tiers []string, out bool, add func(reach.Peer, traffic.Set)) {
	for _, a := range n.model.ClientAddresses {
		if !slices.Contains(tiers, a.To) {
			continue
		}
		var passedOn traffic.Set
		for _, p := range a.Ports {
			passedOn = passedOn.Union(TrafficOf(p))
		}
		if out {
			passedOn = repliesTo(passedOn)
		}
		for _, f := range n.model.Flows {
			if peers, err := n.peersOf(f.From); err == nil && a.IsClient(f) {
				for _, p := range peers {
					add(p, passedOn)
				}
			}
		}
	}
}

// blocksOf returns the addresses of a peer, as far as a network ACL can name them.
func (n *network) blocksOf(p reach.Peer) []reach.Block {
	if p.Block.IsValid() {
		return []reach.Block{p.Block}
	}
	if p.Group != nil {
		for id, g := range n.declared {
			t, _ := n.model.Tier(id)
			if g == p.Group && t.Imported == nil {
				return n.tierBlocks(t)
			}
		}
	}
	return []reach.Block{internet[0].Block, internet[1].Block}
}

// tierBlocks returns the blocks with the addresses of a tier, including IPv6.
func (n *network) tierBlocks(t arch.Tier) []reach.Block {
	out := n.addresses(t)
	for _, s := range n.subnetsOf(t) {
		for _, b := range s.Blocks {
			if b.Is6() && !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	return out
}

// neededFor returns the traffic that needs allow for a whole block.
func neededFor(needs []aclNeed, at reach.Block) traffic.Set {
	var out traffic.Set
	for _, need := range needs {
		if contains(need.block, at) {
			out = out.Union(need.traffic)
		}
	}
	return out
}

// repliesTo returns the replies to services that a network ACL must allow. Replies to all traffic may have any protocol and port. The plan
// decides the same on its own; see the package comment.
func repliesTo(t traffic.Set) traffic.Set {
	if t.Equal(traffic.Everything()) {
		return t
	}
	return t.Replies()
}
