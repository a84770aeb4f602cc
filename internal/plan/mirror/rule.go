package mirror

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Limits of AWS, which it does not raise.
const (
	MaxRules    = 10 // of a filter, both directions together
	MaxSessions = 3  // of a source
)

// Range is a range of ports. The zero Range is every port.
type Range struct{ From, To int }

// answers are the ports of clients, to which answers go.
var answers = Range{traffic.FirstReplyPort, traffic.LastReplyPort}

func (r Range) contains(s Range) bool {
	return r == Range{} || s != Range{} && r.From <= s.From && s.To <= r.To
}

// union returns the range that holds exactly the ports of both.
func (r Range) union(s Range) (Range, bool) {
	switch {
	case r.contains(s):
		return r, true
	case s.contains(r):
		return s, true
	}
	return Range{min(r.From, s.From), max(r.To, s.To)}, max(r.From, s.From) <= min(r.To, s.To)+1
}

// Rule is a rule of a filter.
type Rule struct {
	// ID names the rule in its filter. It is a function of the rule's place, so that a change of flows changes rules in place and the
	// filter never has more than MaxRules meanwhile.
	ID string
	// Number decides the order, lowest first. No other rule of the filter has it, in either direction.
	Number int
	Accept bool
	Egress bool          // packets that leave the interface
	Of     arch.Protocol // TCP, UDP or All
	// Source and Destination are of the packet, and so are the ports. Only rules of TCP and UDP have ports.
	Source, Destination           address.Block
	SourcePorts, DestinationPorts Range
}

// String returns the rule as people read it.
func (r Rule) String() string {
	action, direction := "reject", "ingress"
	if r.Accept {
		action = "accept"
	}
	if r.Egress {
		direction = "egress"
	}
	return fmt.Sprintf("%d %s %s %s %s%s -> %s%s", r.Number, action, direction, r.Of, r.Source, r.SourcePorts, r.Destination,
		r.DestinationPorts)
}

// String returns the range behind a colon, or nothing for every port.
func (r Range) String() string {
	switch {
	case r == Range{}:
		return ""
	case r.From == r.To:
		return fmt.Sprint(":", r.From)
	}
	return fmt.Sprintf(":%d-%d", r.From, r.To)
}
