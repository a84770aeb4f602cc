package deployed

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// Check returns what is wrong with all of AWS Network Firewall in templates: what AWS refuses are errors; what it takes and what opens
// the firewall, or never has an effect, are findings; what is probably a mistake are warnings. It makes the checks of the constructs.
// What only a deployment knows is not looked at.
func Check(a *cfn.Assembly) diag.List { return Read(a).Check(a) }

// Check is the package's Check of what was read.
func (d Deployed) Check(a *cfn.Assembly) diag.List {
	var out diag.List
	of := map[*networkfirewall.Group]*cfn.Resource{}
	for _, g := range d.Groups {
		of[g.Group] = g.Resource
		out = append(out, diagnostics(g.Resource, g.found...)...)
		out = append(out, diagnostics(g.Resource, networkfirewall.CheckGroup(g.Group)...)...)
	}
	for _, p := range d.Policies {
		out = append(out, diagnostics(p.Resource, p.found...)...)
		for _, one := range networkfirewall.CheckPolicy(p.Policy) {
			r := p.Resource
			if one.Group != nil {
				r = of[one.Group]
			} else if one.Where == "" && len(one.Members) > 0 {
				one.Where = p.Members[one.Members[0]].Where
			}
			out.Add(diagnostic(r, one))
		}
	}
	for _, f := range d.Firewalls {
		out = append(out, diagnostics(f.Resource, f.found...)...)
		for _, r := range f.Logging {
			out = append(out, diagnostics(r, networkfirewall.CheckLogs(readLogs(r))...)...)
		}
	}
	for r := range resources(a, tlsType) {
		if d.inspects(r) {
			out = append(out, diagnostics(r, networkfirewall.CheckTLS(readTLS(r))...)...)
		}
	}
	return append(out, d.associations(a)...).Sorted()
}

func diagnostics(r *cfn.Resource, found ...networkfirewall.Problem) diag.List {
	var out diag.List
	for _, one := range found {
		out.Add(diagnostic(r, one))
	}
	return out
}

// diagnostic tells of a problem with a resource, with the line of what it is about.
func diagnostic(r *cfn.Resource, one networkfirewall.Problem) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: one.Severity, Rule: "firewall-" + one.Kind, Path: nameOf(r), Summary: one.Summary, Detail: one.Detail, Fix: one.Fix,
		At: []diag.Position{{File: r.Stack.File, Line: lineOf(r, one.Where)}},
	}
	if one.Where != "" && one.Rule == 0 {
		d.Summary = one.Where + ": " + d.Summary
	}
	d.Subject = d.Path
	if subject := one.Subject; subject != "" {
		d.Subject += ":" + subject
	} else if one.Where != "" {
		d.Subject += ":" + one.Where
	}
	return d
}

// lineOf is the line of a property: that of the last part of the way to it that the template has.
func lineOf(r *cfn.Resource, where string) int {
	at, line := cfn.Value{Kind: cfn.Map, Fields: r.Properties}, r.Line
	for _, step := range strings.FieldsFunc(where, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if i, err := strconv.Atoi(step); err == nil && at.Kind == cfn.List && i >= 0 && i < len(at.Items) {
			at = at.Items[i]
		} else {
			at = at.Get(step)
		}
		if at.IsMissing() {
			break
		}
		if at.Line > 0 {
			line = at.Line
		}
	}
	return line
}
