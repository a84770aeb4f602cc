package upgrade

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// findExportChanges finds exported values that change or disappear while another stack imports them.
func (u *update) findExportChanges() {
	stacks := stacksByName(u.after)
	users := u.importers()
	for _, s := range u.before.Stacks {
		for _, name := range slices.Sorted(maps.Keys(s.Exports)) {
			by := slices.DeleteFunc(slices.Clone(users[s.Exports[name].String()]),
				func(r *cfn.Resource) bool { return topStack(r.Stack) == topStack(s) })
			if len(by) > 0 {
				u.reportExport(s, stacks[s.Name], name, by)
			}
		}
	}
}

// importers returns the resources of the state before that use a value of another stack, by the value's text.
func (u *update) importers() map[string][]*cfn.Resource {
	users := map[string][]*cfn.Resource{}
	for r := range resources(u.before) {
		for v := range r.References() {
			if t := v.String(); fromOtherStack(v, r.Stack) && !slices.Contains(users[t], r) {
				users[t] = append(users[t], r)
			}
		}
	}
	return users
}

// fromOtherStack reports whether a value comes from another stack of the assembly, through an export and an import.
func fromOtherStack(v cfn.Value, s *cfn.Stack) bool {
	for ref := range v.References() {
		if ref.Kind == cfn.Reference && topStack(ref.Resource.Stack) != topStack(s) {
			return true
		}
	}
	return false
}

// reportExport reports an export of s that stacks import, if it changes or disappears; now is s after the update, or
// nil.
func (u *update) reportExport(s, now *cfn.Stack, name string, by []*cfn.Resource) {
	value := s.Exports[name]
	if now == nil || u.exportsStill(s, now, value) {
		return // A stack that is no longer in the assembly is not deployed.
	}
	what, answer := "disappears", "Cannot delete export "+name+" as it is in use by "+topStack(by[0].Stack).Name
	if _, ok := now.Exports[name]; ok {
		what, answer = "changes", "Cannot update export "+name+" as it is in use by "+topStack(by[0].Stack).Name
	}
	var names []string
	for _, r := range by {
		names = append(names, r.String())
	}
	d := diag.Diagnostic{
		Subject: s.Name + ":" + name,
		Summary: "the export " + name + " of " + s.Name + " " + what + " while it is imported by " + strings.Join(names, ", "),
		Detail:  "CloudFormation answers \"" + answer + "\" and rolls " + s.Name + " back",
		Fix: "deploy twice: first keep the export (in CDK: stack.ExportValue) and remove its use in " +
			topStack(by[0].Stack).Name + ", then change it",
	}
	d.Severity, d.Rule, d.Path = diag.Finding, "export-in-use", s.Name
	d.At = []diag.Position{{File: path.Join(filepath.ToSlash(u.after.Dir), filepath.ToSlash(now.File)), Line: 1}, u.position(by[0])}
	u.findings.Add(d)
}

// exportsStill reports whether an export with that value of s stays as it is: it may be the one that is imported.
func (u *update) exportsStill(s, now *cfn.Stack, value cfn.Value) bool {
	for name, v := range s.Exports {
		if v.String() != value.String() {
			continue
		}
		if after, ok := now.Exports[name]; ok && u.markedText(after) == plainText(v) {
			return true
		}
	}
	return false
}
