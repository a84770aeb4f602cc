package upgrade

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// equalRules are the rules of templates that EC2 holds as one. Those of before that leave, the ones that stay, and
// whether the update makes one anew.
type equalRules struct {
	leaving, staying []rule
	anew             bool
}

// equals finds rules that are taken away together with an equal one: EC2 holds one rule for both, so that revoking the one
// revokes the other.
func (u *update) equals() {
	rules := u.equalBefore()
	if len(rules) == 0 {
		return
	}
	at := func(r rule) *equalRules {
		if e := rules[r.key()]; e != nil {
			return e
		}
		return &equalRules{} // It has no equal.
	}
	for b := range resources(u.before) {
		if r, ok := u.standalone(b); ok {
			if goes, retained := u.goes(b); goes && !retained {
				at(r).leaving = append(at(r).leaving, r)
			}
		}
	}
	for a := range resources(u.after) {
		if r, ok := u.standalone(a); ok {
			at(r).add(r, u.fresh[a])
		}
		if a.Type == groupType && !u.fresh[a] {
			u.equalInline(a, at)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		u.reportEqual(rules[key])
	}
}

// equalBefore gives room to the rules of which there was more than one before.
func (u *update) equalBefore() map[string]*equalRules {
	seen, out := map[string]bool{}, map[string]*equalRules{}
	for b := range resources(u.before) {
		for _, r := range u.held(b) {
			if seen[r.key()] {
				out[r.key()] = &equalRules{}
			}
			seen[r.key()] = true
		}
	}
	return out
}

// add notes a rule of after.
func (e *equalRules) add(r rule, fresh bool) {
	if fresh {
		e.anew = true
		return
	}
	e.staying = append(e.staying, r)
}

// equalInline compares the inline rules of a group as CloudFormation does: by how they are written.
func (u *update) equalInline(after *cfn.Resource, at func(rule) *equalRules) {
	was, is := u.inline(u.old[after]), u.inline(after)
	before, now := spellings(was), spellings(is)
	for _, r := range was {
		if now[r.spelling()]--; now[r.spelling()] < 0 {
			at(r).leaving = append(at(r).leaving, r)
		}
	}
	for _, r := range is {
		before[r.spelling()]--
		at(r).add(r, before[r.spelling()] < 0)
	}
}

// equalsAdded finds inline rules that a live group gets although it keeps an equal one, written in another way.
func (u *update) equalsAdded() {
	for g := range resources(u.after) {
		if b := u.old[g]; b != nil && !u.fresh[g] && g.Type == groupType {
			u.equalAdded(u.inline(b), u.inline(g))
		}
	}
}

// equalAdded leaves out rules of which an equal one leaves: that is revoked first, and what is added is a gap.
func (u *update) equalAdded(was, is []rule) {
	before, now, leaves, kept := spellings(was), spellings(is), map[string]bool{}, map[string]rule{}
	for _, r := range was {
		leaves[r.key()] = leaves[r.key()] || now[r.spelling()] == 0
	}
	for _, r := range is {
		if before[r.spelling()] > 0 {
			kept[r.key()] = r
		}
	}
	for _, r := range is {
		k, ok := kept[r.key()]
		if ok && before[r.spelling()] == 0 && !leaves[r.key()] && !r.isLeft(k) && together(r, k) {
			u.reportAdded(k, r)
		}
	}
}

// together reports whether two rules may be there under one outcome of conditions.
func together(r, s rule) bool {
	return r.condition == "" || s.condition == "" || r.condition == s.condition
}

func (u *update) reportAdded(kept, added rule) {
	u.report("equal-rule", added.owner, diag.Diagnostic{
		Subject: added.owner.String() + ":" + added.words() + ":added",
		Summary: added.owner.ID + " gets the rule " + added.words() + " a second time, while it keeps an equal one",
		Detail: "EC2 tells rules apart by protocol, ports and peer, not by their descriptions or how they are written, and answers " +
			"InvalidPermission.Duplicate; where CloudFormation passes over that, EC2 holds one rule for both, and removing one of " +
			"them later revokes it for the other as well",
		Fix: "leave the rule out: the equal one carries its traffic",
		At:  slices.Compact([]diag.Position{u.line(kept.owner, kept.line), u.line(added.owner, added.line)}),
	})
}

// spellings counts how often each rule is written.
func spellings(rules []rule) map[string]int {
	out := map[string]int{}
	for _, r := range rules {
		out[r.spelling()]++
	}
	return out
}

// pair returns a rule that leaves and one that stays, if they can be there together.
func (e *equalRules) pair() (leaves, stays rule, found bool) {
	for _, l := range e.leaving {
		for _, s := range e.staying {
			if together(l, s) {
				return l, s, true
			}
		}
	}
	return rule{}, rule{}, false
}

// reportEqual reports that a rule which stays in the template goes in EC2. If the update makes the rule anew, it is there in the
// end: what happens until then is a gap or a collision.
func (u *update) reportEqual(e *equalRules) {
	leaves, stays, found := e.pair()
	if !found || e.anew {
		return
	}
	u.report("equal-rule", stays.owner, diag.Diagnostic{
		Subject: stays.owner.String() + ":" + stays.words(),
		Summary: "the rule " + stays.words() + " is revoked, although it stays in the template: an equal one leaves",
		Detail: "EC2 tells rules apart by protocol, ports and peer, not by their descriptions or how they are written, and holds one rule for " +
			"both: CloudFormation revokes it for the one that leaves and does not authorise it again for the one that stays",
		Fix: "leave both as they are; or deploy three times: first add a standalone rule of a wider block or port range that carries the " +
			"traffic, then remove both of the equal ones, then add the one again and remove the wider rule",
		At: []diag.Position{u.line(leaves.owner, leaves.line)},
	})
}
