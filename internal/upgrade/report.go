package upgrade

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// report adds a finding about r, which is of the state after if it exists there. others are further resources that it
// concerns.
func (u *update) report(rule string, r *cfn.Resource, d diag.Diagnostic, others ...*cfn.Resource) {
	d.Severity, d.Rule = diag.Finding, rule
	u.assumeExists(append(others, r)...)
	if d.Subject == "" {
		d.Subject = r.String()
	}
	d.Path = pathOf(r)
	d.At = append([]diag.Position{u.position(r)}, d.At...)
	d.At = u.appendPositions(d.At, others)
	u.findings.Add(d)
}

// appendPositions appends the positions of resources that are not in the list yet.
func (u *update) appendPositions(list []diag.Position, all []*cfn.Resource) []diag.Position {
	for _, r := range all {
		if at := u.position(r); !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	return list
}

// pathOf returns the construct path without the last part that CDK adds, or the stack and logical id.
func pathOf(r *cfn.Resource) string {
	if r.Path == "" {
		return r.String()
	}
	return strings.TrimSuffix(r.Path, "/Resource")
}

// position returns the line of a resource in its template.
func (u *update) position(r *cfn.Resource) diag.Position {
	return u.line(r, r.Line)
}

// line returns a line of the template of a resource.
func (u *update) line(r *cfn.Resource, line int) diag.Position {
	dir := u.before.Dir
	if slices.Contains(u.after.Stacks, r.Stack) {
		dir = u.after.Dir
	}
	return diag.Position{File: path.Join(filepath.ToSlash(dir), filepath.ToSlash(r.Stack.File)), Line: line}
}

// reportUnknown reports a change, or a possible change, of r that cannot be analysed. others are further resources that
// it concerns.
func (u *update) reportUnknown(r *cfn.Resource, summary, fix string, others ...*cfn.Resource) {
	d := diag.Diagnostic{
		Severity: diag.Warning, Rule: "not-known", Subject: r.String() + ":" + summary, Path: pathOf(r), Summary: summary, Fix: fix,
		At: []diag.Position{u.position(r)},
	}
	d.At = u.appendPositions(d.At, others)
	u.unknown.Add(d)
}
