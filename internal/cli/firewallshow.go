package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/networkfirewall/deployed"
)

// unusedTitle is the heading of the rule groups that no policy refers to.
const unusedTitle = "rule groups that no policy in the templates uses"

func firewallsText(all deployed.Deployed, found diag.List) string {
	var parts []string
	for _, f := range all.Firewalls {
		parts = append(parts, prose(firewallTitle(f))+"\n"+unknownText(f.Unknown))
	}
	for _, p := range all.Policies {
		part := printable(p.Resource.String()) + "\n\n" + policyTable(p).text()
		if groups := memberTable(all, p); len(groups.rows) > 0 {
			part += "\n" + groups.text()
		}
		parts = append(parts, part+unknownText(policyUnknowns(all, p)))
	}
	if unused := all.Unused(); len(unused) > 0 {
		parts = append(parts, unusedTitle+"\n\n"+unusedGroupTable(unused).text()+unknownText(groupUnknowns(unused)))
	}
	if len(parts) == 0 {
		parts = []string{"the templates contain no network firewall\n"}
	}
	for _, f := range found {
		parts = append(parts, prose(f.String())+"\n")
	}
	return strings.Join(parts, "\n")
}

// firewallsMarkdown is for pull requests, so the findings come first.
func firewallsMarkdown(all deployed.Deployed, found diag.List) string {
	var b strings.Builder
	if len(found) == 0 {
		b.WriteString("### No findings in network firewalls\n")
	} else {
		t := &table{head: []string{"", "Where", "What", "Why", "Fix"}}
		for _, f := range found {
			t.add(f.Severity.String(), strings.TrimSpace(f.Path+" "+f.Where()), f.Summary, f.Detail, f.Fix)
		}
		fmt.Fprintf(&b, "### %s in network firewalls\n\n%s", counted(len(found), "finding", "findings"), t.markdown())
	}
	details := func(title, text string, unknown []string) {
		fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n%s%s</details>\n", escapeMarkdown(title), text, markdownList(unknown))
	}
	for _, f := range all.Firewalls {
		details(firewallTitle(f), "", f.Unknown)
	}
	for _, p := range all.Policies {
		text := policyTable(p).markdown() + "\n"
		if groups := memberTable(all, p); len(groups.rows) > 0 {
			text += groups.markdown() + "\n"
		}
		details(p.Resource.String(), text, policyUnknowns(all, p))
	}
	if unused := all.Unused(); len(unused) > 0 {
		details(unusedTitle, unusedGroupTable(unused).markdown()+"\n", groupUnknowns(unused))
	}
	return b.String()
}

func firewallTitle(f *deployed.Firewall) string {
	policy, logs := "a policy that is not in the templates", "no logs in the templates"
	if f.Policy != nil {
		policy = f.Policy.Resource.String()
	}
	if len(f.Logs) > 0 {
		logs = strings.Join(logTexts(f), ", ")
	}
	return fmt.Sprintf("%s: enforces %s; %s", f.Resource, policy, logs)
}

func logTexts(f *deployed.Firewall) []string {
	out := []string{}
	for _, l := range f.Logs {
		out = append(out, deployed.Describe(l))
	}
	return out
}

func unknownText(all []string) string {
	var b strings.Builder
	for _, u := range all {
		b.WriteString(prose("unknown: "+u) + "\n")
	}
	return b.String()
}

// policyUnknowns lists the unknowns of a policy and its rule groups.
func policyUnknowns(all deployed.Deployed, p *deployed.Policy) []string {
	return append(slices.Clone(p.Unknown), groupUnknowns(all.GroupsOf(p))...)
}

func groupUnknowns(groups []*deployed.Group) []string {
	var out []string
	for _, g := range groups {
		for _, u := range g.Unknown {
			out = append(out, g.Resource.String()+": "+u)
		}
	}
	return out
}

func policyTable(p *deployed.Policy) *table {
	t := &table{head: []string{"SETTING", "VALUE"}}
	t.add("rule order", cmp.Or(p.Order, networkfirewall.ActionOrder+" (AWS default)"))
	t.add("default actions", joinOr(p.Defaults, "none: traffic that matches no rule passes"))
	t.add("stateless default", joinOr(p.StatelessDefaults, "none"))
	t.add("stateless default, fragments", joinOr(p.StatelessFragmentDefaults, "none"))
	t.add("connections joined mid-stream", cmp.Or(p.Midstream, "DROP (AWS default)"))
	t.add("HOME_NET", joinOr(p.HomeNet, "the CIDR blocks of the firewall's VPC (AWS default)"))
	return t
}

// joinOr joins texts with commas, or returns none if there are no texts.
func joinOr(texts []string, none string) string {
	if len(texts) == 0 {
		return none
	}
	return strings.Join(texts, ", ")
}

// memberTable lists the rule groups of a policy in the order of their priority.
func memberTable(all deployed.Deployed, p *deployed.Policy) *table {
	t := &table{head: []string{"PRIORITY", "GROUP", "CAPACITY", "ORDER", "REFERENCES"}}
	for _, members := range [][]networkfirewall.Member{p.Stateless, p.Members} {
		ordered := slices.Clone(members)
		slices.SortStableFunc(ordered, func(a, b networkfirewall.Member) int { return cmp.Compare(a.Priority, b.Priority) })
		for _, m := range ordered {
			priority := fmt.Sprint(m.Priority)
			if m.NoPriority || m.OpenPriority {
				priority = "?"
			}
			t.add(append([]string{priority}, memberCells(all, m)...)...)
		}
	}
	return t
}

