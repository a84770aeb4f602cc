package suricata

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Policy is what the checks of a whole firewall policy look at.
type Policy struct {
	// Groups are in the order of their evaluation.
	Groups []Group
	// DefaultActions are as AWS names them: "aws:drop_established".
	DefaultActions []string
	// HomeNet is true if the policy sets HOME_NET for its groups.
	HomeNet bool
	// Managed are AWS's managed groups among the others.
	Managed []ManagedGroup
}

// ManagedGroup is a managed group of a policy.
type ManagedGroup struct {
	Name string
	// Behind is how many of the policy's Groups are evaluated before it.
	Behind int
}

// CheckPolicy warns of what AWS takes and probably nobody wants: rules about names that decide too early, match more names than they
// seem to, or are never asked. The warnings are sorted by group and line.
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
	byName bool // some rule passes connections by their name in TLS
	early  bool // the default actions that decide too early have been told of
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

var (
	sniKeywords  = []string{"tls.sni", "tls_sni"}
	nameKeywords = append([]string{"http.host", "http_host", "http.host.raw", "http_raw_host"}, sniKeywords...)
)

// indented warns of a line that begins with a blank: Suricata leaves such lines out, without an error.
func (w *policyWarner) indented(l Line) {
	if l.Indented {
		w.warn(l.Number, "indented", "a rule begins with a blank",
			"Suricata leaves out lines that begin with a blank or tab, without an error; AWS does not say whether it removes them first",
			"begin the line with the action")
	}
}

// homeNet warns of rules that rest on AWS's choice of HOME_NET.
func (w *policyWarner) homeNet(g Group) {
	if _, set := g.IPSets["HOME_NET"]; set || w.p.HomeNet {
		return
	}
	for _, l := range g.Lines {
		if strings.Contains(l.Rule.header(), "$HOME_NET") || strings.Contains(l.Rule.header(), "$EXTERNAL_NET") {
			w.warn(l.Number, "home-net", "HOME_NET is left to AWS",
				"it is then the range of the firewall's own VPC; in a VPC for inspection that is not the clients', and rules about HOME_NET do not match them",
				"set HOME_NET in the policy's variables, or HOME_NET and EXTERNAL_NET in the group's")
			return
		}
	}
}

// earlyDrop warns of a rule that drops TLS without a state beside rules that pass it by name.
func (w *policyWarner) earlyDrop(l Line) {
	r := l.Rule
	if !w.byName || r.Action != Drop && r.Action != Reject || r.Protocol != "tls" || r.has("ssl_state") || r.asksApplication() {
		return
	}
	w.warn(l.Number, "tls-state", "a rule drops TLS before the client has said its name",
		"it matches the first segment of a ClientHello that takes several, as with post-quantum key shares, before a rule about tls.sni can pass it",
		"add ssl_state:client_hello")
}

// asksApplication reports whether the rule looks at something that the application says.
func (r Rule) asksApplication() bool {
	return slices.ContainsFunc(r.Options, func(o Option) bool {
		k, ok := findKeyword(o.Keyword)
		return ok && len(k.apps) > 0
	})
}

// earlyDefault warns of default actions that do not wait for the name that a rule asks for.
func (w *policyWarner) earlyDefault(l Line) {
	if w.early || l.Rule.Action != Pass || !l.Rule.has(nameKeywords...) || !slices.Contains(w.p.DefaultActions, "aws:drop_established") {
		return
	}
	w.early = true
	w.warn(l.Number, "default-too-early", "the default action drops connections before they have said their name",
		"aws:drop_established drops the first segment of a ClientHello or request that takes several, before this rule can pass it",
		"use aws:drop_established_app_layer_to_server with its alert")
}

// unanchored warns of a rule that passes more names than it seems to.
func (w *policyWarner) unanchored(l Line) {
	if l.Rule.Action != Pass {
		return
	}
	for _, name := range l.Rule.names() {
		if name.anchored {
			continue
		}
		w.warn(l.Number, "name-unanchored", "a rule passes more names than it seems to",
			fmt.Sprintf("%.80s matches anywhere in a name, as in evil-example.com.attacker.net for example.com", name.option.String()),
			anchorFix(name.option))
	}
}

func anchorFix(o Option) string {
	if o.Keyword == "pcre" {
		return "begin the pattern with ^ and end it with $"
	}
	return `write content:"example.com"; startswith; endswith; or dotprefix; content:".example.com"; endswith;`
}

// namePattern is a text or pattern that a rule looks for in a name.
type namePattern struct {
	option             Option
	starts, ends, dots bool
	anchored           bool
}

// names are what the rule looks for in names of hosts, without what it excludes.
func (r Rule) names() []namePattern {
	var out []namePattern
	inName, dots, exact := false, false, r.has("bsize")
	for _, o := range r.Options {
		k, known := findKeyword(o.Keyword)
		last := len(out) - 1
		switch {
		case known && k.role == buffer, o.Keyword == "pkt_data":
			inName, dots = slices.Contains(nameKeywords, o.Keyword), false
		case inName && o.Keyword == "dotprefix":
			dots = true
		case inName && (o.Keyword == "content" || o.Keyword == "pcre") && !strings.HasPrefix(o.Value, "!"):
			out = append(out, namePattern{option: o, dots: dots})
		case !inName || last < 0:
		case o.Keyword == "startswith" || o.Keyword == "depth":
			out[last].starts = true
		case o.Keyword == "endswith" || o.Keyword == "isdataat" && strings.HasPrefix(o.Value, "!1"):
			out[last].ends = true
		}
	}
	for i := range out {
		out[i].anchored = out[i].isAnchored() || exact
	}
	return out
}

func (n namePattern) isAnchored() bool {
	value := strings.Trim(n.option.Value, `"`)
	if n.option.Keyword == "pcre" {
		end := strings.LastIndexByte(value, '/')
		return end > 1 && strings.HasPrefix(value, "/^") && strings.HasSuffix(value[:end], "$")
	}
	return n.ends && (n.starts || strings.HasPrefix(value, "."))
}

// maxHidden bounds the warnings about rules that are not asked.
const maxHidden = 20

// hidden warns about rules that look at applications, but are not asked about some connections: another rule decides by addresses alone,
// and so passes the connection at its first packet, wherever it stands (measured with Suricata 7.0.10, see TestWarnings of
// internal/suricatatest).
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
				w.warn(l.Number, "hidden", "a rule is not asked about some connections that it matches",
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

// managed warns of managed groups behind rules that pass traffic: nothing behind them looks at what they pass. ICMP carries no threats
// that
// managed groups know.
func (w *policyWarner) managed() {
	for _, m := range w.p.Managed {
		for i, g := range w.p.Groups[:min(m.Behind, len(w.p.Groups))] {
			first := slices.IndexFunc(g.Lines, func(l Line) bool { return l.Rule.Action == Pass && l.Rule.Protocol != "icmp" })
			if first < 0 {
				continue
			}
			w.group = i
			w.warn(g.Lines[first].Number, "managed-after-pass", "a managed group does not look at what rules before it pass",
				fmt.Sprintf("%s is evaluated behind this rule, which passes traffic", m.Name), "give the managed group a smaller priority")
			break
		}
	}
}
