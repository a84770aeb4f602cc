package suricata

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// Rest is what a policy drops of packets that no rule decides. Every policy that drops anything drops all of UDP and ICMP (AWS
// Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
type Rest struct {
	Handshakes bool // of TCP, the packets before a connection is established
	Answers    bool // of TCP, what servers send
}

// Gap is a rule that passes packets of connections of which nothing comes: others that they need are dropped.
type Gap struct {
	Rule Place
	// Handshake is true if the connection cannot be established, false if servers cannot answer.
	Handshake bool
}

// maxGaps bounds what is found.
const maxGaps = 20

// Gaps returns the rules that pass connections which can never do their work: a verdict on a packet holds for that packet, and no
// rule passes the answers to it, or the handshake before it (measured with Suricata 7.0.10; TestGaps of internal/suricatatest holds
// it). The groups are those of the whole policy. What cannot be told is no gap.
func Gaps(groups []Group, rest Rest) []Gap {
	passes := passesOf(groups)
	var out []Gap
	for i, p := range passes {
		handshake, answers := p.needs(rest)
		switch {
		case handshake && !passed(passes, i, p.boxes, toServerNew), handshake && !passed(passes, i, mirrored(p.boxes), toClientNew):
			out = append(out, Gap{p.place, true})
		case answers && !passed(passes, i, mirrored(p.boxes), toClientEstablished):
			out = append(out, Gap{p.place, false})
		}
		if len(out) == maxGaps {
			break
		}
	}
	return out
}

// passing is a rule that passes.
type passing struct {
	place Place
	rule  Rule
	kind  Kind
	boxes []box
	flows []box // both directions of what it passes, if its verdict is on whole flows from their first packet
}

func passesOf(groups []Group) []passing {
	var out []passing
	for gi, g := range groups {
		for li, line := range g.Lines {
			if line.Rule.Action != Pass {
				continue
			}
			boxes, _ := g.boxes(line.Rule)
			p := passing{Place{gi, li}, line.Rule, line.Rule.Kind(), boxes, nil}
			if p.kind == IPOnly || p.kind == LikeIPOnly {
				p.flows = append(mirrored(boxes), boxes...)
			}
			out = append(out, p)
		}
	}
	return out
}

// needs says what others must pass for the rule to be of use.
func (p passing) needs(rest Rest) (handshake, answers bool) {
	if len(p.boxes) == 0 || p.kind == Unknown || !p.rule.isAsked() {
		return false, false
	}
	tcp := p.boxes[0].protocol == "tcp"
	late := p.kind.Scope() == ScopeFlow && p.flows == nil // It decides when data has come.
	handshake = tcp && rest.Handshakes && (late || p.boxes[0].state&(toServerNew|toClientNew) == 0)
	answers = p.kind.Scope() == ScopePacket && (rest.Answers || !tcp)
	return handshake, answers
}

// isAsked reports whether what the rule passes is answered: some of the clients' packets, of ICMP those that ask for something. Suricata's
// icmp is that of both families.
func (r Rule) isAsked() bool {
	if r.states()&(toServerNew|toServerEstablished) == 0 {
		return false
	}
	itype, stated := r.Get("itype")
	return !stated || slices.ContainsFunc(traffic.Exchanges(), func(e traffic.Exchange) bool {
		return strings.TrimSpace(itype) == strconv.Itoa(e.Request)
	})
}

// mirrored are the boxes of the answers.
func mirrored(boxes []box) []box {
	out := make([]box, len(boxes))
	for i, b := range boxes {
		out[i] = box{b.protocol, b.destination, b.source, b.destinationPort, b.sourcePorts, anyState}
	}
	return out
}

// passed reports whether a rule passes some of the boxes' packets in a state. It looks at those around the i-th first: rules for two
// directions stand beside each other.
func passed(passes []passing, i int, boxes []box, in state) bool {
	for distance := range len(passes) {
		for _, j := range []int{i - distance, i + distance} {
			if j >= 0 && j < len(passes) && passes[j].passes(boxes, in) {
				return true
			}
		}
	}
	return false
}

func (p passing) passes(boxes []box, in state) bool {
	if len(p.boxes) == 0 || p.kind == Unknown {
		return true // It may.
	}
	own := p.flows
	if own == nil {
		own = p.boxes
		if p.kind.Scope() == ScopeFlow && in&(toServerNew|toClientNew) != 0 {
			return false // Its verdict comes later.
		}
	}
	return slices.ContainsFunc(own, func(a box) bool {
		return slices.ContainsFunc(boxes, func(b box) bool {
			b.state = in
			return a.meets(&b)
		})
	})
}
