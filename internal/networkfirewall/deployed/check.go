package deployed

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// Check reports what is wrong with AWS Network Firewall in templates, by the same checks as the constructs. What AWS rejects is an error.
// What AWS accepts is a finding if it opens the firewall or never has an effect, and a warning if it is another probable mistake. Values
// that only a deployment knows are not checked.
func Check(a *cfn.Assembly) diag.List { return Read(a).Check(a) }

// Check is the package's Check for what was read from the templates.
func (d Deployed) Check(a *cfn.Assembly) diag.List {
	var out diag.List
	resourceOf := map[*networkfirewall.Group]*cfn.Resource{}
	for _, g := range d.Groups {
		resourceOf[g.Group] = g.Resource
		out = append(out, diagnostics(g.Resource, g.found...)...)
		out = append(out, diagnostics(g.Resource, networkfirewall.CheckGroup(g.Group)...)...)
	}
	for _, p := range d.Policies {
		out = append(out, diagnostics(p.Resource, p.found...)...)
		for _, one := range networkfirewall.CheckPolicy(p.Policy) {
			r := p.Resource
			if one.Group != nil {
				r = resourceOf[one.Group]
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
	for r := range a.OfType(tlsType) {
		if d.inspects(r) {
			out = append(out, diagnostics(r, networkfirewall.CheckTLS(readTLS(r))...)...)
		}
	}
	return append(out, d.associations(a)...).Sorted()
}

// diagnostics returns the diagnostics of problems with a resource.
func diagnostics(r *cfn.Resource, found ...networkfirewall.Problem) diag.List {
	var out diag.List
	for _, one := range found {
		out.Add(diagnostic(r, one))
	}
	return out
}

// diagnostic returns the diagnostic of a problem with a resource, at the line of the property that has it.
func diagnostic(r *cfn.Resource, one networkfirewall.Problem) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: one.Severity, Rule: "firewall-" + one.Kind, Path: r.Name(), Summary: one.Summary, Detail: one.Detail, Fix: one.Fix,
		At: []diag.Position{r.At(one.Where)},
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
