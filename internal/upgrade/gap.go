package upgrade

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// findGaps finds traffic that a group carries before and after the update but not all the way: CloudFormation revokes the inline
// rules that change before it authorises what they change to, and standalone rules come later still.
func (u *update) findGaps() {
	staying := map[string][]rule{} // standalone rules stay until the clean-up
	for b := range resources(u.before) {
		if r, ok := u.standalone(b); ok {
			staying[r.groupDirection()] = append(staying[r.groupDirection()], r)
		}
	}
	coming := map[string][]rule{}
	for a := range resources(u.after) {
		if r, ok := u.standalone(a); ok && u.created[a] {
			coming[r.groupDirection()] = append(coming[r.groupDirection()], r)
		}
	}
	for g := range resources(u.after) {
		if b := u.former[g]; b != nil && !u.created[g] && g.Type == groupType {
			u.findGroupGaps(b, g, staying, coming)
		}
	}
}

// groupDirection is the group and direction of a rule.
func (r rule) groupDirection() string {
	if r.egress {
		return r.group + " egress"
	}
	return r.group + " ingress"
}

// handover is a rule that goes and one that takes over its traffic, or a part of it, later.
type handover struct{ from, to rule }

func (u *update) findGroupGaps(before, after *cfn.Resource, staying, coming map[string][]rule) {
	was, is := u.inline(before), u.inline(after)
	for _, egress := range []bool{false, true} {
		old, now := inDirection(was, egress), inDirection(is, egress)
		removed, added := difference(old, now), difference(now, old)
		if len(removed) == 0 {
			continue
		}
		u.noteConditionChanges(after, removed, added)
		place := removed[0].groupDirection()
		added = append(added, coming[place]...)
		kept := append(difference(old, removed), staying[place]...)
		if m := gapsBetween(removed, added, kept); len(m) > 0 {
			u.reportGap(before, after, egress, m)
		}
	}
}

// gapsBetween pairs what is removed with what is added, where they share traffic that nothing else carries meanwhile.
func gapsBetween(removed, added, kept []rule) []handover {
	var out []handover
	coming, staying := newIndex(added), newIndex(kept)
	for _, r := range removed {
		var to []rule
		for _, a := range coming.candidates(r.box) {
			if r.condition != "" && a.condition != "" && r.condition != a.condition {
				continue
			}
			if common, ok := r.box.meet(a.box); ok && !common.covered(carryMeanwhile(r, staying.candidates(common))) {
				to = append(to, a)
			}
		}
		to = slices.DeleteFunc(to, r.isKept)
		if i := slices.IndexFunc(to, func(a rule) bool { return a.key() == r.key() }); i >= 0 {
			to = to[i : i+1] // The same rule again says it all.
		}
		for _, a := range to {
			out = append(out, handover{r, a})
		}
	}
	return out
}

// noteConditionChanges notes rules that come under another condition, or under none.
func (u *update) noteConditionChanges(group *cfn.Resource, removed, added []rule) {
	for _, r := range removed {
		for _, a := range added {
			if r.isKept(a) {
				u.reportUnknown(group, "the rule "+a.words()+" may come or go, as it is under another condition than before: "+
					cmp.Or(a.doubt, r.doubt), "")
			}
		}
	}
}

// isKept reports whether a is the same inline rule under another condition: CloudFormation leaves it alone where both are there.
func (r rule) isKept(a rule) bool {
	return a.owner.Type == groupType && a.key() == r.key() && a.source() == r.source()
}

// carryMeanwhile are the boxes of the rules that carry traffic of r when it is revoked. An equal rule is the same one in EC2, and is revoked
// with it.
func carryMeanwhile(r rule, kept []rule) []box {
	var out []box
	for _, k := range kept {
		if k.key() != r.key() && (k.condition == "" || k.condition == r.condition) {
			out = append(out, k.box)
		}
	}
	return out
}

func inDirection(rules []rule, egress bool) []rule {
	var out []rule
	for _, r := range rules {
		if r.egress == egress {
			out = append(out, r)
		}
	}
	return out
}

// difference returns the rules of a that are not among b, compared by how they are written.
func difference(a, b []rule) []rule {
	in := map[string]bool{}
	for _, r := range b {
		in[r.identity()] = true
	}
	var out []rule
	for _, r := range a {
		if !in[r.identity()] {
			out = append(out, r)
		}
	}
	return out
}

func (u *update) reportGap(before, after *cfn.Resource, egress bool, moves []handover) {
	direction := "ingress"
	if egress {
		direction = "egress"
	}
	var lines []string
	onlyText := true
	for _, m := range moves {
		onlyText = onlyText && m.from.key() == m.to.key()
		lines = append(lines, m.words())
	}
	fix := "deploy twice: first add the new rules beside the old ones, then remove the old ones"
	if onlyText {
		fix = "leave the rule where and as it is; or deploy twice: first add standalone " + direction + " rules (AWS::EC2::SecurityGroup" + strings.ToUpper(direction[:1]) + direction[1:] +
			") of a wider block or port range that carry its traffic, then make the change and remove them: they are deleted last"
	}
	u.report("rule-gap", after, diag.Diagnostic{
		Subject: after.String() + ":" + direction,
		Summary: "the update of " + after.ID + " interrupts " + direction + " traffic that it carries before and after",
		Detail:  strings.Join(lines, "\n") + "\nrules that change are revoked before the new ones are authorised: new connections fail in between",
		Fix:     fix,
		At:      []diag.Position{u.line(before, moves[0].from.line)},
	})
}

// words says what becomes of the rule.
func (m handover) words() string {
	switch {
	case m.from.key() != m.to.key():
		return m.from.words() + " gives way to " + m.to.words()
	case m.from.description != m.to.description:
		return m.from.words() + " changes its description from " + quote(m.from.description) + " to " + quote(m.to.description)
	case m.to.owner.Type == groupType:
		return m.from.words() + " is written as " + m.to.sourceText() + ": CloudFormation compares how rules are written"
	}
	return m.from.words() + " moves out of the group into a resource of its own"
}

// sourceText shows the properties of a rule as they are written.
func (r rule) sourceText() string {
	var parts []string
	for _, name := range append([]string{"IpProtocol", "FromPort", "ToPort"}, append(peerProperties, "SourceSecurityGroupOwnerId")...) {
		if v := r.property(name); !v.IsMissing() {
			parts = append(parts, name+": "+plainText(v))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
