package usage

import (
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Accounting compares logs with one network. It makes the accounts of all workers.
type Accounting struct {
	network *Network
	listed  []Interface // with the tiers that each may belong to
	areas   *areas
	matcher *matcher
	workers []*Accounts
}

// New prepares to compare logs with a network.
func New(n *Network) *Accounting {
	a := n.areas()
	out := &Accounting{network: n, areas: a, matcher: newMatcher(n.Model, a)}
	for _, i := range n.Interfaces {
		if len(i.Tiers) == 0 && len(i.Addresses) > 0 {
			i.Tiers = a.all[a.of(i.Addresses[0], max(0, i.Since.Unix()))].tiers
		}
		out.listed = append(out.listed, i)
	}
	return out
}

// Accounts takes the records of one worker. It implements flowlog.Sink.
type Accounts struct {
	of         *Accounting
	symbols    *flowlog.Symbols
	tallies    map[key]*tally   // all but accepted traffic of declared flows, which is with the interfaces
	sources    map[key]*sources // of the tallies, by key without interface and sides
	openers    []*sources       // of accepted traffic, by match
	interfaces []*interfaceLog  // by symbol
	skipped    Skipped
	vpc        map[flowlog.Symbol]bool // whether a VPC is taken for the network's
	ours       flowlog.Symbol          // the last one that is
	crowded    bool
	sessions   map[matchNumber]*Traffic // that firewalls recorded
	strangers  int64                    // sessions that no flow explains
	stopped    map[stopKey]*rowTally    // connections that firewalls stopped
}

// Skipped counts records that say nothing about flows of the network.
type Skipped struct {
	NoData int64 `json:"noData,omitempty"` // of idle interfaces
	Lost   int64 `json:"lost,omitempty"`   // that stand for lost ones: SKIPDATA
	// Foreign are of other VPCs, or have both addresses outside the network.
	Foreign int64 `json:"foreign,omitempty"`
	// Own are of NAT gateways, firewall endpoints and other equipment of the network's own.
	Own int64 `json:"own,omitempty"`
	// UnknownIPv6 have addresses in a /56 that is not known.
	UnknownIPv6 int64 `json:"unknownIPv6,omitempty"`
}

// Worker returns the accounts of one more worker. They are a sink that flowlog.Read asks for.
func (a *Accounting) Worker(symbols *flowlog.Symbols) *Accounts {
	w := &Accounts{
		of: a, symbols: symbols, tallies: map[key]*tally{}, sources: map[key]*sources{}, vpc: map[flowlog.Symbol]bool{},
	}
	a.workers = append(a.workers, w)
	return w
}

// maxTallies is how many tallies a worker keeps before it counts high ports that nobody declared together.
const maxTallies = 1 << 17

// firstHighPort is the first port that any program may use.
const firstHighPort = 1024

// Add takes a record.
func (w *Accounts) Add(r *flowlog.Record) {
	if r.VPC != 0 && r.VPC != w.ours && !w.isOurs(r.VPC) {
		w.skipped.Foreign++
		return
	}
	if r.Interface == 0 { // A regional NAT gateway has no interface.
		w.skipped.Own++
		return
	}
	log := w.interfaceOf(r.Interface)
	switch r.Status {
	case flowlog.NoData:
		w.skipped.NoData++
		log.record(r)
		return
	case flowlog.SkipData:
		w.skipped.Lost++
		log.skipped.add(r.Start, r.End)
		return
	}
	log.record(r)
	w.account(r, log)
}

// record notes that the log covers the time of a record.
func (i *interfaceLog) record(r *flowlog.Record) {
	i.recorded.add(r.Start, r.End)
	i.longest = max(i.longest, r.End-r.Start)
	i.accepted = i.accepted || r.Action == flowlog.Accept
	if r.Tag != 0 {
		i.tag = r.Tag
	}
}

// account counts a record of packets.
func (w *Accounts) account(r *flowlog.Record, log *interfaceLog) {
	k := key{iface: int32(r.Interface), sides: log.sidesOf(r), direction: r.Direction, protocol: r.Protocol}
	source, destination := w.areasOf(r)
	if !w.of.areas.all[source].inside && !w.of.areas.all[destination].inside {
		if r.Source.Is6() && w.of.network.Model.Network.IPv6 && !w.of.network.IPv6.IsValid() {
			w.skipped.UnknownIPv6++
		} else {
			w.skipped.Foreign++
		}
		return
	}
	isRequest, sure := w.identify(&k, r, source, destination)
	if !isRequest && k.match == 0 {
		k.from, k.to = destination, source
	}
	opener, server, port := r.Source, r.Destination, r.DestinationPort
	if r.PacketSource.IsValid() && isRequest {
		opener = r.PacketSource
	}
	if !isRequest {
		opener, server, port = r.Destination, r.Source, r.SourcePort
	}
	k.back, k.guessed = !isRequest, !sure
	opened := r.HasFlags && r.Protocol == traffic.TCP && r.Flags&(flowlog.SYN|flowlog.ACK) == flowlog.SYN
	if k.kind <= reply {
		log.used.of(k.used()).add(r, opened)
		if isRequest {
			w.openersOf(k.match).add(opener)
		}
		return
	}
	if k.match == 0 {
		k.port = w.port(port, k.from, r.Action)
	}
	if r.Reason != 0 && r.Action == flowlog.Reject {
		k.reason = reasonOf(w.symbols.Text(r.Reason))
	}
	t := w.tally(k)
	t.add(r, opened)
	t.sources.add(opener)
	t.example.offer(example{r.Start, opener, server, port, r.Protocol})
}

// openersOf returns the addresses that opened connections of a match.
func (w *Accounts) openersOf(m matchNumber) *sources {
	for int(m) >= len(w.openers) {
		w.openers = append(w.openers, &sources{})
	}
	return w.openers[m]
}

// areasOf returns the areas of a record's two addresses. A tag of the interface says which of several tiers its own address belongs to.
func (w *Accounts) areasOf(r *flowlog.Record) (source, destination areaNumber) {
	a := w.of.areas
	source, destination = a.of(r.Source, r.Start), a.of(r.Destination, r.Start)
	if r.Tag != 0 && r.Direction == flowlog.Egress {
		source = a.narrow(source, w.symbols.Text(r.Tag))
	}
	if r.Tag != 0 && r.Direction == flowlog.Ingress {
		destination = a.narrow(destination, w.symbols.Text(r.Tag))
	}
	return source, destination
}

// identify finds the flows that explain a record, and its kind. It reports whether the packets come from the side that opened the
// connection, and whether that is sure.
func (w *Accounts) identify(k *key, r *flowlog.Record, source, destination areaNumber) (isRequest, sure bool) {
	m := w.of.matcher
	flags := r.Flags & (flowlog.SYN | flowlog.ACK)
	opens := r.HasFlags && r.Protocol == traffic.TCP && flags == flowlog.SYN
	answers := r.HasFlags && r.Protocol == traffic.TCP && flags == flowlog.SYN|flowlog.ACK
	var forth, back matchNumber
	if !answers {
		forth = m.find(source, destination, r.Protocol, r.DestinationPort)
	}
	if !opens {
		back = m.find(destination, source, r.Protocol, r.SourcePort)
	}
	switch {
	case opens || answers:
		isRequest, sure, k.match = opens, true, forth|back // One of the two is 0.
	case forth != 0 && back != 0:
		isRequest, sure, k.match = true, false, m.either(forth, back)
	case forth != 0 || back != 0:
		isRequest, sure, k.match = forth != 0, true, forth|back
	default:
		isRequest = r.DestinationPort <= r.SourcePort
	}
	if k.match == 0 {
		k.from, k.to = source, destination
	}
	k.kind = kindOf(r, k.match != 0, isRequest, opens)
	return isRequest, sure
}

// kindOf returns the kind of a record.
func kindOf(r *flowlog.Record, declared, isRequest, opens bool) kind {
	accepted := r.Action == flowlog.Accept
	switch {
	case !declared && accepted:
		return undeclared
	case !declared:
		return rejected
	case accepted && isRequest:
		return request
	case accepted:
		return reply
	case !isRequest:
		return refusedReply
	case r.HasFlags && r.Protocol == traffic.TCP && !opens:
		return lateReject
	}
	return refused
}

// port returns the port under which packets are counted that nobody declared. The internet tries all ports, so its high ports are one.
func (w *Accounts) port(port uint16, opener areaNumber, action flowlog.Action) uint16 {
	fromOutside := action == flowlog.Reject && !w.of.areas.all[opener].inside
	if port >= firstHighPort && (fromOutside || w.crowded) {
		return 0
	}
	return port
}

// tally returns the tally of a key.
func (w *Accounts) tally(k key) *tally {
	if known, ok := w.tallies[k]; ok {
		return known
	}
	w.crowded = w.crowded || len(w.tallies) >= maxTallies
	common := k.common()
	from, ok := w.sources[common]
	if !ok {
		from = &sources{}
		w.sources[common] = from
	}
	t := &tally{sources: from}
	w.tallies[k] = t
	return t
}

// common returns the key without what differs between interfaces and directions.
func (k key) common() key {
	k.iface, k.sides, k.direction, k.back = 0, 0, 0, false
	if k.match != 0 {
		k.protocol, k.guessed = 0, false
	}
	return k
}

// interfaceOf returns what is known of an interface.
func (w *Accounts) interfaceOf(s flowlog.Symbol) *interfaceLog {
	for int(s) >= len(w.interfaces) {
		w.interfaces = append(w.interfaces, nil)
	}
	if w.interfaces[s] == nil {
		w.interfaces[s] = &interfaceLog{}
	}
	return w.interfaces[s]
}

// isOurs reports whether a VPC is taken for the network's: any, if it is not known which one is.
func (w *Accounts) isOurs(vpc flowlog.Symbol) bool {
	ours, ok := w.vpc[vpc]
	if !ok {
		ours = w.of.network.VPC == "" || w.symbols.Text(vpc) == w.of.network.VPC
		w.vpc[vpc] = ours
	}
	if ours {
		w.ours = vpc
	}
	return ours
}
