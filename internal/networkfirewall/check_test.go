package networkfirewall

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/suricata"
)

const (
	passes  = `pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (flow:to_server; sid:11;)`
	pathMTU = `pass icmp any any -> any any (itype:3; icode:4; sid:12;)`
)

// group returns a group of rules in strict order.
func group(lines ...string) *Group {
	g := &Group{Path: "G", Order: StrictOrder, Capacity: 100, Content: suricata.Group{IPSets: map[string][]string{},
		PortSets: map[string][]string{}}}
	g.ReadText(strings.Join(lines, "\n"))
	return g
}

// list returns a group with a domain list.
func list(action string, names ...string) *Group {
	g := group()
	g.ReadList(suricata.DomainList{Action: action, TLS: true, Targets: names})
	return g
}

// tell writes problems as texts, sorted.
func tell(found []Problem) []string {
	var out []string
	for _, p := range found {
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%s %s at %s: %s: %s", p.Severity, p.Kind, p.Where, p.Summary, p.Detail), ": "))
	}
	slices.Sort(out)
	return out
}

// TestCheckGroup checks the problems of single groups.
func TestCheckGroup(t *testing.T) {
	t.Parallel()
	with := func(g *Group, change func(*Group)) *Group {
		change(g)
		return g
	}
	const text = "RuleGroup.RulesSource.RulesString"
	for name, test := range map[string]struct {
		group *Group
		want  []string
	}{
		"nothing wrong":            {group(passes, pathMTU), nil},
		"no rules":                 {group("# none"), []string{"error rules-missing at " + text + ": the rule group has no rules"}},
		"rules that are not known": {with(group(), func(g *Group) { g.Open = true }), nil},
		"no rule": {group("permit all"), []string{`error syntax at ` + text +
			`: this line is not a rule: column 1: got the action "permit"; allowed are pass, drop, reject and alert: in line 1`}},
		"lines that are a token": {group("${Rules}", passes), nil},
		"a port that is a token": {group(strings.Replace(passes, "443", "${Port}", 1)), nil},
		"a token does not hide a number that is there twice": {group(passes, strings.Replace(passes, "443", "${Port}", 1)),
			[]string{`error sid-twice at ` + text + `: two rules have the sid 11: ` +
				`in line 2: line 1 has it already; AWS rejects the group with "Duplicate signature"`}},
		"a variable that is a token": {with(group(strings.Replace(passes, "443", "$APP", 1)),
			func(g *Group) { g.Content.PortSets["APP"] = []string{"${Port}"} }), nil},
		"variables that are not known": {with(group(strings.Replace(passes, "443", "$APP", 1)), func(g *Group) { g.OpenVariables = true }), nil},
		"a variable within another": {with(group(strings.Replace(passes, "10.0.0.0/24", "$ALL", 1)), func(g *Group) {
			g.Content.IPSets["ALL"], g.Content.IPSets["WEB"] = []string{"$WEB"}, []string{"10.0.0.0/24"}
		}), nil},
		"HOME_NET for a domain list": {with(list(denyList, "a.example"), func(g *Group) {
			g.Content.IPSets["HOME_NET"], g.Content.IPSets["EXTERNAL_NET"] = []string{"10.0.0.0/8"}, []string{"!10.0.0.0/8"}
		}), nil},
		"names of a domain list": {list(denyList, "A.example", "${Name}", "a.example", "a.example"), []string{
			`error domain at RuleGroup.RulesSource.RulesSourceList.Targets[0]: a domain list has an invalid name: ` +
				`in name 1: "A.example" is not in lower case`,
			`error domain at RuleGroup.RulesSource.RulesSourceList.Targets[3]: a domain list has a.example twice: in name 4`}},
		"a domain list that is larger than it looks": {with(list(allowList, "a.example", "b.example"), func(g *Group) { g.Capacity = 3 }),
			[]string{
				"error capacity at Capacity: the group has more rules than its capacity: its 2 names count as 4 rules, and its capacity is 3"}},
		"references": {with(group(passes+"\n"+pathMTU+"\n"+strings.Replace(passes, "10.0.0.0/24 any", "@A any", 1)), func(g *Group) {
			g.Content.Lines = g.Content.Lines[:2]
			g.References = map[string]string{}
			for _, name := range strings.Fields("A B C D E F") {
				g.References[name] = "pl-" + name
			}
			g.References["B"] = "pl-A"
			g.Open = true
		}), []string{
			"error references at RuleGroup.ReferenceSets.IPSetReferences.B: two references name the same IP set: got A and B for pl-A",
			"error references at RuleGroup.ReferenceSets.IPSetReferences: the group refers to too many IP sets: got 6; allowed are 5"}},
		"a stateless group": {&Group{IsStateless: true, Capacity: 3, Rules: 4, Stateless: []StatelessRule{{1, 2, false}, {1, 2, true}}}, []string{
			"error capacity at Capacity: the group has more rules than its capacity: it has 4 rules, and its capacity is 3",
			"error priority at RuleGroup.RulesSource.StatelessRulesAndCustomActions.StatelessRules[1].Priority: two stateless rules have priority 1",
			"error stateless-any at RuleGroup.RulesSource.StatelessRulesAndCustomActions.StatelessRules[1]: a stateless rule names neither a " +
				"source nor a destination: AWS requires one of them"}},
		"an order of its own": {with(group(passes), func(g *Group) { g.Order = "FAST" }), []string{
			`error rule-order at RuleGroup.StatefulRuleOptions.RuleOrder: the rule order is unknown: ` +
				`got "FAST"; allowed are STRICT_ORDER and DEFAULT_ACTION_ORDER`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, tell(CheckGroup(test.group)))
		})
	}
}

