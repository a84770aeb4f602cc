package upgrade

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// exports finds exports that go or change while another stack, as it is deployed, uses them.
func (u *update) exports() {
	users := map[string][]string{} // what is exported -> stacks that use it
	for _, s := range u.oldStacks {
		for _, r := range s.Resources {
			for v := range r.References() {
				if v.Kind == cfn.Reference && root(v.Resource.Stack.Name) != root(s.Name) {
					text := u.text(v, was)
					if !slices.Contains(users[text], s.Name) {
						users[text] = append(users[text], s.Name)
					}
				}
			}
		}
	}
	now := map[string]*cfn.Stack{}
	for _, s := range u.newStacks {
		now[s.Name] = s
	}
	for _, s := range u.oldStacks {
		for _, name := range slices.Sorted(maps.Keys(s.Exports)) {
			by := users[u.text(s.Exports[name], was)]
			if len(by) == 0 {
				continue
			}
			what := "goes away"
			if after := now[s.Name]; after != nil {
				value, kept := after.Exports[name]
				if kept && u.text(value, is) == u.text(s.Exports[name], was) {
					continue
				}
				if kept {
					what = "gets another value"
				}
			}
			u.found.Add(diag.Diagnostic{
				Severity: diag.Finding, Rule: "export-in-use", Subject: s.Name + "/" + name, Path: s.Name + " export " + name, At: []diag.Position{{File: filepath.Join(u.oldDir, s.File)}},
				Summary: "an export that is in use " + what,
				Detail:  fmt.Sprintf("%s uses it as it is deployed; CloudFormation: Export %s cannot be deleted, or updated, as it is in use", strings.Join(by, ", "), name),
				Fix:     fmt.Sprintf("deploy twice: first with the export kept (in CDK: stack.ExportValue) and %s without it; then without the export", strings.Join(by, ", ")),
			})
		}
	}
}

// root is the stack that holds a nested one, or the stack itself.
func root(stack string) string {
	name, _, _ := strings.Cut(stack, "/")
	return name
}
