package usage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Conclude joins the accounts of all workers. It does not depend on which worker took which record. logs is what flowlog.Read returned.
func (a *Accounting) Conclude(logs flowlog.Summary) *Result {
	c := &conclusion{Accounting: a, interfaces: a.joinInterfaces(), rows: map[key]*rowTally{}}
	out := &Result{Logs: logs, Assumptions: a.assumptions(logs)}
	for range a.network.Model.Flows {
		c.flows = append(c.flows, &flowTally{with: map[int]bool{}})
	}
	for _, w := range a.workers {
		out.Skipped.join(w.skipped)
		out.Strangers += w.strangers
	}
	c.crowded = a.isCrowded()
	out.Crowded = c.crowded
	for _, w := range a.workers {
		out.Skipped.Own += c.join(w)
	}
	covered := a.coverage(c.interfaces, logs, out.Skipped)
	out.From, out.To = covered.period.from, covered.period.to
	out.Tiers = covered.results()
	for i := range c.flows {
		out.Flows = append(out.Flows, c.flow(i, covered))
	}
	out.Stopped = c.joinStopped()
	for _, r := range c.sortedRows() {
		switch r.kind {
		case undeclared:
			out.Undeclared = append(out.Undeclared, r.Row)
		case rejected:
			out.Rejected = append(out.Rejected, r.Row)
		default:
			out.Refused = append(out.Refused, r.Row)
		}
	}
	return out
}

// conclusion joins the accounts of all workers.
type conclusion struct {
	*Accounting
	interfaces map[string]*seenInterface
	flows      []*flowTally
	rows       map[key]*rowTally
	crowded    bool
}

// flowTally collects what is known of one flow.
type flowTally struct {
	alone, shared [places]Ways
	with          map[int]bool
	sources       sources
	sessions      Traffic // that firewalls recorded
}

// rowTally collects what is known of traffic that is not simply accepted and declared.
type rowTally struct {
	at       [places]Traffic
	sources  sources
	example  example
	recorder string
}

// isCrowded reports whether there are so many tallies that high ports are counted together, whichever worker took which record.
func (a *Accounting) isCrowded() bool {
	all := map[key]bool{}
	for _, w := range a.workers {
		if w.crowded {
			return true
		}
		for k := range w.tallies {
			if k.match == 0 {
				k.iface = 0
				all[k] = true
			}
		}
	}
	return len(all) >= maxTallies
}

// join adds the tallies of a worker. It returns the number of records of the network's own equipment.
func (c *conclusion) join(w *Accounts) (own int64) {
	for s, log := range w.interfaces {
		if log == nil {
			continue
		}
		seen := c.interfaces[w.symbols.Text(flowlog.Symbol(s))]
		for i, packed := range log.used.keys {
			k, count := packed.key(flowlog.Symbol(s)), log.used.counts[i]
			if at, counts := seen.placeOf(log, k); counts {
				c.joinFlow(k, at, count)
			} else {
				own += count.Records
			}
		}
	}
	for m, count := range w.sessions {
		for _, i := range c.matcher.flows(m) {
			c.flows[i].sessions.join(*count)
		}
	}
	for m, s := range w.openers {
		for _, i := range c.matcher.flows(matchNumber(m)) {
			c.flows[i].sources.join(s)
		}
	}
	for k, t := range w.tallies {
		id := w.symbols.Text(flowlog.Symbol(k.iface))
		if at, counts := c.interfaces[id].placeOf(w.interfaces[k.iface], k); counts {
			c.joinRow(k, at, t, id)
		} else {
			own += t.Records
		}
	}
	return own
}

// joinFlow adds the counts of accepted traffic of declared flows.
func (c *conclusion) joinFlow(k key, at place, count Traffic) {
	flows := c.matcher.flows(k.match)
	for _, i := range flows {
		f := c.flows[i]
		to := &f.alone[at]
		if len(flows) > 1 {
			to = &f.shared[at]
			for _, other := range flows {
				if other != i {
					f.with[other] = true
				}
			}
		}
		if k.kind == request {
			to.Requests.join(count)
		} else {
			to.Replies.join(count)
		}
	}
}

// joinRow adds a tally of other traffic.
func (c *conclusion) joinRow(k key, at place, t *tally, id string) {
	k = k.common()
	if k.match == 0 && c.crowded && k.port >= firstHighPort {
		k.port = 0
	}
	r, ok := c.rows[k]
	if !ok {
		r = &rowTally{recorder: id}
		c.rows[k] = r
	}
	r.at[at].join(t.Traffic)
	r.sources.join(t.sources)
	r.example.offer(t.example)
	r.recorder = min(r.recorder, id)
}

// flow concludes about one flow.
func (c *conclusion) flow(i int, covered *coverage) FlowUse {
	f := c.flows[i]
	out := FlowUse{
		Flow: i, Alone: countsOf(f.alone), Shared: countsOf(f.shared), With: slices.Sorted(maps.Keys(f.with)), Sources: f.sources.result(),
		Firewall: f.sessions,
	}
	declared := c.network.Model.Flows[i]
	out.Undelivered = c.isUndelivered(declared, f, covered)
	alone, shared := out.Alone.Best().records(), out.Shared.Best().records()
	switch {
	case alone > 0:
		out.Verdict = Used
	case shared > 0:
		out.Verdict = PerhapsUsed
	default:
		out.Verdict, out.Doubts = Unused, covered.doubtsAbout(declared)
		if f.sessions.Records > 0 {
			out.Doubts = append(out.Doubts, "a firewall recorded connections that may be its own")
		}
		if len(out.Doubts) > 0 {
			out.Verdict = NotSeen
		}
	}
	return out
}

