package usage

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/flowlog"
)

// kind says what the records of a tally show.
type kind uint8

const (
	request       kind = iota // accepted packets of a declared flow, from the side that opens connections
	reply                     // accepted packets back
	undeclared                // accepted packets that no flow explains
	refused                   // rejected packets of a declared flow
	refusedReply              // rejected packets back
	rejected                  // rejected packets that no flow explains
	lateReject                // rejected packets of a declared flow that open nothing: AWS writes them after the end of a connection
	stopped                   // packets that a firewall stopped
	numberOfKinds = iota
)

// bySource says whether a record's source or destination is one of the two addresses of the first record of its interface.
type bySource uint8

const (
	aToB bySource = iota
	bToA
	aToOther
	otherToA
	bToOther
	otherToB
	neither
)

// key identifies a tally of one worker.
type key struct {
	from, to  areaNumber // of the opener and the server; 0 for kinds with a match
	match     matchNumber
	iface     int32
	port      uint16 // of the server; 0 for kinds with a match, and for all high ports together
	protocol  uint8
	kind      kind
	sides     bySource
	direction flowlog.Direction
	back      bool // the packets go from the server to the opener
	guessed   bool // which of the two opened the connection is not known
	reason    reasonNumber
}

// reasonNumber is the place of a reject-reason in [reasons]. 0 is none: a security group or a network ACL rejected the packets.
type reasonNumber uint8

const otherReason reasonNumber = 3

// reasons are the reject-reasons that AWS documents, and what stands for any other.
var reasons = [...]string{"", "BPA", "EC", "other"}

func reasonOf(text string) reasonNumber {
	if at := slices.Index(reasons[:], text); at >= 0 {
		return reasonNumber(at)
	}
	return otherReason
}

// tally counts the records of one kind at one interface.
type tally struct {
	Traffic
	sources *sources // of all interfaces of the worker
	example example
}

// Traffic counts records of one kind.
type Traffic struct {
	Records int64 `json:"records"`
	// Opened is how many records show the start of a connection. It is 0 in a log without TCP flags.
	Opened  int64 `json:"opened,omitempty"`
	Packets int64 `json:"packets"`
	Bytes   int64 `json:"bytes"`
	// First and Last are the start of the first record and the end of the last one, in seconds since 1970.
	First int64 `json:"first,omitempty"`
	Last  int64 `json:"last,omitempty"`
}

// add counts a record.
func (t *Traffic) add(r *flowlog.Record, opens bool) {
	if t.Records == 0 || r.Start < t.First {
		t.First = r.Start
	}
	t.Last = max(t.Last, r.End)
	t.Records++
	t.Packets += r.Packets
	t.Bytes += r.Bytes
	if opens {
		t.Opened++
	}
}

// join adds the counts of other records.
func (t *Traffic) join(other Traffic) {
	if other.Records == 0 {
		return
	}
	if t.Records == 0 || other.First < t.First {
		t.First = other.First
	}
	t.Last = max(t.Last, other.Last)
	t.Records += other.Records
	t.Opened += other.Opened
	t.Packets += other.Packets
	t.Bytes += other.Bytes
}

// example is one record of a tally: the first, and of several the one with the smallest addresses.
type example struct {
	at             int64
	source, target netip.Addr
	port           uint16
	protocol       uint8
}

func (e *example) offer(o example) {
	if e.source.IsValid() {
		switch c := e.source.Compare(o.source); {
		case o.at != e.at:
			if o.at > e.at {
				return
			}
		case c < 0, c == 0 && e.target.Compare(o.target) < 0, c == 0 && e.target == o.target && e.number() <= o.number():
			return
		}
	}
	*e = o
}

// number orders examples between the same addresses.
func (e *example) number() int { return int(e.port)<<8 | int(e.protocol) }
