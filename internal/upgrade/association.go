package upgrade

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/cfn"
)

// associations finds those that take over from one that is deleted afterwards, which lets go of what both adopted.
func (u *update) associations() {
	old := map[string]*cfn.Resource{}
	for _, r := range sorted(u.before) {
		if property := kinds[r.Type].adopts; property != "" {
			old[r.Type+"|"+u.text(r.Get(property), was)] = r
		}
	}
	for _, r := range sorted(u.after) {
		k := kinds[r.Type]
		if k.adopts == "" || !u.isCreated(r) {
			continue
		}
		former := old[r.Type+"|"+u.text(r.Get(k.adopts), is)]
		if former == nil || !u.isGone(former) || u.isRetained(former) {
			continue
		}
		why := fmt.Sprintf("it takes the place of %s", former)
		recipe := fmt.Sprintf("first the templates as they were, with DeletionPolicy: Retain at %s; then this change", former)
		if former.String() == r.String() {
			why = "its " + u.replaced[r] + " changes, so that it is replaced"
			recipe = "first the templates as they were, with UpdateReplacePolicy: Retain here; then this change, with the policy as well"
		}
		u.add(r, "detaches", "the update takes the association away again",
			fmt.Sprintf("%s: the new one is made first, and then the old one is deleted: %s", why, k.left),
			"deploy twice: "+recipe+". The old one is then left alone", former)
	}
}