// TestManyProblems checks that for a file that is not a list of rules, only the first problems are reported.
func TestManyProblems(t *testing.T) {
	t.Parallel()
	found := CheckGroup(group(strings.Repeat("permit\n", 50)))
	assert.Len(t, found, maxProblems+1)
	assert.Equal(t, "30 more problems with the rules", found[maxProblems].Summary)
}

// TestManyShadows checks that of many problems of one kind, only the first are reported.
func TestManyShadows(t *testing.T) {
	t.Parallel()
	var rules []string
	for i := range 70 {
		rules = append(rules, fmt.Sprintf("drop tcp any any -> any %d (sid:%d;)", i+1, i+100))
	}
	found := CheckPolicy(policy(group("pass ip any any -> any any (sid:14;)"), group(rules...)))
	assert.Len(t, found, maxProblems+1)
	assert.Equal(t, "50 more problems of this kind: a rule can never decide anything, because earlier rules decide the opposite",
		found[maxProblems].Summary)
}

// policy returns a good policy of groups, with priorities from 1.
func policy(groups ...*Group) *Policy {
	p := &Policy{Path: "P", Order: StrictOrder, HomeNet: []string{"10.0.0.0/8"}, Defaults: defaultActions[:2]}
	for i, g := range groups {
		g.Path = fmt.Sprintf("G%d", i+1)
		p.Members = append(p.Members, Member{Path: g.Path, Key: g.Path, Group: g, Priority: i + 1})
	}
	return p
}

