package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/gen/importer"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// rank is how much a row matters. The smallest is the first.
type rank int

// The ranks.
const (
	fromInternet rank = iota
	toInternet        // addresses and domain names
	byException       // what the declaration calls an exception
	withData          // from or to a data tier
	otherwise
	withAddresses // of the network itself: rows about its tiers say the same with names
)

// ranks knows the peers that matter more than others, by their labels.
type ranks struct {
	data       map[string]bool
	exceptions map[[2]string]bool
}

// ranksOf finds the data tiers and the exceptions: those declared, or else the tiers that an import would recognize.
func ranksOf(a *cfn.Assembly, top *reach.Topology) (ranks, error) {
	r := ranks{map[string]bool{}, map[[2]string]bool{}}
	declared, err := declarationBeside(a)
	if err != nil {
		return r, err
	}
	labels := labelsByGroups(top)
	if declared == nil {
		for _, t := range importer.Recognize(a).Tiers {
			if t.Kind == arch.Data {
				r.data[labels[strings.Join(t.Groups, "\x00")]] = true
			}
		}
		return r, nil
	}
	for _, n := range declared.Networks {
		r.addNetwork(a, top, n, labels)
	}
	return r, nil
}

func (r ranks) addNetwork(a *cfn.Assembly, top *reach.Topology, n proof.Network, labels map[string]string) {
	label := map[string]string{} // by tier id
	for _, t := range n.Architecture.Tiers {
		at := n.Tiers[t.ID].Group
		v, err := a.Evaluate(at.Template, at.Expression)
		if err != nil {
			continue // The proof says so; an unknown tier has no rank of its own.
		}
		label[t.ID] = labels[top.Group(v).Name]
		r.data[label[t.ID]] = r.data[label[t.ID]] || t.Kind == arch.Data
	}
	for _, f := range n.Architecture.Flows {
		if f.Exception {
			r.exceptions[[2]string{label[f.From.Text], label[f.To.Text]}] = true
		}
	}
}

// labelsByGroups returns the labels of peers by the names of their groups.
func labelsByGroups(top *reach.Topology) map[string]string {
	out := map[string]string{}
	for label, classes := range top.PeerClasses() {
		names := make([]string, len(classes[0].Groups))
		for i, g := range classes[0].Groups {
			names[i] = g.Name
		}
		slices.Sort(names)
		out[strings.Join(names, "\x00")] = label
	}
	return out
}

func (r ranks) of(row *reach.Row) rank {
	public := slices.ContainsFunc(row.Parts, isPublic)
	switch {
	case public && row.FromPeer == "":
		return fromInternet
	case public:
		return toInternet
	case len(row.Parts) > 0 && !slices.ContainsFunc(row.Parts, func(p reach.Outside) bool { return !p.Inside }):
		return withAddresses
	case row.FromPeer != "" && row.ToPeer != "" && r.exceptions[[2]string{row.FromPeer, row.ToPeer}]:
		return byException
	case row.FromPeer != "" && r.data[row.FromPeer] || row.ToPeer != "" && r.data[row.ToPeer]:
		return withData
	}
	return otherwise
}

// isPublic reports whether a part of the outside is the internet, or a name that may be anywhere.
func isPublic(p reach.Outside) bool { return !p.Inside && !p.Private && p.List == "" || p.IsName() }

// compare orders rows: first by rank, then those that carry most, then by name.
func (r ranks) compare(a, b *reach.Row) int {
	return cmp.Or(cmp.Compare(r.of(a), r.of(b)), cmp.Compare(width(b.Carried.Maybe), width(a.Carried.Maybe)),
		fold.Compare(a.From, b.From), fold.Compare(a.To, b.To))
}

// width is how many services a set of traffic holds, of a port or an ICMP code each.
func width(t traffic.Set) int {
	total := 0
	for from, to := range t.Numbers() {
		total += int(to-from) + 1
	}
	return total
}
