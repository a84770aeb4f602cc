package suricata

import (
	"slices"
	"strings"
)

//go:generate go run ./keywordgen keywordtable.go

// keyword describes a keyword of Suricata, as found by trying it: see the generated table.
type keyword struct {
	name string
	role role
	// value is the kind of value after the colon. If optional is true, the keyword may stand without a value.
	value    valueKind
	optional bool
	// min and max bound the numbers of a value. If negated is true, "!" may stand before a number.
	min, max uint64
	negated  bool
	// apps are the application protocols whose rules may have the keyword; nil stands for all.
	apps []string
	// side says whose packets the keyword looks at.
	side side
	// packet is true if the keyword looks at single packets. Then a rule with it cannot look at an application's buffer.
	packet bool
}

// role is what a keyword does to the options around it.
type role uint8

const (
	plain     role = iota // nothing
	buffer                // the options after it look at this part of the traffic
	modifier              // the content before it looks at this part of the traffic
	transform             // it changes the buffer before it
)

// valueKind is the form of a value.
type valueKind uint8

const (
	noneValue     valueKind = iota // there is no value
	numberValue                    // a number
	comparedValue                  // a number, a comparison or a range: 5, >5, 1-5
	ownValue                       // a grammar of its own
)

// side says whose packets a keyword looks at.
type side uint8

const (
	bothSides  side = iota
	clientSide      // those of clients: the rule cannot have flow:to_client
	serverSide      // those of servers: the rule cannot have flow:to_server
	stated          // those of either side: the rule must have one of the two
)

// findKeyword returns the keyword with a name.
func findKeyword(name string) (*keyword, bool) {
	i, ok := slices.BinarySearchFunc(keywordTable, name, func(k keyword, name string) int { return strings.Compare(k.name, name) })
	if !ok {
		return nil, false
	}
	return &keywordTable[i], true
}

// hasEvent reports whether Suricata has an event, named with its keyword as in "stream-event:pkt_invalid_ack".
func hasEvent(event string) bool {
	_, ok := slices.BinarySearch(eventTable, event)
	return ok
}
