package proof

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Diagnostics returns the findings as diagnostics, each with its own ID, such as "excess[Shop/Network:Web->Database:tcp/3306]".
func (r *Report) Diagnostics() diag.List {
	var out diag.List
	for _, f := range r.Findings {
		out.Add(f.Diagnostic())
	}
	return out
}

// ID returns the text that identifies the finding in an acknowledgement.
func (f Finding) ID() string { return f.Diagnostic().ID() }

// Diagnostic returns the finding as a diagnostic, with its witness and the rules that decide.
func (f Finding) Diagnostic() diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Finding, Rule: f.Verdict.String(), Path: fmt.Sprintf("%s %s -> %s", f.Network, f.From, f.To), At: f.At,
		Subject: fmt.Sprintf("%s:%s->%s:%s", f.Network, f.From, f.To, strings.ReplaceAll(f.Traffic.String(), " ", "")),
	}
	if f.Control != "" {
		d.Path, d.Summary, d.Fix = f.Network, f.Reason, f.Fix
		d.Subject = strings.ReplaceAll(f.Network+":"+f.What, " ", "")
		return d
	}
	if f.Policy != "" {
		d.Rule, d.Path, d.Subject = f.Policy+"-logs", f.Network+" "+f.From, f.Network+":"+f.From
		d.Summary, d.Detail, d.Fix = f.Reason, "policy "+f.Policy+": all traffic of a tier with such data is recorded", f.Fix
		return d
	}
	if f.What != "" {
		return f.policyDiagnostic(d)
	}
	lines := []string{}
	if f.Witness != (Witness{}) {
		lines = append(lines, "witness: "+f.Witness.String())
	}
	switch f.Verdict {
	case Excess:
		d.Summary = f.Traffic.String() + " is carried but not declared"
		d.Fix = "remove the rule that allows it"
		if f.Bypass {
			d.Rule, d.Summary = "bypass", f.Traffic.String()+" bypasses the declared inspection"
			d.Fix = "route both ends through the same firewall endpoint, or declare the flow as direct"
		}
	case Missing:
		d.Summary = f.Traffic.String() + " is declared but not carried"
		d.Fix = "change the rule that stops it, or remove the declaration"
	case Unprotected:
		d.Summary = f.Traffic.String() + " comes from the internet without a web ACL in front"
		d.Fix = f.dialect.Say("protect the tier with waf.Protect(loadBalancer, \"WebACL\", &waf.Props{...})",
			"protect the tier with an entry of `webACLs`") + ", or acknowledge this finding with a reason"
	case Unknown:
		d.Summary = "unknown whether " + f.Traffic.String() + " is carried"
		if f.Traffic.Equal(traffic.Everything()) {
			d.Summary = "unknown which traffic is carried"
		}
		d.Fix = "add the missing part to the templates, set its value with -p, or acknowledge this finding with a reason"
	}
	if f.Reason != "" {
		lines = append(lines, f.Reason)
	}
	for _, s := range f.Steps {
		lines = append(lines, StepText(s))
	}
	d.Detail = strings.Join(lines, "\n")
	return d
}

// policyDiagnostic completes the diagnostic of a finding about an endpoint policy or about another control, not about traffic.
func (f Finding) policyDiagnostic(d diag.Diagnostic) diag.Diagnostic {
	d.Subject = fmt.Sprintf("%s:%s->%s:%s", f.Network, f.From, f.To, strings.ReplaceAll(f.What, " ", ""))
	d.Detail = f.Reason
	switch {
	case f.Verdict == Weakened || f.Fix != "":
		d.Summary, d.Detail, d.Fix = f.Reason, "", f.Fix
		if len(f.Without) > 0 {
			d.Detail = "without the group, these flows do not work: " + strings.Join(f.Without, ", ")
		}
	case f.Verdict == Excess:
		d.Summary = "the endpoint allows " + f.What + ", which is not granted"
		d.Fix = "remove it from the endpoint policy, or grant it with " + f.dialect.Say("endpoints.Grant(tier, ...)", "an entry of `grants`")
	case f.Verdict == Missing:
		d.Summary = "the endpoint does not allow " + f.What
		d.Fix = "change the policy that stops it, or remove the grant"
	default:
		d.Summary = "unknown whether " + f.What + " is allowed"
		d.Fix = "add the missing part to the templates, set its value with -p, or acknowledge this finding with a reason"
	}
	return d
}

// StepText writes a step on one line: what the control does, its rule, and the position of the rule.
func StepText(s reach.Step) string {
	does := "stops it"
	switch {
	case s.Unsure != "":
		does = "may let it through"
	case s.Passes:
		does = "lets it through"
	}
	text := fmt.Sprintf("%s %s %s: %s", s.Control, s.Where, does, s.Rule)
	if s.Resource != nil {
		text += fmt.Sprintf(" [%s", s.Resource)
		if s.Resource.Path != "" && s.Resource.Path != s.Resource.String() {
			text += ", " + s.Resource.Path
		}
		if s.Line > 0 {
			text += fmt.Sprintf(", %s:%d", s.Resource.Stack.File, s.Line)
		} else if s.Resource.Line > 0 {
			text += fmt.Sprintf(", %s:%d", s.Resource.Stack.File, s.Resource.Line)
		}
		text += "]"
	}
	if s.Unsure != "" {
		text += "; " + s.Unsure
	}
	return text
}
