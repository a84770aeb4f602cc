package suricata

import (
	"slices"
	"strings"
)

//go:generate go run ./keywordgen keywordtable.go

// keyword is what Suricata says of a keyword: see the generated table.
type keyword struct {
	name string
	role role
	// value is what stands after the colon. If it is optional, the keyword may stand alone.
	value    valueKind
	optional bool
	// min and max bound numbers. If negated is true, "!" may stand before one.
	min, max uint64
	negated  bool
	// apps are the application protocols whose rules take the keyword; nil stands for all.
	apps []string
	// side is whose packets the keyword is about.
	side side
	// packet is true if the keyword is about single packets, and so stands beside no buffer of an application.
	packet bool
}

// role is the part that a keyword plays among the options.
type role uint8

const (
	plain     role = iota
	buffer         // what follows is about this part of the traffic
	modifier       // the content before it is about this part of the traffic
	transform      // it changes the buffer before it
)

// valueKind is the grammar of a value.
type valueKind uint8

const (
	noneValue     valueKind = iota // there is no value
	numberValue                    // a number
	comparedValue                  // a number, a comparison or a range: 5, >5, 1-5
	ownValue                       // a grammar of its own
)

// side says whose packets a keyword is about.
type side uint8

const (
	bothSides  side = iota
	clientSide      // the rule cannot have flow:to_client
	serverSide      // the rule cannot have flow:to_server
	stated          // the rule must have one of the two
)

// findKeyword looks a keyword up.
func findKeyword(name string) (*keyword, bool) {
	i, ok := slices.BinarySearchFunc(keywordTable, name, func(k keyword, name string) int { return strings.Compare(k.name, name) })
	if !ok {
		return nil, false
	}
	return &keywordTable[i], true
}
