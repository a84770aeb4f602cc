package usage

import (
	"net/netip"

	"github.com/tierwall/tierwall/internal/flowlog"
)

// interfaceLog is what the records of one interface show about the interface itself.
type interfaceLog struct {
	a, b     netip.Addr // the addresses of its first record
	had      [neither + 1]bool
	recorded spans
	skipped  spans // times of which records were lost
	accepted bool
	longest  int64 // window, in seconds
	used     used
	tag      flowlog.Symbol
}

// sidesOf says how a record's addresses relate to those of the interface's first record.
func (i *interfaceLog) sidesOf(r *flowlog.Record) bySource {
	if !i.a.IsValid() {
		i.a, i.b = r.Source, r.Destination
	}
	var s bySource
	switch {
	case r.Source == i.a && r.Destination == i.b:
		s = aToB
	case r.Source == i.b && r.Destination == i.a:
		s = bToA
	case r.Source == i.a:
		s = aToOther
	case r.Destination == i.a:
		s = otherToA
	case r.Source == i.b:
		s = bToOther
	case r.Destination == i.b:
		s = otherToB
	default:
		s = neither
	}
	i.had[s] = true
	return s
}

// mayOwn returns the addresses that are in all records of the interface. ok is false if the interface has no records of packets.
func (i *interfaceLog) mayOwn() (addresses []netip.Addr, ok bool) {
	if !i.a.IsValid() {
		return nil, false
	}
	if !i.had[bToOther] && !i.had[otherToB] && !i.had[neither] {
		addresses = append(addresses, i.a)
	}
	if i.b != i.a && !i.had[aToOther] && !i.had[otherToA] && !i.had[neither] {
		addresses = append(addresses, i.b)
	}
	return addresses, true
}

// isSource reports whether an address is the source of records with these sides. known is false if that cannot be told.
func (i *interfaceLog) isSource(own netip.Addr, s bySource) (is, known bool) {
	switch s {
	case aToB:
		return own == i.a, own == i.a || own == i.b
	case bToA:
		return own == i.b, own == i.a || own == i.b
	case aToOther:
		return own == i.a, own == i.a
	case otherToA:
		return false, own == i.a
	case bToOther:
		return own == i.b, own == i.b
	case otherToB:
		return false, own == i.b
	}
	return false, false
}
