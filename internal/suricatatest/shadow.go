package suricatatest

import (
	"testing"

	"github.com/tierwall/tierwall/internal/suricata"
)

// judgeShadow has Suricata report all rules that match, and decides here. It is right for any order of actions.
func judgeShadow(t testing.TB, p Policy, lines []line, conversations []Conversation) []Verdict {
	t.Helper()
	whole := wholeFlow(t, p, lines)
	all := run(t, p.configuration(len(lines)+1, stockActions), number(lines, asAlert), conversations)
	out := make([]Verdict, len(conversations))
	for i, c := range conversations {
		out[i] = c.decide(p, lines, whole, all[:len(c.packets)])
		all = all[len(c.packets):]
	}
	return out
}

// wholeFlow says of which lines a verdict holds for the rest of the flow. What our own reading of rules does not tell, Suricata does.
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

// asAlert is a rule that says when it matches and does nothing.
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

// decide decides packet by packet: the first rule that decides one, in the order of the lines. A verdict of a rule about the whole flow
// holds for what follows.
func (c Conversation) decide(policy Policy, lines []line, whole []bool, all [][]event) Verdict {
	v := newVerdict(c)
	flowPassed := false
	for i, p := range c.packets {
		if flowPassed && !p.apart {
			continue
		}
		matches := map[int]bool{}
		for _, e := range all[i] {
			switch {
			case e.Type == "drop":
				v.drop(i, 0, e.Drop.Reason)
				return v
			case e.Alert != nil:
				matches[e.Alert.ID-1] = true
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

// packet decides one packet, and reports whether the verdict is one for the rest of the flow.
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
			v.Alerts = once(v.Alerts, l.sid)
		}
		switch {
		case byDefault && p.AlertOnly, l.rule.Action == suricata.Alert:
			continue
		case byDefault:
			v.drop(index, 0, ByDefault)
		case l.rule.Action == suricata.Pass:
			v.Passes = once(v.Passes, l.sid)
			return whole[i]
		default:
			v.drop(index, l.sid, ByRule)
		}
		return false
	}
	return false
}
