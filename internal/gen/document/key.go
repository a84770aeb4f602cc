package document

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/arch"
)

// id reads the key of an element that becomes a construct.
func (d *decoder) id(of string, key *node) string {
	if err := forms()["id"].is(key.text); err != nil {
		d.fail(key.place, of+" has an unusable name", err.Error(), "")
	}
	return key.text
}

func (t *Tier) setKey(d *decoder, key *node) {
	t.ID = key.text
	if err := arch.CheckTierID(key.text); err != nil {
		d.fail(key.place, "a tier has an unusable id", err.Error(), "")
	} else if key.text == internet {
		d.fail(key.place, "a tier has an unusable id", `"internet" is every address outside`, "choose another id")
	}
}

func (p *Peer) setKey(d *decoder, key *node) {
	p.Name = d.id("a peer", key)
	if key.text == internet {
		d.fail(key.place, "a peer has an unusable name", `"internet" is every address outside`, "choose another name")
	}
}

func (r *Resource) setKey(d *decoder, key *node) { r.Name = d.id("a resource", key) }

func (g *Grant) setKey(d *decoder, key *node) {
	g.Tier = key.text
	d.refs = append(d.refs, reference{key, []string{"tier"}})
}

func (l *LoadBalancer) setKey(d *decoder, key *node) { l.ID = d.id("a load balancer", key) }

func (w *WebACL) setKey(d *decoder, key *node) { w.ID = d.id("a web ACL", key) }

func (e *Environment) setKey(d *decoder, key *node) { e.Name = d.id("an environment", key) }

func (e *ExistingEndpoint) setKey(_ *decoder, key *node) { e.Service = key.text }

func (r *Rate) setKey(_ *decoder, key *node) { r.Name = key.text }

func (s *SubnetSet) setKey(d *decoder, key *node) { s.Name = d.id("a set of subnets", key) }

func (z *ZoneSubnet) setKey(d *decoder, key *node) {
	z.Zone = key.text
	if err := forms()["zone"].is(key.text); err != nil {
		d.fail(key.place, "a zone is not usable", err.Error(), "")
	}
}

func (r *WebRoute) setKey(_ *decoder, key *node) { r.Path = key.text }

// internet is the end of a flow that is every address.
const internet = "internet"

// arrow stands between the ends of a flow.
const arrow = " -> "

func (f *Flow) setKey(d *decoder, key *node) {
	fail := func(detail string) {
		d.fail(key.place, "a flow is not written as FROM -> TO SERVICE", detail, "write it as in: Web -> App tcp/8080: why")
	}
	from, rest, ok := strings.Cut(key.text, arrow)
	words := strings.Fields(rest)
	switch {
	case !ok:
		fail(fmt.Sprintf("got %.120q, which has no arrow with a space on both sides", key.text))
		return
	case len(strings.Fields(from)) != 1 || strings.TrimSpace(from) != from:
		fail(fmt.Sprintf("got %.80q before the arrow; allowed is one tier, peer, block or domain", from))
		return
	case len(words) < 2:
		fail(fmt.Sprintf("got %.80q after the arrow; allowed are one end and one service", rest))
		return
	case strings.Contains(words[1], "->") || strings.Contains(rest, arrow):
		fail("got two arrows; a flow has one")
		return
	}
	f.From, f.To, f.Service = from, words[0], strings.Join(words[1:], "")
	if rest != f.To+" "+f.Service {
		fail(fmt.Sprintf("got %.80q after the arrow; allowed are one end, one space and one service without spaces", rest))
	} else if _, err := arch.ParseService(f.Service); err != nil {
		at := key.part(f.From+arrow+f.To+" ", f.Service)
		d.fail(at.place, "a flow has an unusable service", err.Error(), "")
	}
	d.refs = append(d.refs, reference{key.part("", f.From), []string{"end"}}, reference{key.part(f.From+arrow, f.To), []string{"end"}})
}

// part returns the node of a part of a text, with its place.
func (n *node) part(before, text string) *node {
	out := n.at(text)
	out.column, out.width = n.column+utf8.RuneCountInString(before), utf8.RuneCountInString(text)
	if n.quoted {
		out.column++
	}
	return out
}

func (r *CountedRule) setKey(d *decoder, key *node) {
	group, rule, ok := strings.Cut(key.text, " ")
	if !ok || group == "" || rule == "" || strings.Contains(rule, " ") {
		d.fail(key.place, "an exception of a web ACL is not written as GROUP RULE", fmt.Sprintf("got %.120q", key.text),
			"write it as in: AWSManagedRulesCommonRuleSet SizeRestrictions_BODY: why")
	}
	r.Group, r.Rule = group, rule
}
