package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// findReplacements finds resources that are replaced, given those that are known to be. It reports whether it found
// more.
func (u *update) findReplacements() bool {
	more := false
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || u.created[r] {
			continue
		}
		if c, ok := u.replacedBy(b, r); ok {
			u.created[r], u.replaced[r], more = true, c, true
		}
	}
	return more
}

// replacedBy returns the property whose change replaces b. A change of the property itself takes precedence over an
// inherited one.
func (u *update) replacedBy(b, r *cfn.Resource) (change, bool) {
	var first change
	for property := range strings.FieldsSeq(allTypes()[r.Type].replacing) {
		property, only, limited := strings.Cut(property, ">")
		from, to := at(b, property), at(r, property)
		if u.markedText(from) == u.markedText(to) || limited && to.Text != only {
			continue
		}
		c := change{property, from.String(), to.String(), plainText(from) == plainText(to)}
		if first.property == "" || first.inherited && !c.inherited {
			first = c
		}
	}
	return first, first.property != ""
}

// change is a property whose change replaces its resource.
type change struct {
	property, from, to string
	// inherited says that the property itself is unchanged, and only a resource that it refers to is replaced.
	inherited bool
}
