package upgrade

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

const nestedType = "AWS::CloudFormation::Stack"

// findUnknowns finds changes that cannot be analysed: nested stacks that were not read, modules, custom resources, what
// macros write, and conditions whose outcome may change.
func (u *update) findUnknowns() {
	for b := range resources(u.before) {
		if u.next[b] == nil {
			u.checkOpaque(b, nil)
		}
	}
	for r := range resources(u.after) {
		u.checkOpaque(u.former[r], r)
	}
	u.findMacroChanges()
	u.findConditionSourceChanges()
	u.findConditionChanges()
}

// readNested finds the resources of nested stacks that were read.
func (u *update) readNested() {
	for _, a := range []*cfn.Assembly{u.before, u.after} {
		for _, s := range a.Stacks {
			if s.Parent != nil {
				u.nestedRead[s.Parent] = true
			}
		}
	}
}

// opaqueTypes lists AWS's types that create resources which are not in the templates.
var opaqueTypes = []string{
	"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::StackSet", "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
}

// whyOpaque says why an update of a resource cannot be analysed. It returns "" if it can.
func (u *update) whyOpaque(r *cfn.Resource) string {
	if r.Type == nestedType {
		if u.nestedRead[r] {
			return ""
		}
		return "the template of the nested stack was not read"
	}
	if r.Rewritten != "" {
		return "the macro " + r.Rewritten + " writes it at deployment"
	}
	if transform, ok := r.Stack.Rewrites(r.Type); ok && len(r.Stack.Macros) == 0 {
		return "the transform " + transform + " turns it into other resources at deployment"
	}
	class := catalog.ClassOf(r.Type)
	if class.Kind == catalog.Unknown && (slices.Contains(opaqueTypes, r.Type) || !strings.HasPrefix(r.Type, "AWS::")) {
		return "its type " + r.Type + " " + class.Reason
	}
	return ""
}

// checkOpaque reports a resource that is added, removed or changed and cannot be analysed. One of the two states may be
// nil.
func (u *update) checkOpaque(b, r *cfn.Resource) {
	at := r
	if at == nil {
		at = b
	}
	why := u.whyOpaque(at)
	if why == "" && b != nil {
		why = u.whyOpaque(b)
	}
	what := u.change(b, r)
	if why == "" || what == "" {
		return
	}
	var others []*cfn.Resource
	if b != nil && b != at {
		others = append(others, b)
	}
	fix := ""
	if at.Type == nestedType {
		fix = "give the nested template of both states as local files (TemplateURL: a path), or compare the two templates separately"
	}
	u.reportUnknown(at, at.ID+" "+what+", and "+why, fix, others...)
}

// change describes the change of a resource. It returns "" if nothing changes.
func (u *update) change(b, r *cfn.Resource) string {
	switch {
	case r == nil:
		return "is removed"
	case b == nil:
		return "is new"
	}
	if changed := u.changed(b, r); len(changed) > 0 {
		return "changes (" + strings.Join(changed, ", ") + ")"
	}
	url := r.Get("TemplateURL")
	switch {
	case r.Type != nestedType || u.nestedRead[r] && u.nestedRead[b]:
		return ""
	case u.nestedRead[r] != u.nestedRead[b]:
		return "was read in only one of the two states"
	case url.Kind == cfn.Text && !strings.Contains(url.Text, "://"):
		return "may change behind its path " + url.Text
	}
	return ""
}

// changed returns the properties of a resource that read differently after the update, or that refer to something the
// update creates.
func (u *update) changed(b, r *cfn.Resource) []string {
	names := map[string]bool{}
	for _, f := range slices.Concat(b.Properties, r.Properties) {
		names[f.Name] = true
	}
	out := slices.DeleteFunc(slices.Sorted(maps.Keys(names)),
		func(name string) bool { return u.markedText(b.Get(name)) == u.markedText(r.Get(name)) })
	if b.Rewritten != r.Rewritten {
		out = append(out, "Fn::Transform")
	}
	return out
}

// findMacroChanges reports changed stacks whose templates a macro may rewrite.
func (u *update) findMacroChanges() {
	before := stacksByName(u.before)
	for _, s := range u.after.Stacks {
		b := before[s.Name]
		if b == nil {
			b = &cfn.Stack{}
		}
		if names := append(slices.Clone(s.Macros), b.Macros...); len(names) > 0 && u.stackChanges(b, s) {
			slices.Sort(names)
			u.reportMacro(s, slices.Compact(names))
		}
	}
}

func (u *update) stackChanges(b, s *cfn.Stack) bool {
	return len(b.Resources) != len(s.Resources) || !slices.Equal(b.Macros, s.Macros) ||
		slices.ContainsFunc(s.Resources, func(r *cfn.Resource) bool { return u.former[r] == nil || len(u.changed(u.former[r], r)) > 0 })
}

func (u *update) reportMacro(s *cfn.Stack, names []string) {
	u.unknown.Add(diag.Diagnostic{
		Severity: diag.Warning, Rule: "not-known", Subject: s.Name + ":macros", Path: s.Name,
		Summary: "the template changes, and " + strings.Join(names, ", ") + " may rewrite all of it: the result is known only at " +
			"deployment",
		Fix: "compare the templates that the macros have written: `aws cloudformation get-template --template-stage Processed`, and those of a " +
			"change set",
		At: []diag.Position{{File: path.Join(filepath.ToSlash(u.after.Dir), filepath.ToSlash(s.File))}},
	})
}

// conditional holds the resources that an open condition decides about, and why it is open.
type conditional struct {
	doubt     string
	resources []*cfn.Resource
}

// conditionsOf returns the open conditions by name.
func conditionsOf(a *cfn.Assembly) map[string]*conditional {
	out := map[string]*conditional{}
	add := func(r *cfn.Resource, name, doubt string) {
		if out[name] == nil {
			out[name] = &conditional{doubt: doubt}
		}
		if c := out[name]; !slices.Contains(c.resources, r) {
			c.resources = append(c.resources, r)
		}
	}
	for r := range resources(a) {
		if r.Condition != "" {
			add(r, r.Condition, r.Doubt())
		}
		eachChoice(cfn.Value{Kind: cfn.Map, Fields: r.Properties}, func(v cfn.Value) { add(r, v.Text, v.Doubt()) })
	}
	return out
}

func eachChoice(v cfn.Value, f func(cfn.Value)) {
	if v.Kind == cfn.Choice {
		f(v)
	}
	for _, item := range v.Items {
		eachChoice(item, f)
	}
	for _, field := range v.Fields {
		eachChoice(field.Value, f)
	}
}

// findConditionSourceChanges reports open conditions whose definition changes, for example because a parameter's
// default changes.
func (u *update) findConditionSourceChanges() {
	before, after := conditionsOf(u.before), conditionsOf(u.after)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		now := after[name]
		if before[name] == nil || u.before.ConditionSource(name) == u.after.ConditionSource(name) {
			continue
		}
		u.reportUnknown(now.resources[0], "the definition of a condition changes, so what depends on it may appear, disappear or change: "+
			enumerate(now.resources)+"; "+now.doubt,
			"", before[name].resources[0])
	}
}

// findConditionChanges reports resources whose condition changes.
func (u *update) findConditionChanges() {
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || b.Condition == r.Condition {
			continue
		}
		what, doubt := "may be removed", r.Doubt()
		switch {
		case r.Condition == "":
			what, doubt = "may be new", b.Doubt()
		case b.Condition != "":
			what = "may appear or disappear"
		}
		u.reportUnknown(r, r.ID+" "+what+", because its condition changes: "+doubt, "", b)
	}
}