// isUndelivered reports whether requests of a flow left their source, but none arrived at a tier whose interfaces the logs cover.
func (c *conclusion) isUndelivered(declared arch.CheckedFlow, f *flowTally, covered *coverage) bool {
	to := covered.tiers[declared.To.Text]
	if !declared.To.Kind.IsTier() || to == nil || len(to.doubts) > 0 || len(to.gaps.all) > 0 {
		return false
	}
	return f.alone[atOpener].Requests.Records > 0 && f.alone[atServer].records()+f.alone[elsewhere].records() == 0
}

func countsOf(w [places]Ways) Counts { return Counts{w[atOpener], w[atServer], w[elsewhere]} }

// sortedRow is a row with its kind.
type sortedRow struct {
	Row
	kind kind
}

// sortedRows returns all rows, those with the most records first.
func (c *conclusion) sortedRows() []sortedRow {
	var out []sortedRow
	for k, r := range c.rows {
		out = append(out, c.row(k, r))
	}
	sortRows(out)
	return out
}

// row returns a row of results.
func (c *conclusion) row(k key, r *rowTally) sortedRow {
	row := Row{
		Service: serviceText(k, r.example.port), Guessed: k.guessed, Reply: k.kind == refusedReply, Late: k.kind == lateReject,
		Traffic: slices.MaxFunc(r.at[:], func(a, b Traffic) int { return cmp.Compare(a.Records, b.Records) }), Sources: r.sources.result(),
		Protocol: r.example.protocol, Reason: reasons[k.reason], Places: r.places(),
		Source: r.example.source, Destination: r.example.target, Port: r.example.port, At: r.example.at, Interface: r.recorder,
	}
	if k.match == 0 {
		row.From, row.To = c.areas.all[k.from].name, c.areas.all[k.to].name
		row.FromEnd, row.ToEnd = c.areas.all[k.from].end(), c.areas.all[k.to].end()
	} else {
		row.Flows = c.matcher.flows(k.match)
		first := c.network.Model.Flows[row.Flows[0]]
		row.From, row.To, row.Service = first.From.String(), first.To.String(), arch.FormatService(first.Ports)
		row.FromEnd, row.ToEnd = endOf(first.From), endOf(first.To)
	}
	return sortedRow{row, k.kind}
}

// sortRows sorts rows, those with the most records first.
func sortRows(rows []sortedRow) []Row {
	slices.SortStableFunc(rows, func(a, b sortedRow) int {
		return cmp.Or(cmp.Compare(b.Traffic.Records, a.Traffic.Records), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name), cmp.Compare(a.kind, b.kind), slices.Compare(a.Flows, b.Flows),
			cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.At, b.At), a.Source.Compare(b.Source), a.Destination.Compare(b.Destination),
			cmp.Compare(a.Interface, b.Interface))
	})
	var out []Row
	for _, r := range rows {
		out = append(out, r.Row)
	}
	return out
}

// places returns where the records of a row were captured.
func (r *rowTally) places() []Place {
	var out []Place
	for at, name := range []Place{Opener, Server, Passing} {
		if r.at[at].Records > 0 {
			out = append(out, name)
		}
	}
	return out
}

// end returns what is known of the end of a row that has an address of the area.
func (a area) end() End { return End{Tiers: a.tiers, Inside: a.inside} }

// endOf returns what is known of a declared end.
func endOf(p arch.Peer) End {
	if p.Kind.IsTier() {
		return End{Tiers: []string{p.Text}, Inside: true}
	}
	return End{}
}

// serviceText writes the service of a row.
func serviceText(k key, port uint16) string {
	switch {
	case k.protocol != traffic.TCP && k.protocol != traffic.UDP, k.kind == stopped && k.port == 0:
		return traffic.Name(int(k.protocol))
	case k.port == 0 && port >= firstHighPort:
		return fmt.Sprintf("%s/%d-%d", traffic.Name(int(k.protocol)), firstHighPort, traffic.LastPort)
	}
	return fmt.Sprintf("%s/%d", traffic.Name(int(k.protocol)), k.port)
}

// join adds the counts of another worker.
func (s *Skipped) join(other Skipped) {
	s.NoData += other.NoData
	s.Lost += other.Lost
	s.Foreign += other.Foreign
	s.Own += other.Own
	s.UnknownIPv6 += other.UnknownIPv6
}

// assumptions returns what every result takes as given, and what this network needs.
func (a *Accounting) assumptions(logs flowlog.Summary) []string {
	out := []string{
		"the logs are of the deployed network, and were written with the declaration as it is now",
		"AWS writes no records for DNS to its own resolver, DHCP, instance metadata, time and licence servers",
	}
	if len(a.network.Interfaces) == 0 {
		out = append(out, "every interface is logged that has addresses of a tier: no list of interfaces was given",
			"an interface exists from its first to its last record")
	} else {
		out = append(out, "listed interfaces have had their groups since they were attached")
	}
	if logs.Exports > 0 {
		out = append(out, "logs that are exports of CloudWatch Logs were exported without a filter pattern")
	}
	if a.network.VPC == "" {
		out = append(out, "records with addresses of the network are of the network: its VPC's id was not given"+a.severalVPCs())
	}
	return out
}

// severalVPCs says that the logs are of more than one VPC; it is empty if they are not, or do not record it.
func (a *Accounting) severalVPCs() string {
	const most = 3
	seen := map[string]bool{}
	for _, w := range a.workers {
		for vpc := range w.vpc {
			seen[w.symbols.Text(vpc)] = true
		}
	}
	names := slices.Sorted(maps.Keys(seen))
	switch {
	case len(names) < 2:
		return ""
	case len(names) > most:
		names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return ", but the logs are of several VPCs: " + strings.Join(names, ", ")
}
