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

// aclEntries finds entries of the tiers' network ACLs that let through more than the flows of the tiers in the subnets, and their replies.
func (n *network) aclEntries() {
	if n.model.Network.Wrapped || n.model.Network.NetworkACLs != arch.NetworkACLsOn {
		return
	}
	seen := map[*reach.ACL]bool{}
	for _, t := range n.model.Tiers {
		for _, s := range n.plots.homes[t.SubnetOwner()] {
			if s.ACL == nil || s.ACL.Resource == nil || isOpen(s.ACL) || seen[s.ACL] {
				continue
			}
			seen[s.ACL] = true
			tiers := n.tenantsOf(s.ACL)
			for _, out := range []bool{false, true} {
				n.aclSide(s.ACL, tiers, out)
			}
		}
	}
}

// tenantsOf are the tiers in the subnets of a network ACL.
func (n *network) tenantsOf(a *reach.ACL) []string {
	var out []string
	for _, s := range n.top.Subnets {
		if s.ACL == a {
			out = union(out, n.plots.tenants[s])
		}
	}
	slices.Sort(out)
	return out
}

// need is what a network ACL must let through to or from a block.
type need struct {
	block   reach.Block
	traffic traffic.Set
}

// aclSide judges the entries of one direction.
func (n *network) aclSide(a *reach.ACL, tiers []string, out bool) {
	needs := n.aclNeeds(tiers, out)
	if len(needs) > n.model.Network.EntriesPerNetworkACL {
		n.report.assume("%s: the network ACL of %s may be wider than the flows, as its entries do not fit; the security groups still tell", n.name(), strings.Join(tiers, ", "))
		return
	}
	var inner []reach.Block
	for _, w := range needs {
		inner = append(inner, w.block)
	}
	n.pathMTU(a, tiers, out)
	entries := a.In
	if out {
		entries = a.Out
	}
	for _, e := range entries {
		allowed := n.declaredAt(e.Block, e.Traffic, inner, isAround(e.Block, n.vpc), func(at reach.Block) traffic.Set { return sumOfNeeds(needs, at) })
		if extra := e.Traffic.Minus(allowed); e.Allow && e.Resource != nil && !extra.IsEmpty() {
			n.aclExcess(a, e, tiers, out, extra)
		}
	}
}

func (n *network) aclExcess(a *reach.ACL, e reach.Entry, tiers []string, out bool, extra traffic.Set) {
	way := "from"
	if out {
		way = "to"
	}
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: strings.Join(tiers, "+"), To: e.Block.String(), Verdict: Weakened, What: fmt.Sprintf("network ACL entry %s %s", way, extra), At: n.tierLines(tiers),
		Reason: fmt.Sprintf("entry %d of %s lets through %s %s %s, which no flow declares; another layer may still stop it", e.Number, a.Name, extra, way, e.Block),
		Fix:    "take the entry away, or declare the flow",
		Steps:  []reach.Step{{Control: "network ACL", Where: a.Name, Passes: true, Rule: fmt.Sprintf("entry %d", e.Number), Resource: e.Resource}},
	})
}

// pathMTU finds network ACLs that stop the messages which tell a sender to make its packets smaller: connections over paths of unequal MTU
// hang without them. Any router on the way sends them.
func (n *network) pathMTU(a *reach.ACL, tiers []string, out bool) {
	way, entries := "in", a.In
	if out {
		way, entries = "out", a.Out
	}
	if !n.leadBeyond(tiers) {
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
			Network: n.name(), From: strings.Join(tiers, "+"), To: a.Name, Verdict: Weakened, What: "path MTU discovery " + way, At: n.tierLines(tiers),
			Reason: fmt.Sprintf("%s does not let %s %s from and to every address: connections over paths of unequal MTU hang without it", a.Name, m.traffic, way),
			Fix:    "let it through",
		})
	}
}

// pathMTU are the messages that packets are too big, by family.
var pathMTU = []need{{internet[0].Block, traffic.ICMPTypes(1, 3, 4)}, {internet[1].Block, traffic.ICMPTypes(58, 2, -1)}}

