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

// findings returns the mistakes in all WAF resources of the templates, or in the web ACL that --acl names.
func (w wafCommand) findings(a *cfn.Assembly, all []deployed.WebACL) diag.List {
	found := deployed.Check(a)
	if len(all) > 0 {
		for _, m := range deployed.Managers(a) {
			found = append(found, m.Diagnostic())
		}
	}
	if w.ACL == "" {
		return found
	}
	path := aclNames(all)
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		return d.Path != path && d.Path != all[0].Resource.String() && d.Rule != deployed.UnknownRule
	})
}

// show lists the web ACLs with their rules and the mistakes in them.
func (w wafCommand) show(c console, file string, all []deployed.WebACL, refs webacl.References, found diag.List) error {
	hasFindings := len(found.With(diag.Error, diag.Finding)) > 0
	var text string
	var err error
	switch w.Format {
	case "json":
		text, err = toJSON(wafJSON{aclsJSON(all, refs), findingsJSON(found), []string{deployed.Outside}})
	case "sarif":
		text, err = sarif(found, file)
	case "markdown":
		text = aclsMarkdown(all, refs, found)
	default:
		text = aclsText(all, refs, found)
	}
	return c.finish(text, err, hasFindings)
}

// aclTitle names a web ACL, the capacity it uses and the resources it protects.
func aclTitle(d deployed.WebACL, cost webacl.Cost) string {
	return fmt.Sprintf("%s: uses %d of %d WCU, protects %s", d.Resource, cost.Total, webacl.MaxCapacity, protects(d))
}

func ruleTable(d deployed.WebACL, cost webacl.Cost) *table {
	t := &table{head: []string{"PRIORITY", "RULE", "WCU", "WCU BY PART"}}
	for i, r := range d.ACL.Rules {
		priority := fmt.Sprint(r.Priority)
		if r.Priority < 0 {
			priority = "?"
		}
		t.add(priority, r.Name, fmt.Sprint(cost.Rules[i].Total), cost.Rules[i].Why)
	}
	return t
}

// unknowns lists the values of a web ACL that are known only at deployment.
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
		b.WriteString("the templates contain no web ACL\n")
	}
	for i, d := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		cost := d.ACL.Cost(refs)
		fmt.Fprintf(&b, "%s\n\n%s", prose(aclTitle(d, cost)), ruleTable(d, cost).text())
		for _, u := range unknowns(d) {
			fmt.Fprintf(&b, "\n%s\n", prose(u))
		}
	}
	for _, f := range found {
		b.WriteString("\n" + prose(f.String()) + "\n")
	}
	if len(all) > 0 {
		b.WriteString("\n" + prose("assumption: "+deployed.Outside) + "\n")
	}
	return b.String()
}

// managerText says which resources make the answers about a web ACL unsure.
func managerText(managers []deployed.Manager) string {
	var b strings.Builder
	for _, m := range managers {
		b.WriteString("\n" + prose(m.Diagnostic().String()) + "\n")
	}
	return b.String()
}

// aclsMarkdown is for pull requests, so the findings come first.
func aclsMarkdown(all []deployed.WebACL, refs webacl.References, found diag.List) string {
	var b strings.Builder
	if len(found) == 0 {
		b.WriteString("### No findings in web ACLs\n")
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
	if len(all) > 0 {
		b.WriteString("\nassumption: " + deployed.Outside + "\n")
	}
	return b.String()
}

// protects names the resources that a web ACL is associated with.
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

// wafJSON is the JSON of waf without requests.
type wafJSON struct {
	WebACLs     []aclJSON     `json:"webACLs"`
	Findings    []findingJSON `json:"findings"`
	Assumptions []string      `json:"assumptions" doc:"what the answer takes as given"`
}

type aclRuleJSON struct {
	Name     string `json:"name"`
	Priority int    `json:"priority" doc:"-1 if it is not known"`
	WCU      int    `json:"wcu" doc:"web ACL capacity units"`
	Costs    string `json:"costs" doc:"the capacity of each part"`
}

type aclJSON struct {
	Resource string        `json:"resource"`
	WCU      int           `json:"wcu" doc:"web ACL capacity units"`
	Upper    int           `json:"upper" doc:"the most that it may use, if a part is not known"`
	Protects []string      `json:"protects" doc:"resources of the templates"`
	Rules    []aclRuleJSON `json:"rules"`
}

func aclsJSON(all []deployed.WebACL, refs webacl.References) []aclJSON {
	out := []aclJSON{}
	for _, d := range all {
		cost := d.ACL.Cost(refs)
		one := aclJSON{Resource: d.Resource.String(), WCU: cost.Total, Upper: cost.Upper, Protects: []string{}, Rules: []aclRuleJSON{}}
		for _, v := range d.Protects {
			one.Protects = append(one.Protects, v.String())
		}
		for i, r := range d.ACL.Rules {
			one.Rules = append(one.Rules, aclRuleJSON{r.Name, r.Priority, cost.Rules[i].Total, cost.Rules[i].Why})
		}
		out = append(out, one)
	}
	return out
}
