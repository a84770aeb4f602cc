package usage

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/flowlog"
)

// seenInterface is what all workers know of one interface.
type seenInterface struct {
	id       string
	own      []netip.Addr // its own address; two if either may be it, none if it is not known
	passes   bool         // packets of others pass it, as they pass a firewall endpoint
	tiers    []string     // the tiers that it may belong to
	isOwn    bool         // it is the network's own equipment
	recorded spans
	skipped  spans
	accepted bool
	longest  int64
}

// isPlaced reports whether it is known what the interface belongs to.
func (i *seenInterface) isPlaced() bool { return i.passes || i.isOwn || len(i.own) == 1 }

// joinInterfaces joins what the workers know of interfaces, by id.
func (a *Accounting) joinInterfaces() map[string]*seenInterface {
	out := map[string]*seenInterface{}
	logs := map[string][]*interfaceLog{}
	for _, w := range a.workers {
		for s, log := range w.interfaces {
			if log == nil {
				continue
			}
			id := w.symbols.Text(flowlog.Symbol(s))
			i, ok := out[id]
			if !ok {
				i = &seenInterface{id: id}
				out[id] = i
			}
			logs[id] = append(logs[id], log)
			i.recorded.join(log.recorded)
			i.skipped.join(log.skipped)
			i.accepted = i.accepted || log.accepted
			i.longest = max(i.longest, log.longest)
		}
	}
	for id, i := range out {
		a.place(i, logs[id])
	}
	return out
}

// place finds an interface's own address, and what it belongs to.
func (a *Accounting) place(i *seenInterface, logs []*interfaceLog) {
	listed := slices.IndexFunc(a.listed, func(l Interface) bool { return l.ID == i.id && len(l.Addresses) > 0 })
	if listed >= 0 {
		i.own, i.tiers = a.listed[listed].Addresses[:1], a.listed[listed].Tiers
	} else {
		i.own, i.passes = inAll(logs)
	}
	var last int64
	if n := len(i.recorded.all); n > 0 {
		last = i.recorded.all[n-1].to
	}
	for _, addr := range i.own {
		of := a.areas.all[a.areas.of(addr, last)]
		i.isOwn = i.isOwn || of.own
		i.tiers = append(slices.Clip(i.tiers), of.tiers...)
	}
	slices.Sort(i.tiers)
	i.tiers = slices.Compact(i.tiers)
}

// inAll returns the addresses that are in all records of an interface. passes says that there are records, but no such address.
func inAll(logs []*interfaceLog) (own []netip.Addr, passes bool) {
	first := true
	for _, log := range logs {
		may, ok := log.mayOwn()
		switch {
		case !ok:
			continue
		case first:
			own = may
		default:
			own = slices.DeleteFunc(own, func(addr netip.Addr) bool { return !slices.Contains(may, addr) })
		}
		first = false
	}
	return own, !first && len(own) == 0
}

// place says where records were captured.
type place int

const (
	atOpener place = iota
	atServer
	elsewhere // in passing, or at a side that is not known
	places    = iota
)

// placeOf says where the records of a tally were captured. counts is false if they are of the network's own equipment.
func (i *seenInterface) placeOf(log *interfaceLog, k key) (at place, counts bool) {
	if i.isOwn && len(i.own) == 1 {
		return 0, false
	}
	isSource, known := false, false
	switch {
	case len(i.own) == 1:
		isSource, known = log.isSource(i.own[0], k.sides)
	case len(i.own) == 2 && k.direction != flowlog.NoDirection:
		isSource, known = k.direction == flowlog.Egress, true
	}
	switch {
	case !known:
		return elsewhere, true
	case isSource != k.back:
		return atOpener, true
	}
	return atServer, true
}
