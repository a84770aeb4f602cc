package flowlog

import (
	"math"
	"net/netip"
)

// field is one field of a record: how its text is read, and where its value goes. A field that is not needed has neither of the three
// functions.
type field struct {
	name    string
	address func(*Record, netip.Addr)
	symbol  func(*Record, Symbol)
	number  func(*Record, int64)
	max     int64                      // of a number
	word    func([]byte) (int64, bool) // reads the word that stands for a number; nil if the text is decimal
	needed  bool                       // a log without it tells nothing about flows
}

// skipped is every field that records do not hold.
var skipped = &field{name: "skipped"}

// fields holds the fields that records hold, by name.
var fields = func() map[string]*field {
	out := map[string]*field{}
	for _, f := range []field{
		{name: "interface-id", needed: true, symbol: func(r *Record, v Symbol) { r.Interface = v }},
		{name: "resource-id", symbol: func(r *Record, v Symbol) { r.Resource = v }},
		{name: "vpc-id", symbol: func(r *Record, v Symbol) { r.VPC = v }},
		{name: "interface-tag", symbol: func(r *Record, v Symbol) { r.Tag = v }},
		{name: "srcaddr", needed: true, address: func(r *Record, v netip.Addr) { r.Source = v }},
		{name: "dstaddr", needed: true, address: func(r *Record, v netip.Addr) { r.Destination = v }},
		{name: "pkt-srcaddr", address: func(r *Record, v netip.Addr) { r.PacketSource = v }},
		{name: "pkt-dstaddr", address: func(r *Record, v netip.Addr) { r.PacketDestination = v }},
		{name: "srcport", needed: true, max: math.MaxUint16, number: func(r *Record, v int64) { r.SourcePort = uint16(v) }},
		{name: "dstport", needed: true, max: math.MaxUint16, number: func(r *Record, v int64) { r.DestinationPort = uint16(v) }},
		{name: "protocol", needed: true, max: math.MaxUint8, number: func(r *Record, v int64) { r.Protocol = uint8(v) }},
		{name: "tcp-flags", max: math.MaxUint8, number: func(r *Record, v int64) { r.Flags, r.HasFlags = uint8(v), true }},
		{name: "packets", number: func(r *Record, v int64) { r.Packets = v }},
		{name: "bytes", number: func(r *Record, v int64) { r.Bytes = v }},
		{name: "start", needed: true, number: func(r *Record, v int64) { r.Start = v }},
		{name: "end", needed: true, number: func(r *Record, v int64) { r.End = v }},
		{name: "action", needed: true, word: word("ACCEPT", "REJECT"), number: func(r *Record, v int64) { r.Action = Action(v) }},
		{name: "log-status", word: word("OK", "NODATA", "SKIPDATA"), number: func(r *Record, v int64) { r.Status = Status(v) }},
		{name: "reject-reason", symbol: func(r *Record, v Symbol) { r.Reason = v }},
		{name: "flow-direction", word: word("ingress", "egress"), number: func(r *Record, v int64) { r.Direction = Direction(v) }},
	} {
		if f.max == 0 {
			f.max = math.MaxInt64
		}
		out[f.name] = &f
	}
	return out
}()

// set reads the text of the field into a record. It reports false if the field cannot have that text.
func (f *field) set(r *Record, text []byte, symbols *Symbols) bool {
	switch {
	case f == skipped:
		return true
	case isAbsent(text):
		return len(text) > 0
	case f.address != nil:
		v, ok := parseAddress(text)
		f.address(r, v)
		return ok
	case f.symbol != nil:
		v, ok := symbols.of(text)
		f.symbol(r, v)
		return ok
	}
	v, ok := f.parseNumber(text)
	f.number(r, v)
	return ok
}

// parseNumber reads the text of a number.
func (f *field) parseNumber(text []byte) (int64, bool) {
	if f.word != nil {
		return f.word(text)
	}
	n, ok := parseNumber(text)
	return n, ok && n <= f.max
}
