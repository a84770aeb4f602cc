package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// part are the members of a tier that are of one kind.
type part struct {
	kind    arch.Kind // 0 for computers
	members []*cfn.Resource
}

func (p part) String() string {
	var out []string
	for _, m := range p.members {
		out = append(out, m.ID)
	}
	return strings.Join(out, ", ")
}

// kindsIn divides the members of a tier by kind: edges first, then computers, then data.
func kindsIn(t *tier) []part {
	var out []part
	for _, kind := range []arch.Kind{arch.Edge, 0, arch.Data} {
		p := part{kind: kind}
		for _, m := range t.members {
			if kindOfMember(m) == kind {
				p.members = append(p.members, m)
			}
		}
		if len(p.members) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// maxHints is how many rules a hint names.
const maxHints = 10

// hintToSplit says which rules of a tier with members of several kinds each of them needs.
func (i *importer) hintToSplit(t *tier, parts []part) {
	var all, hints []string
	for _, p := range parts {
		all = append(all, p.String())
	}
	for _, g := range t.groups {
		for _, r := range g.Ingress {
			if r.Resource == nil || slices.Contains(t.groups, r.Peer.Group) {
				continue
			}
			hints = append(hints, fmt.Sprintf("%s from %s to %s", r.Traffic, r.Peer, partFor(r, parts)))
		}
		for _, r := range g.Egress {
			if r.Resource != nil && !slices.Contains(t.groups, r.Peer.Group) {
				hints = append(hints, fmt.Sprintf("%s to %s from %s", r.Traffic, r.Peer, parts[senderIn(parts)]))
			}
		}
	}
	if more := len(hints) - maxHints; more > 0 {
		hints = append(hints[:maxHints], fmt.Sprintf("and %d more rules", more))
	}
	for n := range len(parts) - 1 {
		hints = append(hints, fmt.Sprintf("what %s opens to %s becomes a flow", parts[n], parts[n+1]))
	}
	i.residual(t.resource(), "%s has members of several kinds, %s: they are one tier, because a group for each would change the traffic. "+
		"To split it by hand, give each the rules that it needs: %s", t.groups[0].Label(), strings.Join(all, " and "), strings.Join(hints, "; "))
}

// partFor returns the members that need an ingress rule: data its own ports, computers those of administrators, and the outermost part the
// rest.
func partFor(r reach.Rule, parts []part) part {
	last := parts[len(parts)-1]
	switch computers := senderIn(parts); {
	case last.kind == arch.Data && dataTraffic().Contains(r.Traffic):
		return last
	case admin.Contains(r.Traffic):
		return parts[computers]
	}
	return parts[0]
}

// senderIn returns the place of the part that runs code; the first part if none does.
func senderIn(parts []part) int {
	return max(0, slices.IndexFunc(parts, func(p part) bool { return p.kind == 0 }))
}
