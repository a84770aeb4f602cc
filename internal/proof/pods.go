package proof

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
)

// notePods notes what the proof does not know of tiers that are pods. It reads no network policies. Pods have the group of their tier if a
// policy of groups in the templates says so; what is applied to the cluster by another way is not in the templates.
func (n *network) notePods() {
	var all, without []string
	for _, t := range n.model.Tiers {
		if t.Kubernetes == nil || t.Imported != nil {
			continue
		}
		all = append(all, t.ID)
		if !n.seesPods(n.partyOf[t.ID].real.Groups) {
			without = append(without, t.ID)
		}
	}
	if len(all) > 0 {
		n.note("network policies of pods are not read; what the proof says of %s is about security groups", strings.Join(all, ", "))
	}
	if len(without) > 0 {
		n.note("no SecurityGroupPolicy in the templates gives pods of %s the group of their tier; pods without it have that of their nodes",
			strings.Join(without, ", "))
	}
}

// seesPods reports whether a policy of groups in the templates gives pods one of the groups.
func (n *network) seesPods(groups []*reach.Group) bool {
	return slices.ContainsFunc(n.top.Classes, func(c *reach.Class) bool {
		return slices.ContainsFunc(c.Members, reach.IsGroupPolicy) &&
			slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { return slices.Contains(groups, g) })
	})
}
