package suricatatest

import (
	"fmt"
	"slices"
)

// Verdict says what happens to a conversation.
type Verdict struct {
	Conversation string
	Passed       bool // every packet, answers included
	Dropped      int  // the first packet that is dropped, from 0; -1 if none is
	By           int  // the SID of the rule that drops it; 0 if the default actions do, or Suricata does for another reason
	Reason       string
	Passes       []int // the SIDs of rules that pass packets, each once, in the order in which they first do
	Alerts       []int // the SIDs that alert, each once
	// Unmatched is the first packet that the default actions match, from 0; -1 if there is none. They may only alert.
	Unmatched int
}

// The reasons for which packets are dropped.
const (
	ByRule      = "rule"
	ByDefault   = "default"
	ByMidstream = "stream midstream" // the firewall has not seen the beginning of the connection
)

// String says "passes", or which packet is dropped, and by which rule or for which reason.
func (v Verdict) String() string {
	switch {
	case v.Passed:
		return "passes"
	case v.Reason == ByRule:
		return fmt.Sprintf("packet %d is dropped by %d", v.Dropped, v.By)
	}
	return fmt.Sprintf("packet %d is dropped: %s", v.Dropped, v.Reason)
}

// newVerdict returns the verdict on a conversation that passes.
func newVerdict(c Conversation) Verdict {
	return Verdict{Conversation: c.Name, Passed: true, Dropped: -1, Unmatched: -1}
}

// drop records the first packet that is dropped.
func (v *Verdict) drop(packet, by int, reason string) {
	if reason == ByDefault && v.Unmatched < 0 {
		v.Unmatched = packet
	}
	if v.Passed {
		v.Passed, v.Dropped, v.By, v.Reason = false, packet, by, reason
	}
}

// addOnce adds an id, unless it is there already.
func addOnce(ids []int, id int) []int {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}
