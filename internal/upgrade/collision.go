package upgrade

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// heldKey is a key that a resource holds.
type heldKey struct {
	text     string        // equal for the same object in AWS
	describe func() string // describes the object in words
	key      *key
	owner    *cfn.Resource
}

// heldKeys returns the keys of a resource.
func (u *update) heldKeys(r *cfn.Resource) []heldKey {
	out := u.ruleHolds(r)
	k := allTypes()[r.Type]
	for i := range k.keys {
		key := &k.keys[i]
		if key.appliesTo != nil && !key.appliesTo(r) {
			continue
		}
		for _, text := range u.keyTexts(key, r) {
			out = append(out, heldKey{text: text, key: key, owner: r, describe: func() string { return fillIn(key.description, r) }})
		}
	}
	return out
}

// keyTexts returns the texts of one key of r: none if r lacks a property of the key, several if a property is a list.
func (u *update) keyTexts(k *key, r *cfn.Resource) []string {
	space := k.namespace
	if space == "" {
		space = r.Type
	}
	texts := []string{space + " " + u.scopeText(k.uniqueIn, r.Stack)}
	for part := range strings.FieldsSeq(k.properties) {
		name, otherwise, hasDefault := strings.Cut(part, "=")
		values, list := []cfn.Value{r.Get(strings.TrimRight(name, "~*/"))}, strings.HasSuffix(name, "*")
		if list {
			values = values[0].Items
		}
		var longer []string
		for _, v := range values {
			if v.IsMissing() {
				if !hasDefault {
					continue
				}
				v = cfn.Value{Kind: cfn.Text, Text: otherwise}
			}
			for _, t := range texts {
				longer = append(longer, t+"\x00"+u.partText(name, v))
			}
		}
		texts = longer
	}
	return texts
}

func (u *update) partText(name string, v cfn.Value) string {
	t := u.markedText(v)
	switch {
	case strings.HasSuffix(name, "~"):
		return strings.ToLower(t)
	case strings.HasSuffix(name, "/"):
		if p, err := netip.ParsePrefix(t); err == nil {
			return p.Masked().String()
		}
	}
	return t
}

// scopeText returns the account and Region in which a name must be unique, as far as they are known.
func (u *update) scopeText(s nameScope, stack *cfn.Stack) string {
	switch s {
	case region:
		return stack.Account + " " + stack.Region
	case account:
		return stack.Account
	}
	return ""
}

// mayBeElsewhere reports whether two equal names may be in different accounts or Regions, because the environments of
// the stacks are unknown.
func mayBeElsewhere(one, other heldKey) bool {
	s := one.owner.Stack
	unknown := s.Account == "" || s.Region == "" && one.key.uniqueIn == region
	return (one.key.uniqueIn == region || one.key.uniqueIn == account) && unknown && topStack(s) != topStack(other.owner.Stack)
}

var property = lazyregexp.New(`\{[^}]+\}`)

// fillIn replaces property names in braces by the properties of r.
func fillIn(text string, r *cfn.Resource) string {
	return property.ReplaceAllStringFunc(text, func(name string) string {
		v := r.Get(strings.TrimRight(name[1:len(name)-1], "~*/"))
		if v.IsMissing() {
			return "default"
		}
		return plainText(v)
	})
}

// findCollisions finds resources that take a key while another resource holds it.
func (u *update) findCollisions() {
	held, taken := map[string][]heldKey{}, map[string]heldKey{}
	for b := range resources(u.before) {
		for _, h := range u.heldKeys(b) {
			held[h.text] = append(held[h.text], h)
		}
	}
	for r := range resources(u.after) {
		mine := map[string]bool{}
		if b := u.former[r]; b != nil && !u.created[r] {
			for _, h := range u.heldKeys(b) {
				mine[h.text] = true
			}
		}
		for _, h := range u.heldKeys(r) {
			if mine[h.text] || u.failing[r] {
				continue
			}
			former := slices.IndexFunc(held[h.text], func(former heldKey) bool { return !u.mayTakeOver(former, h) })
			if former >= 0 {
				u.reportCollision(held[h.text][former], h)
			} else if other, ok := taken[h.text]; ok && other.owner != r && !differentConditions(other.owner, r) && !mayBeElsewhere(other, h) {
				u.reportBothTake(other, h)
			} else {
				u.noteConditionalHolder(held[h.text], h)
			}
			taken[h.text] = h
		}
	}
}

// noteConditionalHolder reports as unknown that now takes a key that a resource under another condition may hold.
func (u *update) noteConditionalHolder(held []heldKey, now heldKey) {
	i := slices.IndexFunc(held, func(h heldKey) bool { return differentConditions(h.owner, now.owner) && u.next[h.owner] != now.owner })
	if i >= 0 {
		former := held[i].owner
		u.reportUnknown(now.owner, now.owner.ID+" takes "+now.describe()+", but "+former.String()+
			", which has another condition, holds it: if both exist, "+
			"they collide; "+now.owner.Doubt()+"; "+former.Doubt(), "", former)
	}
}

