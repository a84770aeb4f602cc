package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/usage/firewalluse"
	"github.com/tierwall/tierwall/internal/usage/webacluse"
)

// firewallRules lists the rules of firewalls with what their logs show.
func (o otherLogs) firewallRules() *table {
	t := &table{head: []string{"SID", "ACTION", "STATE", "ALERTS", "FIRST", "LAST", "SERVES", "GROUP"}}
	for _, r := range o.rules {
		sid := ""
		if r.SID != 0 {
			sid = fmt.Sprint(r.SID)
		}
		t.add(sid, r.Action, string(r.State), countsText(r.Verdicts), briefTime(r.First), briefTime(r.Last), servesText(r), r.Group)
	}
	return t
}

// countsText writes counts by name: "drop 3, pass 1".
func countsText(counts map[string]int64) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(out, ", ")
}

// servesText names the flows that a rule serves, or its message if it serves none.
func servesText(r firewalluse.Rule) string {
	if len(r.Flows) == 0 {
		return r.Message
	}
	var out []string
	for _, f := range r.Flows {
		out = append(out, fmt.Sprintf("%s -> %s %s", f.From, f.To, f.Service))
	}
	return strings.Join(out, ", ")
}

// declarations says for what firewalls stopped how to declare it.
func (u usageResult) declarations() [][]string {
	var out [][]string
	for _, r := range u.result.Stopped[:min(len(u.result.Stopped), mostRows)] {
		if text := u.judge.Declare(r); text != "" {
			out = append(out, []string{printable(fmt.Sprintf("%s -> %s %s: %s", r.From, cmp.Or(r.Name, r.To), r.Service, text))})
		}
	}
	return out
}

// sessions lists the flows that flow logs of firewalls show.
func (u usageResult) sessions() *table {
	t := &table{head: []string{"FROM", "TO", "SERVICE", "RECORDS", "BYTES", "FIRST", "LAST"}}
	for _, f := range u.result.Flows {
		if f.Firewall.Records > 0 {
			d := u.model.Flows[f.Flow]
			t.add(d.From.String(), d.To.String(), arch.FormatService(d.Ports), number(f.Firewall.Records), number(f.Firewall.Bytes),
				briefTime(f.Firewall.First), briefTime(f.Firewall.Last))
		}
	}
	return t
}

// aclRules lists the rules of web ACLs with what their logs show.
func (o otherLogs) aclRules() *table {
	t := &table{head: []string{"WEB ACL", "RULE", "STATE", "RAN", "MATCHED"}}
	for _, a := range o.webACLs {
		for _, r := range a.Rules {
			t.add(a.Name, r.Name, string(r.State), number(r.Ran), number(r.Matched))
		}
	}
	return t
}

// otherNotes returns what stands behind the states of rules.
func (u usageResult) otherNotes() []string {
	o := u.other
	var out []string
	if o.problem != "" {
		out = append(out, "problem: the logs of firewalls and web ACLs cannot be compared with the templates: "+o.problem)
	}
	out = append(out, ruleNotes(o.rules)...)
	if u.result.Strangers > 0 {
		out = append(out, fmt.Sprintf("no flow explains %s of firewalls; a flow log does not show whether they let the packets pass",
			counted(int(u.result.Strangers), "flow record", "flow records")))
	}
	if o.firewall.Other > 0 {
		out = append(out, fmt.Sprintf("not counted: %s of firewalls that are neither alerts nor flow records",
			counted(int(o.firewall.Other), "record", "records")))
	}
	for _, a := range o.webACLs {
		out = append(out, aclNotes(a)...)
	}
	return out
}

// ruleNotes returns the reasons for the states of firewall rules, each of them once.
func ruleNotes(rules []firewalluse.Rule) []string {
	sids := map[string][]string{}
	var order []string
	for _, r := range rules {
		if r.Note == "" {
			continue
		}
		text := string(r.State) + ": " + r.Note
		if sids[text] == nil {
			order = append(order, text)
		}
		name := fmt.Sprint(r.SID)
		if r.SID == 0 {
			name = r.Group
		}
		sids[text] = append(sids[text], name)
	}
	var out []string
	for _, text := range order {
		out = append(out, fmt.Sprintf("rule %s: %s", strings.Join(sids[text], ", "), text))
	}
	if slices.ContainsFunc(rules, func(r firewalluse.Rule) bool { return r.State == firewalluse.Silent }) {
		out = append(out, "an alert log does not show when a firewall was idle, so a rule without alerts is not called unused")
	}
	return out
}

// aclNotes returns what the log of a web ACL shows in all, and the reasons for the states of its rules.
func aclNotes(a webacluse.ACL) []string {
	out := []string{fmt.Sprintf("web ACL %s: %s from %s to %s: %s", a.ID, counted(int(a.Requests), "request", "requests"), moment(a.First),
		moment(a.Last), countsText(a.Actions))}
	if a.Doubt != "" {
		out = append(out, fmt.Sprintf("web ACL %s: nothing is said of rules that did not match: %s", a.ID, a.Doubt))
	}
	for _, r := range a.Rules {
		if r.Note != "" && r.Note != a.Doubt {
			out = append(out, fmt.Sprintf("rule %s: %s: %s", r.Name, r.State, r.Note))
		}
	}
	return out
}
