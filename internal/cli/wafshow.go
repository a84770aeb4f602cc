package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
)

// findings are what is wrong with all of AWS WAF in the templates, or with the web ACL that was asked for.
func (w wafCommand) findings(a *cfn.Assembly, all []deployed.WebACL) diag.List {
	found := deployed.Check(a)
	if w.ACL == "" {
		return found
	}
	path := aclNames(all)
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Path != path && d.Path != all[0].Resource.String() })
}

// show lists the web ACLs with their rules, and what is wrong.
func (w wafCommand) show(c console, file string, all []deployed.WebACL, refs webacl.References, found diag.List) error {
	wrong := len(found.With(diag.Error, diag.Finding)) > 0
	var text string
	var err error
	switch w.Format {
	case "json":
		text, err = toJSON(map[string]any{"webACLs": aclsJSON(all, refs), "findings": findingsJSON(found)})
	case "sarif":
		text, err = sarif(found, file)
	case "markdown":
		text = aclsMarkdown(all, refs, found)
	default:
		text = aclsText(all, refs, found)
	}
	return c.finish(text, err, wrong)
}

func aclTitle(d deployed.WebACL, cost webacl.Cost) string {
	return fmt.Sprintf("%s: %d of %d WCU, in front of %s", d.Resource, cost.Total, webacl.MaxCapacity, protects(d))
}

func ruleTable(d deployed.WebACL, cost webacl.Cost) *table {
	t := &table{head: []string{"NUMBER", "RULE", "WCU", "COSTS"}}
	for i, r := range d.ACL.Rules {
		number := fmt.Sprint(r.Priority)
		if r.Priority < 0 {
			number = "?"
		}
		t.add(number, r.Name, fmt.Sprint(cost.Rules[i].Total), cost.Rules[i].Why)
	}
	return t
}

// unknowns are what could not be read of a web ACL because only a deployment knows it.
func unknowns(d deployed.WebACL) []string {
	var out []string
	for _, p := range d.Problems {
		if p.Unknown {
			out = append(out, strings.TrimSuffix("unknown: "+p.Where+": "+p.Summary+": "+p.Detail, ": "))
		}
	}
	return out
}

func aclsText(all []deployed.WebACL, refs webacl.References, found diag.List) string {
	var b strings.Builder
	if len(all) == 0 {
		b.WriteString("there is no web ACL in the templates\n")
	}
	for i, d := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		cost := d.ACL.Cost(refs)
		fmt.Fprintf(&b, "%s\n\n%s", printable(aclTitle(d, cost)), ruleTable(d, cost).text())
		for _, u := range unknowns(d) {
			fmt.Fprintf(&b, "\n%s\n", printable(u))
		}
	}
	for _, f := range found {
		b.WriteString("\n" + lines(f.String()) + "\n")
	}
	return b.String()
}

// aclsMarkdown is for pull requests: what is wrong first.
func aclsMarkdown(all []deployed.WebACL, refs webacl.References, found diag.List) string {
	var b strings.Builder
	if len(found) == 0 {
		b.WriteString("### Nothing is wrong with the web ACLs\n")
	} else {
		t := &table{head: []string{"", "Where", "What", "Why", "Fix"}}
		for _, f := range found {
			t.add(f.Severity.String(), strings.TrimSpace(f.Path+" "+f.Where()), f.Summary, f.Detail, f.Fix)
		}
		fmt.Fprintf(&b, "### %s in web ACLs\n\n%s", counted(len(found), "finding", "findings"), t.markdown())
	}
	for _, d := range all {
		cost := d.ACL.Cost(refs)
		fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n%s\n%s</details>\n", escapeMarkdown(aclTitle(d, cost)), ruleTable(d,
			cost).markdown(), markdownList(unknowns(d)))
	}
	return b.String()
}

func protects(d deployed.WebACL) string {
	var out []string
	for _, v := range d.Protects {
		out = append(out, v.String())
	}
	if len(out) == 0 {
		return "nothing in the templates"
	}
	return strings.Join(out, ", ")
}

func aclsJSON(all []deployed.WebACL, refs webacl.References) any {
	type rule struct {
		Name     string `json:"name"`
		Priority int    `json:"priority"`
		WCU      int    `json:"wcu"`
		Costs    string `json:"costs"`
	}
	type acl struct {
		Resource string   `json:"resource"`
		WCU      int      `json:"wcu"`
		Upper    int      `json:"upper"`
		Protects []string `json:"protects"`
		Rules    []rule   `json:"rules"`
	}
	out := []acl{}
	for _, d := range all {
		cost := d.ACL.Cost(refs)
		one := acl{Resource: d.Resource.String(), WCU: cost.Total, Upper: cost.Upper, Protects: []string{}, Rules: []rule{}}
		for _, v := range d.Protects {
			one.Protects = append(one.Protects, v.String())
		}
		for i, r := range d.ACL.Rules {
			one.Rules = append(one.Rules, rule{r.Name, r.Priority, cost.Rules[i].Total, cost.Rules[i].Why})
		}
		out = append(out, one)
	}
	return out
}
