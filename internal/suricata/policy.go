package suricata

import (
	"cmp"
	"fmt"
	"slices"
)

// CheckPolicy warns about what AWS accepts in the groups of a policy but is probably a mistake: rules that decide before a name is known,
// match more names than they seem to, or are never evaluated. The groups are in the order of their evaluation. The warnings are sorted by
// group and line. Warnings that also need default actions, managed groups or domain lists are those of package networkfirewall.
func CheckPolicy(groups []Group) []Problem {
	w := policyWarner{groups: groups, byName: passTLSByName(groups)}
	for i, g := range groups {
		w.group = i
		for _, line := range g.Lines {
			w.indented(line)
			w.earlyDrop(line)
			w.unanchored(line)
		}
	}
	w.hidden()
	slices.SortStableFunc(w.found, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Line, b.Line)) })
	return w.found
}

// policyWarner collects the warnings about the groups of a policy.
type policyWarner struct {
	groups []Group
	group  int
	byName bool // a rule passes connections by their name in TLS
	found  []Problem
}

func (w *policyWarner) warn(line int, rule, summary, detail, fix string) {
	w.found = append(w.found, Problem{Severity: Warning, Group: w.group, Line: line, Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// passTLSByName reports whether a rule passes connections by their name in TLS.
func passTLSByName(groups []Group) bool {
	return slices.ContainsFunc(groups, func(g Group) bool {
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

// maxHidden bounds the warnings about rules that are not evaluated.
const maxHidden = 20

// hidden warns about rules that look at applications, but that Suricata does not evaluate for some connections: another rule has only
// addresses and ports, and so passes the connection at its first packet, wherever it stands (measured with Suricata 7.0.10, see
// TestWarnings of internal/suricatatest).
func (w *policyWarner) hidden() {
	places, index := passesAtOnce(w.groups)
	found := 0
	for gi, g := range w.groups {
		for _, l := range g.Lines {
			if kind := l.Rule.Kind(); len(places) == 0 || found == maxHidden || l.Rule.Action == Pass || kind != AppLayer && kind != AppTx {
				continue
			}
			boxes, _ := g.boxes(l.Rule)
			for i := range index.meeting(boxes, len(places)) {
				found++
				w.group = gi
				by := w.groups[places[i].Group].Lines[places[i].Line]
				w.warn(l.Number, "hidden", "a rule is never evaluated for some connections that it matches",
					fmt.Sprintf("this rule passes them at their first packet, before they carry data, wherever it stands: %.160s", by.Rule.String()),
					"add flow:to_server to the rule that passes: it then decides each packet")
				break
			}
		}
	}
}

// passesAtOnce returns the rules that pass connections at their first packet, with an index of their boxes.
func passesAtOnce(groups []Group) (places []Place, index *boxIndex) {
	var all []box
	for gi, g := range groups {
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
