package flowlog

import (
	"math"
	"net/netip"
	"sync"
)

// fieldKind says what the values of a field are.
type fieldKind uint8

const (
	noValue fieldKind = iota // records do not hold the field
	addressField
	symbolField
	numberField
	wordField // a number that is written as a word
)

// fieldID says where the value of a field goes. A switch over it is much faster than a function for each field.
type fieldID uint8

const (
	interfaceID fieldID = iota
	resourceID
	vpcID
	interfaceTag
	rejectReason
	srcAddr
	dstAddr
	pktSrcAddr
	pktDstAddr
	srcPort
	dstPort
	protocol
	tcpFlags
	packets
	bytesField
	start
	end
	action
	logStatus
	flowDirection
)

// field is one field of a record: how its text is read, and where its value goes.
type field struct {
	name   string
	kind   fieldKind
	id     fieldID
	max    int64                      // of a number
	word   func([]byte) (int64, bool) // reads the word of a wordField
	needed bool                       // a log without it tells nothing about flows
}

// lastTime is the last time that a record may have, in the year 2242. Anything later is no number of seconds, but of milliseconds, for
// example. The queries for Athena have it too.
const lastTime = 1 << 33

// skipped is every field that records do not hold.
var skipped = &field{name: "skipped"}

// fields holds the fields that records hold, by name.
var fields = sync.OnceValue(func() map[string]*field {
	out := map[string]*field{}
	for _, f := range []field{
		{name: "interface-id", needed: true, kind: symbolField, id: interfaceID},
		{name: "resource-id", kind: symbolField, id: resourceID},
		{name: "vpc-id", kind: symbolField, id: vpcID},
		{name: "interface-tag", kind: symbolField, id: interfaceTag},
		{name: "reject-reason", kind: symbolField, id: rejectReason},
		{name: "srcaddr", needed: true, kind: addressField, id: srcAddr},
		{name: "dstaddr", needed: true, kind: addressField, id: dstAddr},
		{name: "pkt-srcaddr", kind: addressField, id: pktSrcAddr},
		{name: "pkt-dstaddr", kind: addressField, id: pktDstAddr},
		{name: "srcport", needed: true, kind: numberField, max: math.MaxUint16, id: srcPort},
		{name: "dstport", needed: true, kind: numberField, max: math.MaxUint16, id: dstPort},
		{name: "protocol", needed: true, kind: numberField, max: math.MaxUint8, id: protocol},
		{name: "tcp-flags", kind: numberField, max: math.MaxUint8, id: tcpFlags},
		{name: "packets", kind: numberField, max: math.MaxInt64, id: packets},
		{name: "bytes", kind: numberField, max: math.MaxInt64, id: bytesField},
		{name: "start", needed: true, kind: numberField, max: lastTime, id: start},
		{name: "end", needed: true, kind: numberField, max: lastTime, id: end},
		{name: "action", needed: true, kind: wordField, word: word("ACCEPT", "REJECT"), max: math.MaxInt64, id: action},
		{name: "log-status", kind: wordField, word: word("OK", "NODATA", "SKIPDATA"), max: math.MaxInt64, id: logStatus},
		{name: "flow-direction", kind: wordField, word: word("ingress", "egress"), max: math.MaxInt64, id: flowDirection},
	} {
		out[f.name] = &f
	}
	return out
})

// setAddress sets the value of an address field.
func (r *Record) setAddress(id fieldID, v netip.Addr) {
	switch id {
	case srcAddr:
		r.Source = v
	case dstAddr:
		r.Destination = v
	case pktSrcAddr:
		r.PacketSource = v
	case pktDstAddr:
		r.PacketDestination = v
	}
}

// setSymbol sets the value of a symbol field.
func (r *Record) setSymbol(id fieldID, v Symbol) {
	switch id {
	case interfaceID:
		r.Interface = v
	case resourceID:
		r.Resource = v
	case vpcID:
		r.VPC = v
	case interfaceTag:
		r.Tag = v
	case rejectReason:
		r.Reason = v
	}
}

// setNumber sets the value of a number field or a word field.
func (r *Record) setNumber(id fieldID, v int64) {
	switch id {
	case srcPort:
		r.SourcePort = uint16(v)
	case dstPort:
		r.DestinationPort = uint16(v)
	case protocol:
		r.Protocol = uint8(v)
	case tcpFlags:
		r.Flags, r.HasFlags = uint8(v), true
	case packets:
		r.Packets = v
	case bytesField:
		r.Bytes = v
	case start:
		r.Start = v
	case end:
		r.End = v
	case action:
		r.Action = Action(v)
	case logStatus:
		r.Status = Status(v)
	case flowDirection:
		r.Direction = Direction(v)
	}
}

// set reads the text of the field into a record. It reports false if the field cannot have that text.
func (f *field) set(r *Record, text []byte, symbols *Symbols) bool {
	if isAbsent(text) {
		return len(text) > 0
	}
	switch f.kind {
	case noValue:
		return true
	case addressField:
		v, ok := parseAddress(text)
		r.setAddress(f.id, v)
		return ok
	case symbolField:
		v, ok := symbols.of(text)
		r.setSymbol(f.id, v)
		return ok
	}
	v, ok := f.parseNumber(text)
	r.setNumber(f.id, v)
	return ok
}

// parseNumber reads the text of a number.
func (f *field) parseNumber(text []byte) (int64, bool) {
	if f.kind == wordField {
		return f.word(text)
	}
	n, ok := parseNumber(text)
	return n, ok && n <= f.max
}