// TestCheckPolicy checks the problems of policies, including conflicts between their groups. Package deployed has the tests with templates,
// and package firewall the tests with constructs.
func TestCheckPolicy(t *testing.T) {
	t.Parallel()
	with := func(p *Policy, change func(*Policy)) *Policy {
		change(p)
		return p
	}
	stops := strings.NewReplacer("pass", "drop", "sid:11", "sid:13").Replace(passes)
	again := strings.Replace(passes, "sid:11", "sid:13", 1)
	managed := func(name, order string, priority int) func(*Policy) {
		return func(p *Policy) {
			p.Members = append(p.Members, Member{Path: name, Key: name, Managed: name, ManagedOrder: order, Priority: priority})
		}
	}
	const byName = `pass tls 10.0.0.0/8 any -> any 443 (flow:to_server; tls.sni; content:"example.com"; startswith; nocase; endswith; sid:14;)`
	const byHost = `pass http 10.0.0.0/8 any -> any 80 (flow:to_server; http.host; content:"example.com"; startswith; endswith; sid:14;)`
	const ofHome = "drop tcp $HOME_NET any -> any 23 (sid:1002;)"
	early := func(g *Group) *Policy {
		return with(policy(g), func(p *Policy) { p.Defaults = []string{"aws:drop_established", "aws:alert_established"} })
	}
	noHome := func(p *Policy) { p.HomeNet = nil }
	for name, test := range map[string]struct {
		policy *Policy
		want   []string // severity and kind
	}{
		"nothing wrong":                {policy(group(passes, pathMTU)), nil},
		"names in TLS, dropped early":  {early(group(byName, pathMTU)), []string{"warning names-established"}},
		"names in HTTP, dropped early": {early(group(byHost, pathMTU)), []string{"warning names-established"}},
		"names, dropped late":          {policy(group(byName, pathMTU)), nil},
		"no names, dropped early":      {early(group(passes, pathMTU)), nil},
		"a name without an end": {policy(group(`pass tls any any -> any 443 (flow:to_server; tls.sni; content:"a.example"; sid:14;)`, pathMTU)),
			[]string{"warning name-unanchored"}},
		"TLS dropped before its name": {policy(group(
			`pass tls any any -> any 443 (flow:to_server; tls.sni; content:"a.example"; startswith; endswith; sid:14;)`, pathMTU,
			`drop tls any any -> any any (sid:15;)`)), []string{"warning tls-state"}},
		"a number in two groups": {policy(group(passes, pathMTU), group(`drop tcp any any -> any 22 (sid:11;)`)),
			[]string{"warning sid-shared"}},
		"numbers of domain lists":       {policy(group(passes, pathMTU), list(denyList, "a.example")), nil},
		"a rule that says the opposite": {policy(group(passes, pathMTU), group(stops)), []string{"finding rule-contradicted"}},
		"a rule that says the same":     {policy(group(passes, pathMTU), group(again)), []string{"warning rule-shadowed"}},
		"an alert that never comes": {policy(group(passes, pathMTU), group(strings.Replace(again, "pass", "alert", 1))),
			[]string{"finding rule-shadowed"}},
		"rules from declared flows": {with(policy(group(passes, pathMTU, again)),
			func(p *Policy) { p.Members[0].Group.Generated = true }), nil},
		"rules that name declared flows": {policy(group(strings.Replace(passes, "sid", "metadata:from Web, to App; sid", 1), pathMTU,
			strings.Replace(again, "sid", "metadata:from Jobs, to App; sid", 1))), nil},
		"a domain list that nothing reaches": {policy(group(`pass tcp any any -> any any (flow:to_server; sid:14;)`, pathMTU),
			list(denyList, "a.example", "b.example")), []string{"finding rule-contradicted"}},
		"a domain list behind some passes": {policy(group(passes, pathMTU), list(denyList, "a.example")), nil},
		"blocks of HOME_NET": {policy(group(strings.Replace(passes, "10.0.0.0/24", "$HOME_NET", 1), pathMTU),
			group(stops)), []string{"finding rule-contradicted"}},
		"blocks of EXTERNAL_NET": {policy(group(strings.Replace(passes, "10.0.0.0/24", "$EXTERNAL_NET", 1), pathMTU), group(stops)), nil},
		"blocks of another HOME_NET": {with(policy(group(strings.Replace(passes, "10.0.0.0/24", "$HOME_NET", 1), pathMTU), group(stops)),
			func(p *Policy) {
				p.Members[0].Group.Content.IPSets = map[string][]string{"HOME_NET": {"192.0.2.0/24"}, "EXTERNAL_NET": {"!192.0.2.0/24"}}
			}), nil},
		"places that are not known": {with(policy(group(passes, pathMTU), group(stops)),
			func(p *Policy) { p.Members[1].OpenPriority = true }), nil},
		"a group that is there twice": {with(policy(group(passes, pathMTU)), func(p *Policy) {
			p.Members = append(p.Members,
				p.Members[0])
			p.Members[1].Priority = 2
		}), []string{"error policy-group"}},
		"an override of one's own group": {with(policy(group(passes, pathMTU)), func(p *Policy) { p.Members[0].AlertOnly = true }),
			[]string{"error override"}},
		"managed, of the other order": {with(policy(group(pathMTU)), managed("MalwareDomains", ActionOrder, 9)),
			[]string{"error rule-order"}},
		"managed, of an order not known": {with(policy(group(pathMTU)), managed("Future", "", 9)), nil},
		"managed, behind what passes": {with(policy(group(passes, pathMTU)), managed("MalwareDomains", StrictOrder, 9)),
			[]string{"warning managed-after-pass"}},
		"managed, behind ICMP that passes": {with(policy(group(pathMTU)), managed("MalwareDomains", StrictOrder, 9)), nil},
		"managed, before what passes": {with(policy(group(ofHome), group(passes, pathMTU)), func(p *Policy) {
			p.Members[1].Priority = 9
			managed("MalwareDomains", StrictOrder, 5)(p)
		}), nil},
		"stateless among stateful": {policy(group(pathMTU), &Group{IsStateless: true, Capacity: 1}), []string{"error policy-group"}},
		"stateful among stateless": {with(policy(group(pathMTU)), func(p *Policy) {
			p.Stateless = []Member{{Path: "G",
				Group: group(passes), Priority: 1}}
		}), []string{"error policy-group"}},
		"stateless groups of one priority": {with(policy(), func(p *Policy) {
			p.Stateless = []Member{{Path: "A", Priority: 1}, {Path: "B",
				Priority: 1}}
		}), []string{"error priority"}},
		"default actions not known": {with(policy(group(passes)), func(p *Policy) { p.Defaults, p.OpenDefaults = nil, true }), nil},
		"an order not known":        {with(policy(group(passes)), func(p *Policy) { p.Order = "${Order}" }), nil},
		"action order": {with(policy(group(passes), group(stops)), func(p *Policy) {
			p.Order, p.Defaults = "", nil
			for i := range p.Members {
				p.Members[i].NoPriority, p.Members[i].Group.Order = true, ""
			}
		}), []string{"finding rule-contradicted"}},
		"action order, drops written first": {with(policy(group(stops), group(passes)), func(p *Policy) {
			p.Order, p.Defaults = ActionOrder, nil
			for i := range p.Members {
				p.Members[i].NoPriority, p.Members[i].Group.Order = true, ActionOrder
			}
		}), []string{"finding rule-contradicted"}},
		"no home, and no rule needs it": {with(policy(group(passes, pathMTU)), func(p *Policy) { p.HomeNet = nil }), nil},
		"no home for a source": {with(policy(group("drop tcp any any -> any 22 (sid:1001;)", ofHome)), noHome),
			[]string{"warning home-net-default"}},
		"no home for EXTERNAL_NET": {with(policy(group("drop tcp any any -> $EXTERNAL_NET 23 (sid:1002;)")), noHome),
			[]string{"warning home-net-default"}},
		"a home for a source": {policy(group(ofHome)), nil},
		"no home, but the group's": {with(policy(list(denyList, "a.example")), func(p *Policy) {
			p.HomeNet = nil
			p.Members[0].Group.Content.IPSets["HOME_NET"] = []string{"10.0.0.0/8"}
		}), nil},
		"no home for a domain list": {with(policy(list(denyList, "a.example")), func(p *Policy) { p.HomeNet = nil }),
			[]string{"warning home-net-default"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range CheckPolicy(test.policy) {
				assert.NotEmpty(t, p.Fix, p.Summary)
				got = append(got, p.Severity.String()+" "+p.Kind)
				if p.Severity != diag.Error {
					assert.True(t, p.Subject != "" || p.Where != "", "%s can be acknowledged alone", p.Kind)
				}
			}
			slices.Sort(got)
			assert.Equal(t, test.want, got)
		})
	}
}

