package usage

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Session is a connection that a network firewall recorded, or one direction of it.
type Session struct {
	Firewall                    string
	Name                        string // that the client asked for; empty if that is not known
	Source, Destination         netip.Addr
	SourcePort, DestinationPort uint16
	Protocol                    uint8
	Packets, Bytes              int64
	Start, End                  int64 // seconds since 1970
}

// AddSession counts a session of a flow log for the flows that explain it. The log does not show whether the firewall let the packets pass.
func (w *Accounts) AddSession(s Session) {
	a, m := w.of.areas, w.of.matcher
	source, destination := a.of(s.Source, s.Start), a.of(s.Destination, s.Start)
	forth := m.find(source, destination, s.Protocol, s.DestinationPort)
	back := m.find(destination, source, s.Protocol, s.SourcePort)
	match := forth | back
	if forth != 0 && back != 0 {
		match = m.either(forth, back)
	}
	if match == 0 {
		w.strangers++
		return
	}
	if w.sessions == nil {
		w.sessions = map[matchNumber]*Traffic{}
	}
	t, ok := w.sessions[match]
	if !ok {
		t = &Traffic{}
		w.sessions[match] = t
	}
	t.join(s.traffic())
}

func (s Session) traffic() Traffic {
	return Traffic{Records: 1, Packets: s.Packets, Bytes: s.Bytes, First: s.Start, Last: s.End}
}

// stopKey tells apart what firewalls stopped.
type stopKey struct {
	key
	name string
}

// maxStops is how many different connections a worker keeps before it counts them without names and ports.
const maxStops = 1 << 15

// plain returns the key without its name and port.
func (k stopKey) plain() stopKey {
	k.name, k.port = "", 0
	return k
}

// AddStopped counts a connection that a firewall stopped. Its source is the client.
func (w *Accounts) AddStopped(s Session) {
	a := w.of.areas
	k := stopKey{name: strings.TrimSuffix(strings.ToLower(s.Name), "."), key: key{
		from: a.of(s.Source, s.Start), to: a.of(s.Destination, s.Start), protocol: s.Protocol, port: s.DestinationPort, kind: stopped,
	}}
	if a.all[k.to].inside {
		k.name = ""
	}
	if len(w.stopped) >= maxStops {
		k = k.plain()
	}
	if w.stopped == nil {
		w.stopped = map[stopKey]*rowTally{}
	}
	r, ok := w.stopped[k]
	if !ok {
		r = &rowTally{recorder: s.Firewall}
		w.stopped[k] = r
	}
	r.at[elsewhere].join(s.traffic())
	r.sources.add(s.Source)
	r.example.offer(example{s.Start, s.Source, s.Destination, s.DestinationPort, s.Protocol})
	r.recorder = min(r.recorder, s.Firewall)
}

// joinStopped returns the rows of what firewalls stopped. They do not depend on which worker took which record.
func (c *conclusion) joinStopped() []Row {
	all := c.stopped(stopKey.self)
	if len(all) >= maxStops {
		all = c.stopped(stopKey.plain)
	}
	var out []sortedRow
	for k, r := range all {
		if k.port != 0 {
			k.match = c.matcher.named(c.matcher.find(k.from, k.to, k.protocol, k.port), k.name)
		}
		row := c.row(k.key, r)
		row.Name = k.name
		out = append(out, row)
	}
	return sortRows(out)
}

// named returns the flows of a match that declare connections to a name. Flows to prefix lists are not among them, because it is not known
// which addresses a list has.
func (m *matcher) named(n matchNumber, name string) matchNumber {
	return m.numberOf(slices.DeleteFunc(slices.Clone(m.flows(n)), func(i int) bool {
		to := m.model.Flows[i].To
		return to.Kind == arch.PrefixList || to.Kind == arch.Domain && !isNamed(to.Text, name)
	}))
}

// isNamed reports whether a domain has a name. A domain with a leading dot has all names below it as well.
func isNamed(domain, name string) bool {
	return name == strings.TrimPrefix(domain, ".") || domain[0] == '.' && strings.HasSuffix(name, domain)
}

func (k stopKey) self() stopKey { return k }

// stopped joins what the workers counted, by a form of their keys.
func (c *conclusion) stopped(form func(stopKey) stopKey) map[stopKey]*rowTally {
	all := map[stopKey]*rowTally{}
	for _, w := range c.workers {
		for k, r := range w.stopped {
			k = form(k)
			if all[k] == nil {
				all[k] = &rowTally{recorder: r.recorder}
			}
			all[k].join(r)
		}
	}
	return all
}

// join adds what another worker knows of a row.
func (r *rowTally) join(other *rowTally) {
	for at := range r.at {
		r.at[at].join(other.at[at])
	}
	r.sources.join(&other.sources)
	r.example.offer(other.example)
	r.recorder = min(r.recorder, other.recorder)
}
