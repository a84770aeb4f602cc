package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// Check reports what is wrong with AWS WAF in templates. What AWS rejects is an error, and what is probably a mistake is a warning. The
// checks are those of the constructs. Values that are known only at deployment are not checked.
func Check(a *cfn.Assembly) diag.List {
	all, refs := Read(a)
	var out diag.List
	for _, d := range all {
		out = append(out, diagnostics(d.Resource, d.Problems, check.ACL(d.ACL, refs, reserved(a, d)))...)
		out = append(out, diagnostics(d.Resource, nil, append(d.wrongScope(), d.idleLimits()...))...)
	}
	protected := associations{}
	for r := range a.Resources() {
		out = append(out, diagnostics(r, nil, checkRegion(r))...)
		switch r.Type {
		case "AWS::WAFv2::RuleGroup":
			g, found := readGroup(r)
			problems := check.Group(g, refs)
			if r.Get("Capacity").IsMissing() {
				problems = append(problems, webacl.Problem{Kind: "capacity", Where: "Capacity", Summary: "the rule group has no capacity",
					Detail: "Capacity is required"})
			}
			out = append(out, diagnostics(r, found, append(problems, wrongScope(r, g.Scope, g.Rules)...))...)
		case "AWS::WAFv2::IPSet", "AWS::WAFv2::RegexPatternSet":
			out = append(out, diagnostics(r, nil, checkSet(r))...)
		case "AWS::WAFv2::LoggingConfiguration":
			found, problems := checkLogging(r)
			out = append(out, diagnostics(r, found, problems)...)
		case "AWS::WAFv2::WebACLAssociation":
			out = append(out, diagnostics(r, nil, protected.check(r))...)
		}
	}
	return out.Sorted()
}

// reserved returns the WCU that Shield Advanced adds to a web ACL for its automatic response.
func reserved(a *cfn.Assembly, d WebACL) int {
	n := 0
	for r := range a.OfType("AWS::Shield::Protection") {
		if r.Get("ApplicationLayerAutomaticResponseConfiguration").IsMissing() {
			continue
		}
		for _, v := range d.Protects {
			if of := r.Get("ResourceArn"); of.String() == v.String() || of.Kind == cfn.Reference && v.Kind == cfn.Reference &&
				of.Resource == v.Resource {
				n = webacl.ShieldCapacity
			}
		}
	}
	return n
}

// diagnostics returns the problems of a resource as diagnostics, with their lines. found are problems of reading: other problems in a part
// that could not be read are left out.
func diagnostics(r *cfn.Resource, found, problems []webacl.Problem) diag.List {
	var out diag.List
	add := func(p webacl.Problem) {
		d := diag.Diagnostic{Rule: "waf-" + p.Kind, Path: r.Name(), Summary: p.Summary, Detail: p.Detail, Fix: p.Fix,
			At: []diag.Position{position(r, p.Where)}}
		if p.Where != "" {
			d.Summary = p.Where + ": " + p.Summary
		}
		d.Subject = strings.TrimSuffix(d.Path+":"+p.Where, ":")
		if p.Warning {
			d.Severity = diag.Warning
		}
		out.Add(d)
	}
	hidden := map[string]bool{}
	for _, p := range found {
		part, _, _ := strings.Cut(p.Where, ".")
		hidden[part] = true
		if !p.Unknown {
			add(p)
		}
	}
	for _, p := range problems {
		if part, _, _ := strings.Cut(p.Where, "."); !hidden[part] {
			add(p)
		}
	}
	return out
}

// wrongScope finds references to sets and groups of the other scope, which AWS does not find.
func wrongScope(of *cfn.Resource, scope string, rules []webacl.Rule) []webacl.Problem {
	others := map[string]*cfn.Resource{}
	for v := range of.References() {
		if v.Kind == cfn.Reference && strings.HasPrefix(v.Resource.Type, "AWS::WAFv2::") {
			others[text(v)] = v.Resource
		}
	}
	var out []webacl.Problem
	for _, r := range rules {
		webacl.Walk(r.Statement, func(s *webacl.Statement) {
			other := others[reference(s)]
			if other == nil {
				return
			}
			theirs, ok := other.Get("Scope").Literal()
			if ok && !webacl.IsToken(scope) && theirs != scope {
				out = append(out, webacl.Problem{
					Kind: "reference", Where: fmt.Sprintf("rule %q: Statement", r.Name), Summary: "a reference has another scope",
					Detail: fmt.Sprintf("got %s of scope %s in scope %s", other, theirs, scope),
					Fix:    "use one of scope " + scope,
				})
			}
		})
	}
	return out
}

func (d WebACL) wrongScope() []webacl.Problem {
	return wrongScope(d.Resource, d.ACL.Scope, d.ACL.Rules)
}

// reference returns the text by which a statement names a set or a group; empty if it names none.
func reference(s *webacl.Statement) string {
	switch {
	case s.IPSetReferenceStatement != nil:
		return s.IPSetReferenceStatement.Arn
	case s.RegexPatternSetReferenceStatement != nil:
		return s.RegexPatternSetReferenceStatement.Arn
	case s.RuleGroupReferenceStatement != nil:
		return s.RuleGroupReferenceStatement.Arn
	}
	return ""
}

// checkSet checks an IP set or a regex pattern set. A list that is known only at deployment is not checked.
func checkSet(r *cfn.Resource) []webacl.Problem {
	read := reader{r, nil}
	name, description, scope := read.text("Name"), read.text("Description"), read.text("Scope")
	if r.Type == "AWS::WAFv2::IPSet" {
		return check.IPSet(name, description, scope, webacl.Addresses{Version: read.text("IPAddressVersion"),
			Blocks: allTexts(r.Get("Addresses"))})
	}
	list := r.Get("RegularExpressionList")
	if list.Kind != cfn.List && !list.IsMissing() {
		return nil
	}
	return check.RegexSet(name, description, scope, allTexts(list))
}

// allTexts returns the elements of a list, with texts for those that are known only at deployment.
func allTexts(v cfn.Value) []string {
	var out []string
	for _, item := range v.Items {
		if t, ok := item.Literal(); ok {
			out = append(out, t)
		} else {
			out = append(out, text(item))
		}
	}
	return out
}