// leadBeyond reports whether some flow of tiers in the same subnets leads to other addresses.
func (n *network) leadBeyond(tiers []string) bool {
	own := func(g *reach.Group) bool {
		return slices.ContainsFunc(tiers, func(id string) bool { return n.declared[id] == g })
	}
	return slices.ContainsFunc(tiers, func(id string) bool {
		return slices.ContainsFunc(slices.Concat(n.declared[id].Egress, n.declared[id].Ingress), func(r reach.Rule) bool { return r.Peer.Group == nil || !own(r.Peer.Group) })
	})
}

// tierLines are where tiers were declared.
func (n *network) tierLines(tiers []string) []diag.Position {
	var at []diag.Position
	for _, id := range tiers {
		t, _ := n.model.Tier(id)
		at = append(at, t.At)
	}
	return at
}

// isAround reports whether a block holds a VPC and more: a network ACL names the block whole where the rest of it was declared.
func isAround(b reach.Block, v *reach.VPC) bool {
	return slices.ContainsFunc(v.Blocks, func(own reach.Block) bool { return own != b && contains(b, own) })
}

// aclNeeds is what the flows of some tiers take in one direction: services, replies, and what tells senders to make packets smaller.
func (n *network) aclNeeds(tiers []string, out bool) []need {
	var needs []need
	add := func(p reach.Peer, what traffic.Set) {
		for _, b := range n.blocksOf(p) {
			if !slices.ContainsFunc(needs, func(o need) bool { return o.block == b && o.traffic.Equal(what) }) {
				needs = append(needs, need{b, what})
			}
		}
	}
	for _, id := range tiers {
		asked, answered := n.declared[id].Ingress, n.declared[id].Egress
		if out {
			asked, answered = answered, asked
		}
		for _, r := range asked {
			add(r.Peer, r.Traffic)
		}
		for _, r := range answered {
			add(r.Peer, repliesTo(r.Traffic))
		}
	}
	n.clientNeeds(tiers, out, add)
	return append(needs, pathMTU...)
}

// clientNeeds adds what the clients of load balancers send that keep their addresses.
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

// blocksOf are the addresses of a peer, as far as a network ACL can name them.
func (n *network) blocksOf(p reach.Peer) []reach.Block {
	if p.Block.IsValid() {
		return []reach.Block{p.Block}
	}
	if p.Group != nil {
		for id, g := range n.declared {
			t, _ := n.model.Tier(id)
			if g == p.Group && t.Imported == nil {
				return n.homeBlocks(t)
			}
		}
	}
	return []reach.Block{internet[0].Block, internet[1].Block}
}

// homeBlocks are the blocks of a tier's addresses, IPv6 included.
func (n *network) homeBlocks(t arch.Tier) []reach.Block {
	out := n.addresses(t)
	for _, s := range n.plots.homes[t.SubnetOwner()] {
		for _, b := range s.Blocks {
			if b.Is6() && !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	return out
}

func sumOfNeeds(needs []need, at reach.Block) traffic.Set {
	var out traffic.Set
	for _, w := range needs {
		if contains(w.block, at) {
			out = out.Union(w.traffic)
		}
	}
	return out
}

// gre is a protocol without ports. What carries it carries all protocols, as no service is of it alone.
const gre = 47

// repliesTo is what answers services: to the ports that clients choose from (VPC User Guide, "Ephemeral ports"), and of ICMP the answers of
// any kind.
func repliesTo(t traffic.Set) traffic.Set {
	var out traffic.Set
	for _, protocol := range []int{traffic.TCP, traffic.UDP} {
		if t.Overlaps(traffic.Protocol(protocol)) {
			out = out.Union(traffic.Ports(protocol, traffic.FirstReplyPort, traffic.LastPort))
		}
	}
	for _, e := range traffic.Exchanges() {
		if t.Overlaps(traffic.ICMPTypes(e.Protocol, e.Request, -1)) {
			out = out.Union(traffic.ICMPTypes(e.Protocol, e.Answer, -1))
		}
	}
	if t.Overlaps(traffic.Protocol(gre)) {
		return traffic.Everything() // Replies to all traffic may be of any protocol and port.
	}
	return out
}
