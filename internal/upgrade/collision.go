package upgrade

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// collisions finds what is made while something with the same key is still there.
func (u *update) collisions() {
	held := map[string]*cfn.Resource{}
	for _, r := range sorted(u.before) {
		for _, k := range u.keysOf(r, was) {
			held[k.text] = r
		}
	}
	made := map[string]*cfn.Resource{}
	for _, r := range sorted(u.after) {
		for _, k := range u.keysOf(r, is) {
			if twin := made[k.text]; twin != nil && (u.isCreated(r) || u.isCreated(twin)) && held[k.text] == nil {
				u.collide(r, twin, k)
			}
			made[k.text] = r
			if holder := held[k.text]; holder != nil && u.isCreated(r) {
				u.collide(r, holder, k)
			}
		}
	}
	u.subnets()
}

func (u *update) keysOf(r *cfn.Resource, s state) []key {
	if keys := kinds[r.Type].keys; keys != nil {
		return keys(u, r, s)
	}
	return nil
}

func (u *update) collide(r, holder *cfn.Resource, k key) {
	rule, fix := "key-collision", fmt.Sprintf("keep the logical id %s; or deploy twice: first without %s, then with %s. Between the two there is none", holder.ID, holder, r)
	summary, detail := "it cannot be made: what it takes the place of is still there", fmt.Sprintf("%s is %s until the update has made everything else, and then deletes it; AWS: %s", k.what, holder, k.answer)
	switch {
	case u.before[holder.String()] != holder:
		summary, detail = "it cannot be made: another resource of the templates is the same", fmt.Sprintf("%s is %s as well; AWS: %s", k.what, holder, k.answer)
		fix = "remove one of the two"
	case holder.String() == r.String():
		detail = fmt.Sprintf("its %s changes, so that it is replaced, and %s is its former self until then; AWS: %s", u.replaced[r], k.what, k.answer)
		fix = fmt.Sprintf("leave %s as it was; or deploy twice: first without %s, then with it as it is to be", u.replaced[r], r.ID)
	case !u.isGone(holder):
		detail = fmt.Sprintf("%s is %s, which stays, or changes in the same update; AWS: %s", k.what, holder, k.answer)
		fix = fmt.Sprintf("deploy twice: first the change of %s, then %s", holder, r)
	case u.isRetained(holder):
		detail = fmt.Sprintf("%s is %s, which is retained; AWS: %s", k.what, holder, k.answer)
		fix = fmt.Sprintf("keep the logical id %s, or import what is there into the new one", holder.ID)
	case holder.Stack.Name != r.Stack.Name:
		fix = fmt.Sprintf("deploy twice: first %s without %s, then %s with %s; or move it with a stack refactoring", holder.Stack.Name, holder.ID, r.Stack.Name, r.ID)
	}
	if k.name {
		rule = "name-clash"
		fix = "leave the name to CloudFormation, or give another one; to keep it, deploy twice: first under another name, then under this one"
	}
	u.add(r, rule, summary, detail, fix, holder)
}

// subnets finds subnets that are made over addresses of others: blocks need not be the same to collide.
func (u *update) subnets() {
	old := map[string]*reach.Subnet{}
	for _, s := range u.beforeTop.Subnets {
		if s.Resource != nil {
			old[s.Resource.String()] = s
		}
	}
	for _, now := range u.afterTop.Subnets {
		if now.Resource == nil || !u.isCreated(now.Resource) || now.VPC == nil {
			continue
		}
		for _, name := range sortedNames(old) {
			other := old[name]
			if other.VPC == nil || u.text(other.Resource.Get("VpcId"), was) != u.text(now.Resource.Get("VpcId"), is) {
				continue
			}
			if block, ok := now.Overlap(other); ok {
				k := key{what: block, answer: "InvalidSubnet.Conflict"}
				u.collide(now.Resource, other.Resource, k)
			}
		}
	}
}

func sortedNames(m map[string]*reach.Subnet) []string { return slices.Sorted(maps.Keys(m)) }
