package suricata

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// DefaultDrops says which packets of TCP the default actions of a policy drop. Default actions that drop anything drop all UDP and ICMP
// that no rule decides (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
type DefaultDrops struct {
	Handshakes bool // the packets before a connection is established
	Answers    bool // the packets that servers send
}

// Gap is a rule that passes packets of connections that cannot work, because other packets that they need are dropped.
type Gap struct {
	Rule Place
	// Handshake is true if the connection cannot be established, and false if the server cannot answer.
	Handshake bool
}

// maxGaps bounds the number of gaps that Gaps returns.
const maxGaps = 20

// Gaps returns the rules that pass connections which can never work: the rule decides single packets, and no rule passes the answers to
// them or the handshake before them (measured with Suricata 7.0.10, see TestGaps of internal/suricatatest). The groups must be all groups
// of the policy. A rule that cannot be classified makes no gap, and fills every gap.
func Gaps(groups []Group, drops DefaultDrops) []Gap {
	passes := passesOf(groups)
	if slices.ContainsFunc(passes, passingRule.mayPassAnything) {
		return nil
	}
	index := indexOf(passes)
	passed := func(boxes []box, in state) bool {
		return slices.ContainsFunc(boxes, func(b box) bool {
			b.state = in
			return index.meets(&b, len(index.boxes))
		})
	}
	var out []Gap
	for _, p := range passes {
		handshake, answers := p.needs(drops)
		switch {
		case handshake && !passed(p.boxes, toServerNew), handshake && !passed(swapped(p.boxes), toClientNew):
			out = append(out, Gap{p.place, true})
		case answers && !passed(swapped(p.boxes), toClientEstablished):
			out = append(out, Gap{p.place, false})
		}
		if len(out) == maxGaps {
			break
		}
	}
	return out
}

// passingRule is a rule that passes packets.
type passingRule struct {
	place Place
	rule  Rule
	kind  Kind
	boxes []box
}

func passesOf(groups []Group) []passingRule {
	var out []passingRule
	for gi, g := range groups {
		for li, line := range g.Lines {
			if line.Rule.Action == Pass {
				boxes, _ := g.boxes(line.Rule)
				out = append(out, passingRule{Place{gi, li}, line.Rule, line.Rule.Kind(), boxes})
			}
		}
	}
	return out
}

// mayPassAnything reports whether nothing is known about what the rule passes.
func (p passingRule) mayPassAnything() bool { return len(p.boxes) == 0 || p.kind == Unknown }

// decidesAtOnce reports whether the rule decides whole flows at their first packet.
func (p passingRule) decidesAtOnce() bool { return p.kind == IPOnly || p.kind == LikeIPOnly }

// decidesLate reports whether the rule decides whole flows, once their data has come.
func (p passingRule) decidesLate() bool { return p.kind.Scope() == ScopeFlow && !p.decidesAtOnce() }

// needs says what other rules must pass for this one to be of use.
func (p passingRule) needs(drops DefaultDrops) (handshake, answers bool) {
	if !p.rule.isAnswered() {
		return false, false
	}
	tcp := p.boxes[0].protocol == "tcp"
	handshake = tcp && drops.Handshakes && (p.decidesLate() || p.boxes[0].state&(toServerNew|toClientNew) == 0)
	answers = p.kind.Scope() == ScopePacket && (drops.Answers || !tcp)
	return handshake, answers
}

// isAnswered reports whether servers answer what the rule passes: packets of clients, and for ICMP those that ask for something. Suricata's
// icmp covers both families.
func (r Rule) isAnswered() bool {
	if r.states()&(toServerNew|toServerEstablished) == 0 {
		return false
	}
	itype, stated := r.Get("itype")
	return !stated || slices.ContainsFunc(traffic.Exchanges(), func(e traffic.Exchange) bool {
		return strings.TrimSpace(itype) == strconv.Itoa(e.Request)
	})
}

// indexOf returns the packets that the rules pass: both directions if a rule decides at once, and no handshakes if it decides late.
func indexOf(passes []passingRule) *boxIndex {
	var all []box
	for _, p := range passes {
		switch {
		case p.decidesAtOnce():
			all = append(append(all, p.boxes...), swapped(p.boxes)...)
		case p.decidesLate():
			for _, b := range p.boxes {
				b.state &^= toServerNew | toClientNew
				all = append(all, b)
			}
		default:
			all = append(all, p.boxes...)
		}
	}
	return newBoxIndex(all)
}