// TestBudget checks the quotas of a policy with managed groups, of which some capacities are not published.
func TestBudget(t *testing.T) {
	t.Parallel()
	p := policy(group(pathMTU))
	p.Members[0].Group.Capacity = MaxCapacity
	assert.Empty(t, CheckPolicy(p))
	p.Members = append(p.Members, Member{Path: "M", Key: "M", Managed: "MalwareDomains", ManagedOrder: StrictOrder, Priority: 2})
	assert.Len(t, CheckPolicy(p), 1)
	p.Members[1].Managed = "ThreatSignaturesBotnet" // Only the sum of this and other groups is published.
	assert.Empty(t, CheckPolicy(p))
	count := 0
	for name := range managedCapacities {
		if isUnpublished(name) {
			count++
		}
	}
	assert.Equal(t, unpublished, count)
}

// TestManagedNames checks the names and orders of managed groups in ARNs.
func TestManagedNames(t *testing.T) {
	t.Parallel()
	const managed = "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/"
	for arn, want := range map[string]string{
		managed + "MalwareDomainsStrictOrder": "MalwareDomains STRICT_ORDER",
		managed + "Future":                    "Future ",
		"arn:${AWS::Partition}:network-firewall:${AWS::Region}:aws-managed:stateful-rulegroup/" +
			"ThreatSignaturesDoSActionOrder": "ThreatSignaturesDoS DEFAULT_ACTION_ORDER",
		"arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/x": "",
	} {
		got := ""
		if name, ok := ManagedOf(arn); ok {
			bare, order := ManagedName(name)
			got = bare + " " + order
		}
		assert.Equal(t, want, got)
	}
}
