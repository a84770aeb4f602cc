package response

import (
	"net/netip"
	"time"
)

// Candidate is something that an event asks to be blocked or isolated.
type Candidate struct {
	Action Action
	// Finding is the id of what was found. The same finding about the same address or instance is one candidate, however often it comes.
	Finding string
	// Address is what to block, and Instance what to isolate, with the VPC that it is in.
	Address       netip.Addr
	Instance, VPC string
	// Reason is a short text for people.
	Reason string
	// At is the time of the finding, and Expires the end of the action.
	At, Expires time.Time
}

// Key is the key of the candidate's record. Isolation stores the groups of an instance, so an instance has one record for all findings.
func (c Candidate) Key() string {
	if c.Action == Isolate {
		return "isolate#" + c.Instance
	}
	return "block#" + c.Address.String() + "#" + c.Finding
}

// Subject is what is blocked or isolated.
func (c Candidate) Subject() string {
	if c.Action == Isolate {
		return c.Instance
	}
	return host(c.Address).String()
}

// Skip says why an event, or a part of it, leads to nothing.
type Skip struct {
	// Subject is an address, an instance or the id of a finding.
	Subject string
	Why     string
}
