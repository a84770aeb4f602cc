package upgrade

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// findGaps finds traffic that a group allows before and after the update, but not all the time in between.
// CloudFormation revokes changed inline rules before it authorises their replacements, and standalone rules are created
// even later.
func (u *update) findGaps() {
	staying := map[string][]rule{} // standalone rules exist until the clean-up
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

// groupDirection returns the group and direction of a rule.
func (r rule) groupDirection() string {
	if r.egress {
		return r.group + " egress"
	}
	return r.group + " ingress"
}

// handover is a rule that is removed and a rule that allows its traffic, or a part of it, later.
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

// gapsBetween pairs removed rules with added rules that share traffic which no other rule allows meanwhile.
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
			to = to[i : i+1] // The same rule again is enough.
		}
		for _, a := range to {
			out = append(out, handover{r, a})
		}
	}
	return out
}

// noteConditionChanges reports as unknown the rules whose condition changes.
func (u *update) noteConditionChanges(group *cfn.Resource, removed, added []rule) {
	for _, r := range removed {
		for _, a := range added {
			if r.isKept(a) {
				u.reportUnknown(group, "the rule "+a.words()+" may appear or disappear, because its condition changes: "+
					cmp.Or(a.doubt, r.doubt), "")
			}
		}
	}
}

// isKept reports whether a is the same inline rule under another condition. CloudFormation does not touch it if both
// exist.
func (r rule) isKept(a rule) bool {
	return a.owner.Type == groupType && a.key() == r.key() && a.source() == r.source()
}

// carryMeanwhile returns the boxes of the kept rules that can allow traffic of r after r is revoked. An equal rule
// cannot: it is the same rule in EC2, and is revoked too.
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

// difference returns the rules of a that are not in b. Rules are compared by how they are written.
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
	fix := "deploy twice: first add the new rules and keep the old ones, then remove the old ones"
	if onlyText {
		fix = "keep the rule unchanged and where it is; or deploy twice: first add standalone " + direction +
			" rules (AWS::EC2::SecurityGroup" + strings.ToUpper(direction[:1]) + direction[1:] +
			") with a wider block or port range that allow its traffic, then make the change and remove them: they are deleted last"
	}
	u.report("rule-gap", after, diag.Diagnostic{
		Subject: after.String() + ":" + direction,
		Summary: "the update of " + after.ID + " interrupts " + direction + " traffic that it allows before and after",
		Detail:  strings.Join(lines, "\n") + "\nchanged rules are revoked before the new ones are authorised: new connections fail in between",
		Fix:     fix,
		At:      []diag.Position{u.line(before, moves[0].from.line)},
	})
}

// words says how the rule changes.
func (m handover) words() string {
	switch {
	case m.from.key() != m.to.key():
		return m.from.words() + " is replaced by " + m.to.words()
	case m.from.description != m.to.description:
		return m.from.words() + " changes its description from " + quote(m.from.description) + " to " + quote(m.to.description)
	case m.to.owner.Type == groupType:
		return m.from.words() + " is now written as " + m.to.sourceText() + ": CloudFormation compares rules by how they are written"
	}
	return m.from.words() + " moves from the group into a separate resource"
}

// sourceText returns the properties of a rule as they are written.
func (r rule) sourceText() string {
	var parts []string
	for _, name := range append([]string{"IpProtocol", "FromPort", "ToPort"}, append(peerProperties, "SourceSecurityGroupOwnerId")...) {
		if v := r.property(name); !v.IsMissing() {
			parts = append(parts, name+": "+plainText(v))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
