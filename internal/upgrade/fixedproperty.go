package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// fixedProperty is a property that cannot change in place and does not replace its resource. CloudFormation treats a
// change as an ordinary update, but AWS rejects it or keeps the old value.
type fixedProperty struct {
	// path is the path to the property, with dots, and optionally "=" and the value that a missing property stands for.
	path   string
	detail string // what AWS does about a change
	// nameProperty is the property to change in order to create another resource: its name. It is empty if only another
	// logical id creates one.
	nameProperty string
	// appliesTo limits the fact to some resources; nil means all.
	appliesTo func(*cfn.Resource) bool
	// onlyPresence says that only adding and removing the property is rejected.
	onlyPresence bool
}

// findFixedChanges finds changes of properties that cannot change.
func (u *update) findFixedChanges() {
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || u.created[r] {
			continue
		}
		for _, f := range allTypes()[r.Type].fixed {
			if f.appliesTo == nil || f.appliesTo(b) && f.appliesTo(r) {
				u.checkFixed(b, r, f)
			}
		}
	}
}

func (u *update) checkFixed(b, r *cfn.Resource, f fixedProperty) {
	names, _, _ := strings.Cut(f.path, "=")
	from, to := f.value(b), f.value(r)
	if u.markedText(from) == u.markedText(to) || f.onlyPresence && isEmpty(from) == isEmpty(to) {
		return
	}
	fix := "keep the old value; or create a second resource with another logical id, move everything that uses this one to it, and remove " +
		"this one"
	if f.nameProperty != "" && !r.Get(f.nameProperty).IsMissing() {
		fix = "keep the old value; or change " + f.nameProperty + " in the same update, so that CloudFormation creates a second resource, " +
			"moves everything that uses this " +
			"one to it, and deletes this one last"
	}
	u.report("fixed-property", r, diag.Diagnostic{
		Subject: r.String() + ":" + names,
		Summary: names + " of " + r.ID + " cannot change from " + quote(from.String()) + " to " + quote(to.String()),
		Detail:  f.detail, Fix: fix,
	}, b)
}

// value returns the property of r. If it is missing, value returns what a missing property stands for.
func (f fixedProperty) value(r *cfn.Resource) cfn.Value {
	path, otherwise, _ := strings.Cut(f.path, "=")
	v := at(r, path)
	if v.IsMissing() && otherwise != "" {
		return cfn.Value{Kind: cfn.Text, Text: otherwise}
	}
	return v
}

// at returns the property of r at a path with dots.
func at(r *cfn.Resource, path string) cfn.Value {
	v := cfn.Value{Kind: cfn.Map, Fields: r.Properties}
	for name := range strings.SplitSeq(path, ".") {
		v = v.Get(name)
	}
	return v
}

// isEmpty reports whether a property is missing or an empty list.
func isEmpty(v cfn.Value) bool { return v.IsMissing() || v.Kind == cfn.List && len(v.Items) == 0 }
