package suricatatest

import (
	"testing"

	"github.com/tierwall/tierwall/internal/suricata"
)

// judgeByAlerts makes Suricata report all rules that match, and decides here. It works for rules of any order.
func judgeByAlerts(t testing.TB, p Policy, lines []line, conversations []Conversation) []Verdict {
	t.Helper()
	whole := wholeFlow(t, p, lines)
	all := run(t, p.configuration(len(lines)+1, passFirst), number(lines, asAlert), conversations)
	out := make([]Verdict, len(conversations))
	for i, c := range conversations {
		out[i] = c.decide(p, lines, whole, all[:len(c.packets)])
		all = all[len(c.packets):]
	}
	return out
}

// wholeFlow reports for each line whether its verdict holds for the rest of the flow. For rules that package suricata cannot classify, it
// asks Suricata.
func wholeFlow(t testing.TB, p Policy, lines []line) []bool {
	t.Helper()
	out := make([]bool, len(lines))
	var kinds []suricata.Kind
	for i, l := range lines {
		kind := l.rule.Kind()
		if kind == suricata.Unknown && l.rule.Action == suricata.Pass {
			if kinds == nil {
				kinds = Kinds(t, p)
			}
			kind = kinds[i]
		}
		out[i] = kind.Scope() == suricata.ScopeFlow
	}
	return out
}

// asAlert returns a rule that only reports when it matches.
func asAlert(l line) suricata.Rule {
	r := l.rule
	r.Action, r.Options = suricata.Alert, nil
	for _, o := range l.rule.Options {
		if o.Keyword != "noalert" && o.Keyword != "alert" {
			r.Options = append(r.Options, o)
		}
	}
	return r
}

// decide returns the verdict on a conversation. For each packet, the first line that matches and decides is the verdict. The verdict of a
// rule about whole flows also holds for the packets that follow.
func (c Conversation) decide(policy Policy, lines []line, whole []bool, all [][]event) Verdict {
	v := newVerdict(c)
	flowPassed := false
	for i, p := range c.packets {
		if flowPassed && !p.aboutFlow {
			continue
		}
		matches := map[int]bool{}
		for _, e := range all[i] {
			switch {
			case e.isDrop:
				v.drop(i, 0, e.reason)
				return v
			case e.rule > 0:
				matches[e.rule-1] = true
			}
		}
		if v.packet(policy, i, lines, whole, matches) {
			flowPassed = true
		}
		if !v.Passed {
			return v
		}
	}
	return v
}

// packet decides one packet, and reports whether the verdict passes the rest of the flow too.
func (v *Verdict) packet(p Policy, index int, lines []line, whole []bool, matches map[int]bool) (rest bool) {
	for i, l := range lines {
		if !matches[i] {
			continue
		}
		byDefault := l.sid == 0
		if byDefault && v.Unmatched < 0 {
			v.Unmatched = index
		}
		_, alerts := l.rule.Get("alert")
		_, silent := l.rule.Get("noalert")
		if !byDefault && (alerts || l.rule.Action == suricata.Alert && !silent) {
			v.Alerts = addOnce(v.Alerts, l.sid)
		}
		switch {
		case byDefault && p.AlertOnly, l.rule.Action == suricata.Alert:
			continue
		case byDefault:
			v.drop(index, 0, ByDefault)
		case l.rule.Action == suricata.Pass:
			v.Passes = addOnce(v.Passes, l.sid)
			return whole[i]
		default:
			v.drop(index, l.sid, ByRule)
		}
		return false
	}
	return false
}
