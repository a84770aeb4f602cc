package upgrade

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// hold is a key that a resource holds.
type hold struct {
	text  string        // the same for the same object in AWS
	what  func() string // in words
	key   *key
	owner *cfn.Resource
}

// holds returns the keys of a resource.
func (u *update) holds(r *cfn.Resource) []hold {
	out := u.ruleHolds(r)
	k := kinds[r.Type]
	for i := range k.keys {
		key := &k.keys[i]
		if key.only != nil && !key.only(r) {
			continue
		}
		for _, text := range u.keyTexts(key, r) {
			out = append(out, hold{text: text, key: key, owner: r, what: func() string { return words(key.what, r) }})
		}
	}
	return out
}

// keyTexts returns the texts of one key of r: none if it lacks a property, several if one is a list.
func (u *update) keyTexts(k *key, r *cfn.Resource) []string {
	space := k.space
	if space == "" {
		space = r.Type
	}
	texts := []string{space + " " + u.place(k.within, r.Stack)}
	for part := range strings.FieldsSeq(k.of) {
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
	t := u.text(v)
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

// place is where a name must be unique, as far as it is known.
func (u *update) place(s scope, stack *cfn.Stack) string {
	switch s {
	case region:
		return stack.Account + " " + stack.Region
	case account:
		return stack.Account
	}
	return ""
}

// perhapsElsewhere reports whether a name of one stack may be in another account or Region than the same name of the other:
// their environments are not known.
func perhapsElsewhere(one, other hold) bool {
	s := one.owner.Stack
	unknown := s.Account == "" || s.Region == "" && one.key.within == region
	return (one.key.within == region || one.key.within == account) && unknown && top(s) != top(other.owner.Stack)
}

var property = regexp.MustCompile(`\{[^}]+\}`)

// words puts the properties of r into a text.
func words(text string, r *cfn.Resource) string {
	return property.ReplaceAllStringFunc(text, func(name string) string {
		v := r.Get(strings.TrimRight(name[1:len(name)-1], "~*/"))
		if v.IsMissing() {
			return "default"
		}
		return plain(v)
	})
}

// collisions finds resources that take a key while another one holds it.
func (u *update) collisions() {
	held, taken := map[string][]hold{}, map[string]hold{}
	for b := range resources(u.before) {
		for _, h := range u.holds(b) {
			held[h.text] = append(held[h.text], h)
		}
	}
	for r := range resources(u.after) {
		mine := map[string]bool{}
		if b := u.old[r]; b != nil && !u.fresh[r] {
			for _, h := range u.holds(b) {
				mine[h.text] = true
			}
		}
		for _, h := range u.holds(r) {
			if mine[h.text] || u.refused[r] {
				continue
			}
			former := slices.IndexFunc(held[h.text], func(former hold) bool { return !u.passesOn(former, h) })
			if former >= 0 {
				u.collide(held[h.text][former], h)
			} else if other, ok := taken[h.text]; ok && other.owner != r && !apart(other.owner, r) && !perhapsElsewhere(other, h) {
				u.twice(other, h)
			} else {
				u.perhapsHeld(held[h.text], h)
			}
			taken[h.text] = h
		}
	}
}

// perhapsHeld notes that now takes what a resource under another condition may hold.
func (u *update) perhapsHeld(held []hold, now hold) {
	i := slices.IndexFunc(held, func(h hold) bool { return apart(h.owner, now.owner) && u.next[h.owner] != now.owner })
	if i >= 0 {
		former := held[i].owner
		u.notKnown(now.owner, now.owner.ID+" takes "+now.what()+", and "+former.String()+", which holds it, is under another condition: if both are "+
			"there, they collide; "+now.owner.Doubt()+"; "+former.Doubt(), "", former)
	}
}

// passesOn reports whether nothing can be said against now taking what former holds.
func (u *update) passesOn(former, now hold) bool {
	if apart(former.owner, now.owner) {
		return true
	}
	next := u.next[former.owner]
	if next == nil || u.fresh[next] {
		return false
	}
	if perhapsElsewhere(former, now) {
		return true // What stays where it is need not be a neighbour; what moves is the same thing.
	}
	if !u.drops(next, now.text) {
		return false
	}
	// It gives the key up in place. Rules that leave a group are a gap, which is told of as such.
	return former.key == inlineRule || needs(now.owner, next)
}

// collide reports that now takes what former holds.
func (u *update) collide(former, now hold) {
	goes, retained := u.goes(former.owner)
	if now.key.adopts != "" {
		if goes && !retained {
			u.detach(former, now)
		}
		return
	}
	u.refused[now.owner] = true
	rule := "key-collision"
	if now.key.within != nowhere {
		rule = "name-clash"
	}
	u.report(rule, now.owner, diag.Diagnostic{
		Summary: u.taking(former, now),
		Detail:  now.key.consequence(),
		Fix:     u.wayRound(former, now, goes, retained),
	}, former.owner)
}

// consequence is what a collision on k leads to.
func (k *key) consequence() string {
	text := "CloudFormation creates before it deletes; AWS answers " + k.answer + " and the update is rolled back"
	if k.orElse != "" {
		text += "; " + k.orElse
	}
	return text
}

// taking says who takes what from whom.
func (u *update) taking(former, now hold) string {
	if u.next[former.owner] == now.owner {
		c := u.replaced[now.owner]
		if c.property != "" {
			return now.owner.ID + " is replaced, as " + c.property + " changes from " + quote(c.from) + " to " + quote(c.to) + ", by one that takes " + now.what() + " while the former holds it"
		}
	}
	return now.owner.ID + " takes " + now.what() + " while " + former.owner.String() + " holds it"
}

// detach reports an association that is made anew while the former goes.
func (u *update) detach(former, now hold) {
	u.report("detaches", now.owner, diag.Diagnostic{
		Summary: u.taking(former, now),
		Detail:  "the new association takes over, and then the clean-up deletes the former one: " + words(now.key.adopts, now.owner),
		Fix: "deploy twice: first add DeletionPolicy and UpdateReplacePolicy Retain to " + former.owner.ID + " (with a change of its Metadata, in case " +
			"CloudFormation takes policies alone for no update), then make the change with the policies still on it: the clean-up leaves a retained association alone" + u.keepID(former, now),
	}, former.owner)
}

// keepID is the easier way where only a logical id changed.
func (u *update) keepID(former, now hold) string {
	if former.owner.Stack.Name != now.owner.Stack.Name || former.owner.ID == now.owner.ID {
		return ""
	}
	return "; or keep the logical id " + former.owner.ID + " (in CDK: OverrideLogicalId) if nothing else changes"
}

// wayRound is the recipe for a collision.
func (u *update) wayRound(former, now hold, goes, retained bool) string {
	bridge := now.key.bridge
	if bridge == "" && now.key.within != nowhere {
		bridge = "one with another name"
	}
	first, then := "first without "+former.owner.String(), "then with "+now.owner.String()
	if bridge != "" {
		first, then = "first replace "+former.owner.String()+" by "+bridge, "then that by "+now.owner.String()
	}
	twice := "deploy twice: " + first + ", " + then
	switch {
	case retained:
		return former.owner.ID + " is retained and keeps it for good: import it into the stack under " + now.owner.ID + ", or delete it by hand before the update"
	case !goes && u.next[former.owner] != now.owner:
		if next := u.next[former.owner]; u.drops(next, now.text) {
			return "let " + now.owner.ID + " depend on " + former.owner.ID + ", which gives it up in the same update; or " + twice
		}
		return "only one of the two can hold it: remove or change one"
	case former.owner.Stack.Name != now.owner.Stack.Name:
		return twice + "; or move it with a stack refactoring of CloudFormation, which keeps the resource"
	case former.owner.ID == now.owner.ID:
		return twice + " as it is to be"
	}
	return "keep the logical id " + former.owner.ID + " (in CDK: OverrideLogicalId), so that it changes in place; or " + twice
}

// drops reports whether next no longer holds a key.
func (u *update) drops(next *cfn.Resource, text string) bool {
	for _, h := range u.holds(next) {
		if h.text == text {
			return false
		}
	}
	return true
}

// twice reports that two new resources take the same key.
func (u *update) twice(one, other hold) {
	if other.key.adopts != "" {
		return // The later one wins; nothing fails.
	}
	u.refused[other.owner] = true
	rule := "key-collision"
	if other.key.within != nowhere {
		rule = "name-clash"
	}
	u.report(rule, other.owner, diag.Diagnostic{
		Summary: other.owner.ID + " and " + one.owner.String() + " both take " + other.what(),
		Detail:  "AWS answers " + other.key.answer + " to the later one and the update is rolled back",
		Fix:     "remove one of them",
	}, one.owner)
}