// mayTakeOver reports whether now can take the key that former holds without a collision.
func (u *update) mayTakeOver(former, now heldKey) bool {
	if differentConditions(former.owner, now.owner) {
		return true
	}
	next := u.next[former.owner]
	if next == nil || u.created[next] {
		return false
	}
	if mayBeElsewhere(former, now) {
		return true // A resource that stays may be in another Region, and one that moves is the same object.
	}
	if !u.givesUp(next, now.text) {
		return false
	}
	// It gives up the key when it is updated in place. Rules that leave a group are reported as gaps.
	return former.key == inlineRule || dependsOn(now.owner, next)
}

// reportCollision reports that now takes a key that former holds.
func (u *update) reportCollision(former, now heldKey) {
	goes, retained := u.isDeleted(former.owner)
	if now.key.afterCleanup != "" {
		if goes && !retained {
			u.reportDetach(former, now)
		}
		return
	}
	u.failing[now.owner] = true
	u.report(now.key.rule(), now.owner, diag.Diagnostic{
		Summary: u.takeoverText(former, now),
		Detail:  now.key.consequence(),
		Fix:     u.collisionFix(former, now, goes, retained),
	}, former.owner)
}

// rule returns the rule of findings about a collision on k.
func (k *key) rule() string {
	if k.uniqueIn != nowhere {
		return "name-clash"
	}
	return "key-collision"
}

// consequence explains what a collision leads to.
func (k *key) consequence() string {
	text := "CloudFormation creates before it deletes; AWS answers " + k.awsError + " and the update is rolled back"
	if k.otherwise != "" {
		text += "; " + k.otherwise
	}
	return text
}

// takeoverText says which resource takes the key from which other one.
func (u *update) takeoverText(former, now heldKey) string {
	if u.next[former.owner] == now.owner {
		c := u.replaced[now.owner]
		if c.property != "" {
			return now.owner.ID + " is replaced because " + c.property + " changes from " + quote(c.from) + " to " + quote(c.to) +
				", and the replacement takes " + now.describe() + " while the former resource still holds it"
		}
	}
	return now.owner.ID + " takes " + now.describe() + " while " + former.owner.String() + " still holds it"
}

// reportDetach reports an association that is created anew while the former one is deleted.
func (u *update) reportDetach(former, now heldKey) {
	u.report("detaches", now.owner, diag.Diagnostic{
		Summary: u.takeoverText(former, now),
		Detail:  "the new association takes effect, and then the clean-up deletes the former one: " + fillIn(now.key.afterCleanup, now.owner),
		Fix: "deploy twice: first add DeletionPolicy and UpdateReplacePolicy Retain to " + former.owner.ID +
			" (and change its Metadata, in case " +
			"CloudFormation does not treat changed policies alone as an update), then make the change and keep the policies: the clean-up does " +
			"not delete a retained association" + u.keepIDFix(former, now),
	}, former.owner)
}

// keepIDFix returns a simpler fix if only the logical id changed.
func (u *update) keepIDFix(former, now heldKey) string {
	if former.owner.Stack.Name != now.owner.Stack.Name || former.owner.ID == now.owner.ID {
		return ""
	}
	return "; or keep the logical id " + former.owner.ID + " (in CDK: OverrideLogicalId) if nothing else changes"
}

// collisionFix returns the fix for a collision.
func (u *update) collisionFix(former, now heldKey, goes, retained bool) string {
	bridge := now.key.interim
	if bridge == "" && now.key.uniqueIn != nowhere {
		bridge = "a resource with another name"
	}
	first, then := "first without "+former.owner.String(), "then with "+now.owner.String()
	if bridge != "" {
		first, then = "first replace "+former.owner.String()+" by "+bridge, "then replace that by "+now.owner.String()
	}
	twice := "deploy twice: " + first + ", " + then
	switch {
	case retained:
		return former.owner.ID + " is retained and keeps it permanently: import it into the stack under " + now.owner.ID +
			", or delete it by hand before the update"
	case !goes && u.next[former.owner] != now.owner:
		if next := u.next[former.owner]; u.givesUp(next, now.text) {
			return "make " + now.owner.ID + " depend on " + former.owner.ID + ", which gives it up in the same update; or " + twice
		}
		return "only one of the two can hold it: remove or change one of them"
	case former.owner.Stack.Name != now.owner.Stack.Name:
		return twice + "; or move the resource with a CloudFormation stack refactoring, which keeps it"
	case former.owner.ID == now.owner.ID:
		return twice + " in its new form"
	}
	return "keep the logical id " + former.owner.ID + " (in CDK: OverrideLogicalId), so that it changes in place; or " + twice
}

// givesUp reports whether next no longer holds a key.
func (u *update) givesUp(next *cfn.Resource, text string) bool {
	for _, h := range u.heldKeys(next) {
		if h.text == text {
			return false
		}
	}
	return true
}

// reportBothTake reports that two new resources take the same key.
func (u *update) reportBothTake(one, other heldKey) {
	if other.key.afterCleanup != "" {
		return // The later one wins; nothing fails.
	}
	u.failing[other.owner] = true
	u.report(other.key.rule(), other.owner, diag.Diagnostic{
		Summary: other.owner.ID + " and " + one.owner.String() + " both take " + other.describe(),
		Detail:  "AWS answers " + other.key.awsError + " for the second one and the update is rolled back",
		Fix:     "remove one of them",
	}, one.owner)
}
