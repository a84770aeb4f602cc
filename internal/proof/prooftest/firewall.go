package prooftest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ruleGroup changes each rule in a rule group of a firewall.
func (m *mutation) ruleGroup(id string) {
	source := func(resources object) object {
		group, _ := properties(resources, id)["RuleGroup"].(object)
		s, _ := group["RulesSource"].(object)
		return s
	}
	text, _ := source(m.resources)["RulesString"].(string)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		name := fmt.Sprintf("%s line %d: ", id, i+1)
		put := func(what string, changed ...string) {
			m.with(name+what, func(resources object) {
				source(resources)["RulesString"] = strings.Join(slices.Concat(lines[:i], changed, lines[i+1:]), "\n")
			})
		}
		put("removed")
		for _, c := range []struct{ what, from, to string }{
			{"the other action", "pass ", "drop "}, {"the other action", "drop ", "pass "},
			{"another port", " 443 (", " 444 ("}, {"another block", " 10.0.", " 10.99."},
			{"the other direction", "flow:to_server", "flow:to_client"}, {"both directions", " -> ", " <> "},
			{"another name", "example.com", "example.net"}, {"everybody", "pass tcp 10.0.", "pass tcp any any -> any any (sid:7;) #"},
		} {
			if strings.Contains(line, c.from) {
				put(c.what, strings.Replace(line, c.from, c.to, 1))
			}
		}
		put("all of it before", "pass ip any any -> any any (sid:9;)", line)
	}
	m.with(id+": an empty group", func(resources object) { source(resources)["RulesString"] = "" })
}

var dropAction = regexp.MustCompile(`^aws:drop_`)

// policy changes the actions for packets that match no rule, and removes rule groups.
func (m *mutation) policy(id string) {
	content := func(resources object) object {
		c, _ := properties(resources, id)["FirewallPolicy"].(object)
		return c
	}
	m.with(id+": no default action", func(resources object) { delete(content(resources), "StatefulDefaultActions") })
	m.with(id+": without the drop", func(resources object) {
		actions, _ := content(resources)["StatefulDefaultActions"].(list)
		isDrop := func(a any) bool { return dropAction.MatchString(fmt.Sprint(a)) }
		content(resources)["StatefulDefaultActions"] = slices.DeleteFunc(slices.Clone(actions), isDrop)
	})
	m.with(id+": strictly", func(resources object) { content(resources)["StatefulDefaultActions"] = list{"aws:drop_strict"} })
	m.with(id+": in both directions", func(resources object) {
		content(resources)["StatefulDefaultActions"] = list{"aws:drop_established_app_layer"}
	})
	m.with(id+": nothing is inspected", func(resources object) { content(resources)["StatelessDefaultActions"] = list{"aws:pass"} })
	references, _ := content(m.resources)["StatefulRuleGroupReferences"].(list)
	for i := range references {
		m.with(fmt.Sprintf("%s: without group %d", id, i), func(resources object) {
			all := content(resources)["StatefulRuleGroupReferences"].(list)
			content(resources)["StatefulRuleGroupReferences"] = slices.Delete(slices.Clone(all), i, i+1)
		})
	}
}
