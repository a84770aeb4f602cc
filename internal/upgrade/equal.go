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
	recreated        bool
}

// findRevokedEquals finds rules that are taken away together with an equal one: EC2 holds one rule for both, so that revoking the one
// revokes the other.
func (u *update) findRevokedEquals() {
	rules := u.equalRulesBefore()
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
			if goes, retained := u.isDeleted(b); goes && !retained {
				at(r).leaving = append(at(r).leaving, r)
			}
		}
	}
	for a := range resources(u.after) {
		if r, ok := u.standalone(a); ok {
			at(r).add(r, u.created[a])
		}
		if a.Type == groupType && !u.created[a] {
			u.addInline(a, at)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		u.reportRevokedEqual(rules[key])
	}
}

// equalRulesBefore gives room to the rules of which there was more than one before.
func (u *update) equalRulesBefore() map[string]*equalRules {
	seen, out := map[string]bool{}, map[string]*equalRules{}
	for b := range resources(u.before) {
		for _, r := range u.rulesOf(b) {
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
		e.recreated = true
		return
	}
	e.staying = append(e.staying, r)
}

// addInline compares the inline rules of a group as CloudFormation does: by how they are written.
func (u *update) addInline(after *cfn.Resource, at func(rule) *equalRules) {
	was, is := u.inline(u.former[after]), u.inline(after)
	before, now := countSources(was), countSources(is)
	for _, r := range was {
		if now[r.sourceKey()]--; now[r.sourceKey()] < 0 {
			at(r).leaving = append(at(r).leaving, r)
		}
	}
	for _, r := range is {
		before[r.sourceKey()]--
		at(r).add(r, before[r.sourceKey()] < 0)
	}
}

// findAddedEquals finds inline rules that a live group gets although it keeps an equal one, written in another way.
func (u *update) findAddedEquals() {
	for g := range resources(u.after) {
		if b := u.former[g]; b != nil && !u.created[g] && g.Type == groupType {
			u.checkAddedEquals(u.inline(b), u.inline(g))
		}
	}
}

// checkAddedEquals leaves out rules of which an equal one leaves: that is revoked first, and what is added is a gap.
func (u *update) checkAddedEquals(was, is []rule) {
	before, now, leaves, kept := countSources(was), countSources(is), map[string]bool{}, map[string]rule{}
	for _, r := range was {
		leaves[r.key()] = leaves[r.key()] || now[r.sourceKey()] == 0
	}
	for _, r := range is {
		if before[r.sourceKey()] > 0 {
			kept[r.key()] = r
		}
	}
	for _, r := range is {
		k, ok := kept[r.key()]
		if ok && before[r.sourceKey()] == 0 && !leaves[r.key()] && !r.isKept(k) && mayCoexist(r, k) {
			u.reportAddedEqual(k, r)
		}
	}
}

// mayCoexist reports whether two rules may be there under one outcome of conditions.
func mayCoexist(r, s rule) bool {
	return r.condition == "" || s.condition == "" || r.condition == s.condition
}

func (u *update) reportAddedEqual(kept, added rule) {
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

// countSources counts how often each rule is written.
func countSources(rules []rule) map[string]int {
	out := map[string]int{}
	for _, r := range rules {
		out[r.sourceKey()]++
	}
	return out
}

// pair returns a rule that leaves and one that stays, if they can be there together.
func (e *equalRules) pair() (leaves, stays rule, found bool) {
	for _, l := range e.leaving {
		for _, s := range e.staying {
			if mayCoexist(l, s) {
				return l, s, true
			}
		}
	}
	return rule{}, rule{}, false
}

// reportRevokedEqual reports that a rule which stays in the template goes in EC2. If the update makes the rule anew, it is there in the
// end: what happens until then is a gap or a collision.
func (u *update) reportRevokedEqual(e *equalRules) {
	leaves, stays, found := e.pair()
	if !found || e.recreated {
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
