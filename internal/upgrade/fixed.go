package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// fixedProperty is a property that neither changes in place nor replaces its resource: CloudFormation takes the change for an ordinary
// update, and AWS refuses it or leaves the property as it is.
type fixedProperty struct {
	// path are the names that lead to it, joined by dots, with what a missing one stands for after a "=".
	path   string
	detail string // what AWS does
	// nameProperty is what makes another resource: the property that is its name, or empty if only another logical id does.
	nameProperty string
	// appliesTo limits it to some resources; nil is all.
	appliesTo func(*cfn.Resource) bool
	// onlyPresence says that only its coming and going is refused.
	onlyPresence bool
}

// findFixedChanges finds changes of properties that stay as they were made.
func (u *update) findFixedChanges() {
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || u.created[r] {
			continue
		}
		for _, f := range allTypes[r.Type].fixed {
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
	fix := "leave it as it was; or make the other one under a logical id of its own, move what uses this one over to it, and remove this one"
	if f.nameProperty != "" && !r.Get(f.nameProperty).IsMissing() {
		fix = "leave it as it was; or change " + f.nameProperty + " in the same update, so that CloudFormation makes another one, moves what uses this " +
			"one over to it and deletes this one last"
	}
	u.report("fixed-property", r, diag.Diagnostic{
		Subject: r.String() + ":" + names,
		Summary: names + " of " + r.ID + " cannot change from " + quote(from.String()) + " to " + quote(to.String()),
		Detail:  f.detail, Fix: fix,
	}, b)
}

// value is the property of r, or what it stands for if it is missing.
func (f fixedProperty) value(r *cfn.Resource) cfn.Value {
	path, otherwise, _ := strings.Cut(f.path, "=")
	v := cfn.Value{Kind: cfn.Map, Fields: r.Properties}
	for name := range strings.SplitSeq(path, ".") {
		v = v.Get(name)
	}
	if v.IsMissing() && otherwise != "" {
		return cfn.Value{Kind: cfn.Text, Text: otherwise}
	}
	return v
}

// isEmpty reports whether a property is missing or an empty list.
func isEmpty(v cfn.Value) bool { return v.IsMissing() || v.Kind == cfn.List && len(v.Items) == 0 }
