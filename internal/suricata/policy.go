package suricata

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Policy is a firewall policy, as CheckPolicy sees it.
type Policy struct {
	// Groups are in the order of their evaluation.
	Groups []Group
	// DefaultActions are the stateful default actions, as AWS names them: "aws:drop_established".
	DefaultActions []string
	// HomeNet is true if the policy sets HOME_NET for its groups.
	HomeNet bool
	// Managed are AWS's managed groups that the policy has besides Groups.
	Managed []ManagedGroup
}

// ManagedGroup is a managed group of a policy.
type ManagedGroup struct {
	Name string
	// Before is how many of the policy's Groups are evaluated before it.
	Before int
}

// CheckPolicy warns about what AWS accepts but is probably a mistake: rules that decide before a name is known, match more names than they
// seem to, or are never evaluated. The warnings are sorted by group and line.
func CheckPolicy(p Policy) []Problem {
	w := policyWarner{p: p, byName: p.passesByName()}
	for i, g := range p.Groups {
		w.group = i
		w.homeNet(g)
		for _, line := range g.Lines {
			w.indented(line)
			w.earlyDrop(line)
			w.earlyDefault(line)
			w.unanchored(line)
		}
	}
	w.hidden()
	w.managed()
	slices.SortStableFunc(w.found, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Line, b.Line)) })
	return w.found
}

// policyWarner collects the warnings about a policy.
type policyWarner struct {
	p      Policy
	group  int
	byName bool // a rule passes connections by their name in TLS
	early  bool // it has warned about default actions that decide too early
	found  []Problem
}

func (w *policyWarner) warn(line int, rule, summary, detail, fix string) {
	w.found = append(w.found, Problem{Severity: Warning, Group: w.group, Line: line, Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// passesByName reports whether a rule passes connections by their name in TLS.
func (p Policy) passesByName() bool {
	return slices.ContainsFunc(p.Groups, func(g Group) bool {
		return slices.ContainsFunc(g.Lines, func(l Line) bool { return l.Rule.Action == Pass && l.Rule.has(sniKeywords...) })
	})
}

// indented warns about a line that begins with a space or tab: Suricata skips such lines without an error.
func (w *policyWarner) indented(l Line) {
	if l.Indented {
		w.warn(l.Number, "indented", "a line begins with a space or tab",
			"Suricata skips such lines without an error, and AWS does not document whether it removes the spaces first",
			"begin the line with the action")
	}
}

// homeNet warns about rules that rely on AWS's choice of HOME_NET.
func (w *policyWarner) homeNet(g Group) {
	if _, set := g.IPSets["HOME_NET"]; set || w.p.HomeNet {
		return
	}
	for _, l := range g.Lines {
		if strings.Contains(l.Rule.header(), "$HOME_NET") || strings.Contains(l.Rule.header(), "$EXTERNAL_NET") {
			w.warn(l.Number, "home-net", "nothing sets HOME_NET",
				"AWS then uses the range of the firewall's own VPC; an inspection VPC does not hold the clients, so rules about HOME_NET miss them",
				"set HOME_NET in the policy's variables, or HOME_NET and EXTERNAL_NET in the group's")
			return
		}
	}
}

// earlyDrop warns about a rule that drops TLS in any state, in a policy that passes TLS by name.
func (w *policyWarner) earlyDrop(l Line) {
	r := l.Rule
	if !w.byName || r.Action != Drop && r.Action != Reject || r.Protocol != "tls" || r.has("ssl_state") || r.asksApplication() {
		return
	}
	w.warn(l.Number, "tls-state", "a rule drops TLS before the name is known",
		"a ClientHello can take several segments, as with post-quantum key shares; this rule drops the first one, before a rule about tls.sni "+
			"can pass the connection",
		"add ssl_state:client_hello")
}

// asksApplication reports whether the rule looks at data of an application.
func (r Rule) asksApplication() bool {
	return slices.ContainsFunc(r.Options, func(o Option) bool {
		k, ok := findKeyword(o.Keyword)
		return ok && len(k.apps) > 0
	})
}

// earlyDefault warns about default actions that do not wait for the name that a rule asks for.
func (w *policyWarner) earlyDefault(l Line) {
	if w.early || l.Rule.Action != Pass || !l.Rule.has(nameKeywords...) || !slices.Contains(w.p.DefaultActions, "aws:drop_established") {
		return
	}
	w.early = true
	w.warn(l.Number, "default-too-early", "the default action drops connections before their name is known",
		"a ClientHello or request can take several segments; aws:drop_established drops the first one, before this rule can pass the connection",
		"use aws:drop_established_app_layer_to_server with its alert")
}

// maxHidden bounds the warnings about rules that are not evaluated.
const maxHidden = 20

// hidden warns about rules that look at applications, but that Suricata does not evaluate for some connections: another rule has only
// addresses and ports, and so passes the connection at its first packet, wherever it stands (measured with Suricata 7.0.10, see
// TestWarnings of internal/suricatatest).
func (w *policyWarner) hidden() {
	places, index := w.p.passesAtOnce()
	found := 0
	for gi, g := range w.p.Groups {
		for _, l := range g.Lines {
			if kind := l.Rule.Kind(); len(places) == 0 || found == maxHidden || l.Rule.Action == Pass || kind != AppLayer && kind != AppTx {
				continue
			}
			boxes, _ := g.boxes(l.Rule)
			for i := range index.meeting(boxes, len(places)) {
				found++
				w.group = gi
				by := w.p.Groups[places[i].Group].Lines[places[i].Line]
				w.warn(l.Number, "hidden", "a rule is never evaluated for some connections that it matches",
					fmt.Sprintf("this rule passes them at their first packet, before they carry data, wherever it stands: %.160s", by.Rule.String()),
					"add flow:to_server to the rule that passes: it then decides each packet")
				break
			}
		}
	}
}

// passesAtOnce returns the rules that pass connections at their first packet, with an index of their boxes.
func (p Policy) passesAtOnce() (places []Place, index *boxIndex) {
	var all []box
	for gi, g := range p.Groups {
		for li, l := range g.Lines {
			if kind := l.Rule.Kind(); l.Rule.Action != Pass || kind != IPOnly && kind != LikeIPOnly {
				continue
			}
			boxes, _ := g.boxes(l.Rule)
			for _, b := range boxes {
				all, places = append(all, b), append(places, Place{gi, li})
			}
		}
	}
	return places, newBoxIndex(all)
}

// managed warns about managed groups after rules that pass traffic: no later group looks at what they pass. ICMP does not count, because
// managed groups look for no threats in it.
func (w *policyWarner) managed() {
	for _, m := range w.p.Managed {
		for i, g := range w.p.Groups[:min(m.Before, len(w.p.Groups))] {
			first := slices.IndexFunc(g.Lines, func(l Line) bool { return l.Rule.Action == Pass && l.Rule.Protocol != "icmp" })
			if first < 0 {
				continue
			}
			w.group = i
			w.warn(g.Lines[first].Number, "managed-after-pass", "a managed group does not see what earlier rules pass",
				fmt.Sprintf("%s is evaluated after this rule, which passes traffic", m.Name), "give the managed group a smaller priority number")
			break
		}
	}
}
