package suricatatest

import (
	"slices"
	"testing"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/suricata"
)

// The orders in which Suricata sorts rules by action. In that of threats first, default actions are written as reject, the third.
const (
	stockActions  = "pass, drop, reject, alert"
	threatActions = "drop, pass, reject, alert"
)

// stockOrder returns an order of actions by which Suricata decides as AWS does, if there is one: no two rules that the order swaps
// match packets of one flow. Alerts do not decide, but which are reported depends on the order as well.
func stockOrder(p Policy, lines []line) (string, bool) {
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
		return stockActions, true
	case swapsNothing(p, rules, suricata.Drop):
		return threatActions, true
	}
	return "", false
}

// swapsNothing reports whether rules of an action, or those of others, can come first without a change.
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
	mirrored.Source, mirrored.SourcePort, mirrored.Destination, mirrored.DestinationPort = b.Destination, b.DestinationPort, b.Source, b.SourcePort
	return mayMeet(p, a, b) || mayMeet(p, a, mirrored)
}

// transports are the protocols that packets of a rule's protocol may have.
func transports(protocol string) []string {
	switch protocol {
	case "udp", "icmp":
		return []string{protocol}
	case "tcp", "tls", "http", "http2", "ssh", "smtp", "ftp", "smb", "imap":
		return []string{"tcp"}
	}
	return []string{"tcp", "udp", "icmp"}
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

func mayMeet(p Policy, a, b suricata.Rule) bool {
	return addressesMeet(p, a.Source, b.Source) && addressesMeet(p, a.Destination, b.Destination) &&
		portsMeet(a.SourcePort, b.SourcePort) && portsMeet(a.DestinationPort, b.DestinationPort)
}

// addressesMeet is true of what cannot be resolved.
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

// judgeStock has Suricata decide.
func judgeStock(t testing.TB, p Policy, lines []line, order string, conversations []Conversation) []Verdict {
	t.Helper()
	all := run(t, p.configuration(len(lines)+1, order), number(lines, func(l line) suricata.Rule { return asStock(l, order) }), conversations)
	out := make([]Verdict, len(conversations))
	for i, c := range conversations {
		out[i] = c.observed(lines, all[:len(c.packets)])
		all = all[len(c.packets):]
	}
	return out
}

// asStock is a rule that decides as it is to in an order of actions, and says so when it passes a packet.
func asStock(l line, order string) suricata.Rule {
	r := l.rule
	_, alerts := r.Get("alert")
	switch {
	case r.Action == suricata.Pass && !alerts:
		r.Options = append(slices.Clone(r.Options), suricata.Option{Keyword: "alert"})
	case r.Action == suricata.Reject:
		r.Action = suricata.Drop
	case l.sid == 0 && order == threatActions:
		r.Action = suricata.Reject
	}
	return r
}

// observed reads the verdict from what Suricata did.
func (c Conversation) observed(lines []line, all [][]event) Verdict {
	v := newVerdict(c)
	for i := range c.packets {
		for _, e := range all[i] {
			if e.Type == "drop" {
				v.stopped(i, lines, e)
			}
		}
		if !v.Passed { // Rules that match a packet are reported even if another drops it.
			return v
		}
		for _, e := range all[i] {
			if e.Alert != nil {
				v.reported(lines[e.Alert.ID-1])
			}
		}
	}
	return v
}

// stopped records a packet that Suricata drops.
func (v *Verdict) stopped(packet int, lines []line, e event) {
	switch {
	case e.Drop.Reason != "rules" || e.Alert == nil:
		v.drop(packet, 0, e.Drop.Reason)
	case lines[e.Alert.ID-1].sid == 0:
		v.drop(packet, 0, ByDefault)
	default:
		v.drop(packet, lines[e.Alert.ID-1].sid, ByRule)
	}
}

// reported records what passes a packet.
func (v *Verdict) reported(l line) {
	if l.rule.Action != suricata.Pass {
		return
	}
	v.Passes = once(v.Passes, l.sid)
	if _, alerts := l.rule.Get("alert"); alerts {
		v.Alerts = once(v.Alerts, l.sid)
	}
}