func memberCells(all deployed.Deployed, m networkfirewall.Member) []string {
	for _, g := range all.Groups {
		if m.Group == g.Group {
			return groupCells(g)
		}
	}
	capacity := "?"
	if n := networkfirewall.ManagedCapacity(m.Managed); n > 0 {
		capacity = fmt.Sprint(n)
	}
	name := m.Path
	if m.AlertOnly {
		name += " (alerts only)"
	}
	return []string{name, capacity, cmp.Or(m.ManagedOrder, "?"), ""}
}

func groupCells(g *deployed.Group) []string {
	order := cmp.Or(g.Order, networkfirewall.ActionOrder)
	if g.IsStateless {
		order = "stateless"
	}
	return []string{g.Resource.String(), capacityText(g), order, strings.Join(g.Content.References, ", ")}
}

// capacityText says how much of its capacity the rules of a group use.
func capacityText(g *deployed.Group) string {
	used, stated := fmt.Sprint(g.Rules), "?"
	switch {
	case g.Open && g.Rules == 0:
		used = "?"
	case g.Open:
		used += " or more"
	}
	if g.Capacity > 0 {
		stated = fmt.Sprint(g.Capacity)
	}
	return used + " of " + stated
}

func unusedGroupTable(groups []*deployed.Group) *table {
	t := &table{head: []string{"GROUP", "CAPACITY", "ORDER", "REFERENCES"}}
	for _, g := range groups {
		t.add(groupCells(g)...)
	}
	return t
}

// firewallJSON is the JSON of firewall.
type firewallJSON struct {
	Firewalls        []oneFirewallJSON    `json:"firewalls"`
	Policies         []firewallPolicyJSON `json:"policies"`
	GroupsInNoPolicy []ruleGroupJSON      `json:"groupsInNoPolicy"`
	Findings         []findingJSON        `json:"findings"`
}

type oneFirewallJSON struct {
	Resource string   `json:"resource"`
	Policy   string   `json:"policy,omitempty" doc:"empty if it is not in the templates"`
	Logs     []string `json:"logs"`
	Unknown  []string `json:"unknown,omitempty"`
}

type firewallPolicyJSON struct {
	Resource           string          `json:"resource"`
	Order              string          `json:"order"`
	DefaultActions     []string        `json:"defaultActions"`
	Stateless          []string        `json:"stateless"`
	StatelessFragments []string        `json:"statelessFragments"`
	MidStream          string          `json:"midStream"`
	HomeNet            []string        `json:"homeNet"`
	Groups             []ruleGroupJSON `json:"groups"`
	Unknown            []string        `json:"unknown,omitempty"`
}

// ruleGroupJSON is a rule group. One that is not in the templates has only the first two values, and its place in the policy.
type ruleGroupJSON struct {
	Resource         string   `json:"resource"`
	Managed          *bool    `json:"managed,omitempty" doc:"whether AWS manages it; absent for a group in the templates"`
	Rules            *int     `json:"rules,omitempty"`
	Order            string   `json:"order,omitempty"`
	References       []string `json:"references,omitzero"`
	MayHaveMoreRules bool     `json:"mayHaveMoreRules,omitempty"`
	Capacity         int      `json:"capacity,omitempty" doc:"0 if it is not known"`
	ReportsOnly      bool     `json:"reportsOnly,omitempty"`
	Priority         *int     `json:"priority,omitempty"`
}

func firewallsJSON(all deployed.Deployed, found diag.List) firewallJSON {
	firewalls, policies, unused := []oneFirewallJSON{}, []firewallPolicyJSON{}, []ruleGroupJSON{}
	for _, f := range all.Firewalls {
		one := oneFirewallJSON{Resource: f.Resource.String(), Logs: logTexts(f), Unknown: f.Unknown}
		if f.Policy != nil {
			one.Policy = f.Policy.Resource.String()
		}
		firewalls = append(firewalls, one)
	}
	for _, p := range all.Policies {
		one := firewallPolicyJSON{
			Resource: p.Resource.String(), Order: cmp.Or(p.Order, networkfirewall.ActionOrder), DefaultActions: orEmpty(p.Defaults),
			Stateless:          orEmpty(p.StatelessDefaults),
			StatelessFragments: orEmpty(p.StatelessFragmentDefaults), MidStream: cmp.Or(p.Midstream, "DROP"), HomeNet: orEmpty(p.HomeNet),
			Groups:  []ruleGroupJSON{},
			Unknown: policyUnknowns(all, p),
		}
		for _, m := range slices.Concat(p.Stateless, p.Members) {
			one.Groups = append(one.Groups, memberJSON(all, m))
		}
		policies = append(policies, one)
	}
	for _, g := range all.Unused() {
		unused = append(unused, groupJSON(g))
	}
	return firewallJSON{firewalls, policies, unused, findingsJSON(found)}
}

// orEmpty returns a list that JSON writes as [] and never as null.
func orEmpty(texts []string) []string { return append([]string{}, texts...) }

func memberJSON(all deployed.Deployed, m networkfirewall.Member) ruleGroupJSON {
	out := ruleGroupJSON{Resource: m.Path, Managed: new(m.Managed != "")}
	for _, g := range all.Groups {
		if m.Group == g.Group {
			out = groupJSON(g)
		}
	}
	out.ReportsOnly = m.AlertOnly
	if !m.NoPriority && !m.OpenPriority {
		out.Priority = new(m.Priority)
	}
	return out
}

func groupJSON(g *deployed.Group) ruleGroupJSON {
	return ruleGroupJSON{
		Resource: g.Resource.String(), Rules: new(g.Rules), Order: cmp.Or(g.Order, networkfirewall.ActionOrder),
		References: orEmpty(g.Content.References), MayHaveMoreRules: g.Open, Capacity: max(g.Capacity, 0),
	}
}
