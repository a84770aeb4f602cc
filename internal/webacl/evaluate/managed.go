package evaluate

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// published are the rules of managed groups whose behaviour AWS describes to the byte (AWS WAF Developer Guide, "Core rule set").
var published = map[string][]publishedRule{
	"AWSManagedRulesCommonRuleSet": {
		{"SizeRestrictions_BODY", "SizeRestrictions_Body", func(r *Request) bool { return len(r.Body) > 8<<10 }},
		{"SizeRestrictions_QUERYSTRING", "SizeRestrictions_QueryString", func(r *Request) bool { return len(r.query()) > 2<<10 }},
		{"SizeRestrictions_Cookie_HEADER", "SizeRestrictions_Cookie_Header", func(r *Request) bool {
			return len(strings.Join(r.values("cookie"), "; ")) > 10<<10
		}},
		{"SizeRestrictions_URIPATH", "SizeRestrictions_URIPath", func(r *Request) bool { return len(r.path()) > 1<<10 }},
		{"NoUserAgent_HEADER", "NoUserAgent_Header", func(r *Request) bool { return len(r.values("user-agent")) == 0 }},
	},
}

type publishedRule struct {
	name, label string
	matches     func(*Request) bool
}

// managed evaluates a managed rule group. Rules whose behaviour is not published may or may not act. It reports whether a published rule
// certainly decides.
func (v *evaluation) managed(r *webacl.Rule, m *webacl.ManagedGroup) bool {
	o := yes
	if m.ScopeDownStatement != nil {
		o = v.statement(m.ScopeDownStatement)
	}
	if o == no || o == skipped {
		v.step(r, o, "", "")
		return false
	}
	known, ok := webacl.LookUp(m.VendorName, m.Name)
	does := managedActions(known, m)
	counting := r.OverrideAction != nil && r.OverrideAction.Count != nil
	var read []string // labels of the published rules
	sure := ""        // what a published rule certainly does
	for _, p := range published[m.Name] {
		if !ok {
			break
		}
		full := "awswaf:managed:aws:" + known.Namespace + ":" + p.label
		read = append(read, full)
		if !p.matches(v.r) {
			delete(does, p.name)
			continue
		}
		v.labels = append(v.labels, label{name: full, sure: o == yes})
		if action := does[p.name]; o == yes && action == "Block" && sure == "" {
			sure = action
		}
	}
	if ok {
		v.labels = append(v.labels, label{name: "awswaf:managed:aws:" + known.Namespace + ":", namespace: true, except: read},
			label{name: "awswaf:managed:token:", namespace: true})
	} else {
		v.labels = append(v.labels, label{name: "awswaf:", namespace: true})
	}
	actions := acting(does)
	if !ok {
		actions = []string{"Block"}
	}
	if counting {
		actions, sure = nil, ""
	}
	then := strings.Join(actions, ", ")
	if then == "" {
		then = "Count"
	}
	if sure != "" {
		v.step(r, yes, then, "")
	} else {
		v.step(r, unknown, then, "what managed rules look for is not published")
	}
	for _, a := range actions {
		if !v.r.Solved || a != "Captcha" && a != "Challenge" {
			v.possible(Decision{Action: a, Rule: v.prefix + r.Name})
		}
	}
	return sure != ""
}

// managedActions returns the actions of a group's rules.
func managedActions(known webacl.Managed, m *webacl.ManagedGroup) map[string]string {
	does := map[string]string{}
	for rule, action := range known.Rules {
		if action == "" {
			action = "Block"
		}
		does[rule] = action
	}
	for _, e := range m.ExcludedRules {
		does[e.Name] = "Count"
	}
	for _, o := range m.RuleActionOverrides {
		if a := o.ActionToUse; a != nil {
			does[o.Name] = map[bool]string{a.Allow != nil: "Allow", a.Block != nil: "Block", a.Count != nil: "Count", a.Captcha != nil: "Captcha",
				a.Challenge != nil: "Challenge"}[true]
		}
	}
	return does
}

// acting returns the actions of rules except Count, each once.
func acting(does map[string]string) []string {
	var out []string
	for _, a := range does {
		if a != "Count" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}
