package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// fixed is a property that neither changes in place nor replaces its resource: CloudFormation takes the change for an ordinary
// update, and AWS refuses it or leaves the property as it is.
type fixed struct {
	// of are the names that lead to it, joined by dots, with what a missing one stands for after a "=".
	of     string
	detail string // what AWS does
	// by is what makes another resource: the property that is its name, or empty if only another logical id does.
	by string
	// only limits it to some resources; nil is all.
	only func(*cfn.Resource) bool
	// presence says that only its coming and going is refused.
	presence bool
}

// fixtures finds changes of properties that stay as they were made.
func (u *update) fixtures() {
	for r := range resources(u.after) {
		b := u.old[r]
		if b == nil || u.fresh[r] {
			continue
		}
		for _, f := range kinds[r.Type].fixed {
			if f.only == nil || f.only(b) && f.only(r) {
				u.fixture(b, r, f)
			}
		}
	}
}

func (u *update) fixture(b, r *cfn.Resource, f fixed) {
	names, _, _ := strings.Cut(f.of, "=")
	from, to := f.value(b), f.value(r)
	if u.text(from) == u.text(to) || f.presence && isEmpty(from) == isEmpty(to) {
		return
	}
	fix := "leave it as it was; or make the other one under a logical id of its own, move what uses this one over to it, and remove this one"
	if f.by != "" && !r.Get(f.by).IsMissing() {
		fix = "leave it as it was; or change " + f.by + " in the same update, so that CloudFormation makes another one, moves what uses this " +
			"one over to it and deletes this one last"
	}
	u.report("fixed-property", r, diag.Diagnostic{
		Subject: r.String() + ":" + names,
		Summary: names + " of " + r.ID + " cannot change from " + quote(from.String()) + " to " + quote(to.String()),
		Detail:  f.detail, Fix: fix,
	}, b)
}

// value is the property of r, or what it stands for if it is missing.
func (f fixed) value(r *cfn.Resource) cfn.Value {
	path, otherwise, _ := strings.Cut(f.of, "=")
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
