package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// writeNetworkACLs shows what the network ACLs hold and what they add to the groups.
func (p *Plan) writeNetworkACLs(b *strings.Builder) {
	if len(p.NetworkACLs) == 0 {
		return
	}
	names := p.blockNames()
	budget := p.Model.Network.EntriesPerNetworkACL
	rows := [][]string{{"NETWORK ACL OF", "ENTRIES IN", "ENTRIES OUT", "LETS THROUGH WITH"}}
	for i, a := range p.NetworkACLs {
		if i > 0 && slices.Equal(a.Tiers, p.NetworkACLs[i-1].Tiers) {
			continue // Exact subnets of one tier: the same again.
		}
		rows = append(rows, []string{
			p.namesOf(a.Tiers), fmt.Sprintf("%d of %d", len(a.In), budget), fmt.Sprintf("%d of %d", len(a.Out), budget), p.passesWith(a, names),
		})
	}
	table(b, rows)
	fmt.Fprintf(b, "network ACLs stop everything else, whatever the groups say, but for path MTU messages. They cannot tell replies, to the ports\n"+
		"%d-%d, from connections that are opened to these ports; that the groups do.\n\n", traffic.FirstReplyPort, traffic.LastReplyPort)
}

// namesOf lists tiers; all endpoints together are one name.
func (p *Plan) namesOf(tiers []string) string {
	var out []string
	for _, id := range tiers {
		if t, _ := p.Model.Tier(id); t.Kind == arch.Endpoint {
			id = "endpoints"
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return strings.Join(out, ", ")
}

// passesWith names whom a network ACL lets through anything with, and of any address what: "App, any address (out tcp/443)".
func (p *Plan) passesWith(a NetworkACL, names map[Block]string) string {
	mtu := pathMTU(p.Model)
	var peers []string
	anybody := map[Direction][]string{}
	for _, e := range a.Entries() {
		switch {
		case slices.Contains(mtu, e.EntryKey):
		case e.Block.isEverywhere():
			if ports := e.Ports.String(); !slices.Contains(anybody[e.Direction], ports) {
				anybody[e.Direction] = append(anybody[e.Direction], ports)
			}
		default:
			peers = append(peers, nameOf(e.Block, names))
		}
	}
	slices.Sort(peers)
	peers = slices.Compact(peers)
	var ways []string
	for _, way := range []Direction{Ingress, Egress} {
		if len(anybody[way]) > 0 {
			slices.Sort(anybody[way])
			ways = append(ways, way.way()+" "+strings.Join(anybody[way], " "))
		}
	}
	if len(ways) > 0 {
		peers = append(peers, "any address ("+strings.Join(ways, ", ")+")")
	}
	if len(peers) == 0 {
		return "nobody"
	}
	return strings.Join(peers, ", ")
}

// blockNames are the tiers that own blocks.
func (p *Plan) blockNames() map[Block]string {
	names := map[Block]string{}
	for _, six := range []bool{false, true} {
		names[wholeNetwork(p.Model, six)] = "the whole network"
		for _, t := range p.Model.Tiers {
			if t.SharesWith != "" || t.Imported != nil {
				continue
			}
			for _, block := range tierBlocks(p.Model, t, six) {
				names[block] = p.namesOf([]string{t.ID})
			}
		}
	}
	return names
}

func nameOf(b Block, names map[Block]string) string {
	if name, ok := names[b]; ok {
		return name
	}
	return b.String()
}
