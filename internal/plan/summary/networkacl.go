package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// networkACLs shows what the network ACLs hold and what they add to the groups.
func (w *writer) networkACLs() {
	if len(w.p.NetworkACLs) == 0 {
		return
	}
	names := w.blockNames()
	budget := w.p.Model.Network.EntriesPerNetworkACL
	owners := [][]string{nil} // the tiers of each row: ACLs that let the same through are one row
	rows := [][]string{{"NETWORK ACL OF", "ENTRIES IN", "ENTRIES OUT", "LETS THROUGH WITH"}}
	for i, a := range w.p.NetworkACLs {
		if i > 0 && slices.Equal(a.Tiers, w.p.NetworkACLs[i-1].Tiers) {
			continue // Exact subnets of one tier have ACLs that are alike.
		}
		in, out := fmt.Sprintf("%d of %d", len(a.In), budget), fmt.Sprintf("%d of %d", len(a.Out), budget)
		rest := []string{in, out, w.passesWith(a, names)}
		if at := slices.IndexFunc(rows, func(row []string) bool { return slices.Equal(row[1:], rest) }); at > 0 {
			owners[at] = append(owners[at], a.Tiers...)
			continue
		}
		rows, owners = append(rows, append([]string{""}, rest...)), append(owners, slices.Clone(a.Tiers))
	}
	for i := range rows[1:] {
		rows[i+1][0] = w.namesOf(owners[i+1])
	}
	w.table(rows)
	w.line(fmt.Sprintf("network ACLs stop everything else, whatever the groups allow, except path MTU messages. They cannot tell replies to "+
		"the ports %d-%d from new connections to these ports; the groups can.", traffic.FirstReplyPort, traffic.LastReplyPort))
	w.b.WriteString("\n")
}

// namesOf lists tiers; all endpoints together have one name.
func (w *writer) namesOf(tiers []string) string {
	var out []string
	for _, id := range tiers {
		if t, _ := w.p.Model.Tier(id); t.Kind == arch.Endpoint {
			id = "endpoints"
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return strings.Join(fold.Names(out), ", ")
}

// passesWith names the peers of a network ACL's entries, and for any address the ports: "App, any address (out tcp/443)".
func (w *writer) passesWith(a plan.NetworkACL, names map[address.Block]string) string {
	mtu := plan.PathMTUEntries(w.p.Model)
	var peers []string
	anybody := map[plan.Direction][]string{}
	for _, e := range a.Entries() {
		switch {
		case slices.Contains(mtu, e.EntryKey):
		case e.Block.IsEverywhere():
			if ports := e.Ports.String(); !slices.Contains(anybody[e.Direction], ports) {
				anybody[e.Direction] = append(anybody[e.Direction], ports)
			}
		default:
			peers = append(peers, nameOf(e.Block, names))
		}
	}
	peers = fold.Names(peers)
	var ways []string
	for _, way := range []plan.Direction{plan.Ingress, plan.Egress} {
		if len(anybody[way]) > 0 {
			slices.Sort(anybody[way])
			ways = append(ways, way.Word()+" "+strings.Join(anybody[way], " "))
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
func (w *writer) blockNames() map[address.Block]string {
	names := map[address.Block]string{}
	for _, six := range []bool{false, true} {
		names[address.WholeNetwork(w.p.Model, six)] = "the whole network"
	}
	for _, t := range w.p.Model.Tiers {
		if t.SharesWith != "" || t.Imported != nil {
			continue
		}
		blocks, _ := address.Of(w.p.Model, arch.TierPeer(t.Kind, t.ID))
		for _, block := range blocks {
			names[block] = w.namesOf([]string{t.ID})
		}
	}
	return names
}

// nameOf names a block by its owner, or as it is.
func nameOf(b address.Block, names map[address.Block]string) string {
	if name, ok := names[b]; ok {
		return name
	}
	return b.String()
}
