package suricatatest

import (
	"slices"
	"testing"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/suricata"
)

// The orders in which Suricata sorts rules by action. In dropFirst, default actions are written as reject, because they must come third.
const (
	passFirst = "pass, drop, reject, alert"
	dropFirst = "drop, pass, reject, alert"
)

// actionOrder returns an order of actions with which Suricata decides like AWS, if there is one: no two rules that the order swaps may
// match packets of one flow. There is none for alerts: they decide nothing, but the order changes which of them are reported.
func actionOrder(p Policy, lines []line) (string, bool) {
	for _, l := range lines {
		_, flowbits := l.rule.Get("flowbits")
		if l.rule.Action == suricata.Alert || flowbits || p.AlertOnly { // Rules with flowbits are sorted before the others.
			return "", false
		}
	}
	rules := lines[:len(lines)-len(defaultRules[p.Default])]
	passesFirst := swapsNothing(p, rules, suricata.Pass)
	switch {
	case passesFirst:
		return passFirst, true
	case swapsNothing(p, rules, suricata.Drop):
		return dropFirst, true
	}
	return "", false
}

// swapsNothing reports whether moving the rules with one action before all others changes nothing.
func swapsNothing(p Policy, lines []line, first suricata.Action) bool {
	isFirst := func(l line) bool { return (l.rule.Action == suricata.Pass) == (first == suricata.Pass) }
	for j, later := range lines {
		if !isFirst(later) {
			continue
		}
		for _, earlier := range lines[:j] {
			if !isFirst(earlier) && mayShareFlow(p, earlier.rule, later.rule) {
				return false
			}
		}
	}
	return true
}

// mayShareFlow reports whether two rules could match packets of one flow, in either direction.
func mayShareFlow(p Policy, a, b suricata.Rule) bool {
	if !overlap(transports(a.Protocol), transports(b.Protocol)) {
		return false
	}
	mirrored := b
	mirrored.Source, mirrored.SourcePort = b.Destination, b.DestinationPort
	mirrored.Destination, mirrored.DestinationPort = b.Source, b.SourcePort
	return headersMeet(p, a, b) || headersMeet(p, a, mirrored)
}

// transports returns the protocols that packets of a rule's protocol may have.
func transports(protocol string) []string {
	switch protocol {
	case "udp", "icmp":
		return []string{protocol}
	case "tcp", "tls", "http", "http2", "ssh", "smtp", "ftp", "smb", "imap":
		return []string{"tcp"}
	}
	return []string{"tcp", "udp", "icmp"}
}

// overlap reports whether two lists have an element in common.
func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// headersMeet reports whether the headers of two rules could match the same packet.
func headersMeet(p Policy, a, b suricata.Rule) bool {
	return addressesMeet(p, a.Source, b.Source) && addressesMeet(p, a.Destination, b.Destination) &&
		portsMeet(a.SourcePort, b.SourcePort) && portsMeet(a.DestinationPort, b.DestinationPort)
}

// addressesMeet reports whether two addresses could have an address in common. It is true if one cannot be resolved.
func addressesMeet(p Policy, a, b string) bool {
	set := func(text string) *netipx.IPSet {
		g := suricata.Group{IPSets: map[string][]string{"HOME_NET": p.homeNet(), "EXTERNAL_NET": {"!$HOME_NET"}}}
		addresses, err := g.Addresses(text)
		if err != nil || len(addresses.Unknown) > 0 {
			return nil
		}
		return addresses.Set
	}
	x, y := set(a), set(b)
	return x == nil || y == nil || x.Overlaps(y)
}

// portsMeet reports whether two ports could have a port in common.
func portsMeet(a, b string) bool {
	x, err := suricata.Group{}.Ports(a)
	if err != nil {
		return true
	}
	y, err := suricata.Group{}.Ports(b)
	if err != nil {
		return true
	}
	return x.Overlaps(y)
}

// judgeByActions makes Suricata decide, with rules sorted in an order of actions.
func judgeByActions(t testing.TB, p Policy, lines []line, order string, conversations []Conversation) []Verdict {
	t.Helper()
	rules := number(lines, func(l line) suricata.Rule { return asAction(l, order) })
	all := run(t, p.configuration(len(lines)+1, order), rules, conversations)
	out := make([]Verdict, len(conversations))
	for i, c := range conversations {
		out[i] = c.observed(lines, all[:len(c.packets)])
		all = all[len(c.packets):]
	}
	return out
}

// asAction returns a rule whose action gives it the right place in an order of actions, and that reports when it passes a packet.
func asAction(l line, order string) suricata.Rule {
	r := l.rule
	_, alerts := r.Get("alert")
	switch {
	case r.Action == suricata.Pass && !alerts:
		r.Options = append(slices.Clone(r.Options), suricata.Option{Keyword: "alert"})
	case r.Action == suricata.Reject:
		r.Action = suricata.Drop
	case l.sid == 0 && order == dropFirst:
		r.Action = suricata.Reject
	}
	return r
}

// observed returns the verdict that Suricata reported.
func (c Conversation) observed(lines []line, all [][]event) Verdict {
	v := newVerdict(c)
	for i := range c.packets {
		for _, e := range all[i] {
			if e.isDrop {
				v.stopped(i, lines, e)
			}
		}
		if !v.Passed { // Suricata also reports the rules that match a dropped packet.
			return v
		}
		for _, e := range all[i] {
			if e.rule > 0 {
				v.reported(lines[e.rule-1])
			}
		}
	}
	return v
}

// stopped records a packet that Suricata drops.
func (v *Verdict) stopped(packet int, lines []line, e event) {
	switch {
	case e.reason != "rules" || e.rule == 0:
		v.drop(packet, 0, e.reason)
	case lines[e.rule-1].sid == 0:
		v.drop(packet, 0, ByDefault)
	default:
		v.drop(packet, lines[e.rule-1].sid, ByRule)
	}
}

// reported records a rule that passes a packet.
func (v *Verdict) reported(l line) {
	if l.rule.Action != suricata.Pass {
		return
	}
	v.Passes = addOnce(v.Passes, l.sid)
	if _, alerts := l.rule.Get("alert"); alerts {
		v.Alerts = addOnce(v.Alerts, l.sid)
	}
}
