package upgrade

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// equalRules are rules of templates that EC2 stores as one rule: the ones before the update that are removed, the ones
// that stay, and whether the update creates one of them.
type equalRules struct {
	leaving, staying []rule
	recreated        bool
}

// findRevokedEquals finds rules that are removed while an equal rule stays. EC2 stores one rule for both, so revoking
// one revokes the other.
func (u *update) findRevokedEquals() {
	rules := u.equalRulesBefore()
	if len(rules) == 0 {
		return
	}
	at := func(r rule) *equalRules {
		if e := rules[r.key()]; e != nil {
			return e
		}
		return &equalRules{} // The rule has no equal.
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

// equalRulesBefore prepares an entry for every rule that exists more than once before the update.
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

// add records a rule of the state after.
func (e *equalRules) add(r rule, created bool) {
	if created {
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

// findAddedEquals finds inline rules that are added to an existing group that keeps an equal rule, written in another
// way.
func (u *update) findAddedEquals() {
	for g := range resources(u.after) {
		if b := u.former[g]; b != nil && !u.created[g] && g.Type == groupType {
			u.checkAddedEquals(u.inline(b), u.inline(g))
		}
	}
}

// checkAddedEquals ignores a rule if an equal one is removed: that one is revoked first, and the added rule is reported
// as a gap.
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

// mayCoexist reports whether two rules may exist under the same outcomes of conditions.
func mayCoexist(r, s rule) bool {
	return r.condition == "" || s.condition == "" || r.condition == s.condition
}

func (u *update) reportAddedEqual(kept, added rule) {
	u.report("equal-rule", added.owner, diag.Diagnostic{
		Subject: added.owner.String() + ":" + added.words() + ":added",
		Summary: added.owner.ID + " gets the rule " + added.words() + " a second time, because it keeps an equal rule",
		Detail: "EC2 distinguishes rules by protocol, ports and peer, not by their descriptions or by how they are written, and answers " +
			"InvalidPermission.Duplicate; if CloudFormation ignores that error, EC2 stores one rule for both, and removing one of " +
			"them later revokes it for the other too",
		Fix: "remove the rule: the equal one allows its traffic",
		At:  slices.Compact([]diag.Position{u.line(kept.owner, kept.line), u.line(added.owner, added.line)}),
	})
}

// countSources counts how often each rule occurs in its written form.
func countSources(rules []rule) map[string]int {
	out := map[string]int{}
	for _, r := range rules {
		out[r.sourceKey()]++
	}
	return out
}

// pair returns a rule that is removed and one that stays, if both may exist together.
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

// reportRevokedEqual reports that a rule is revoked in EC2 although it stays in the template. If the update creates the
// rule again, it exists in the end, and the time until then is reported as a gap or a collision.
func (u *update) reportRevokedEqual(e *equalRules) {
	leaves, stays, found := e.pair()
	if !found || e.recreated {
		return
	}
	u.report("equal-rule", stays.owner, diag.Diagnostic{
		Subject: stays.owner.String() + ":" + stays.words(),
		Summary: "the rule " + stays.words() + " is revoked although it stays in the template, because an equal rule is removed",
		Detail: "EC2 distinguishes rules by protocol, ports and peer, not by their descriptions or by how they are written, and stores one " +
			"rule for " +
			"both: CloudFormation revokes it for the rule that is removed and does not authorise it again for the rule that stays",
		Fix: "keep both; or deploy three times: first add a standalone rule with a wider block or port range that allows the " +
			"traffic, then remove both equal rules, then add one of them again and remove the wider rule",
		At: []diag.Position{u.line(leaves.owner, leaves.line)},
	})
}
