package layout

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/picture"
)

// net is the line of flows with the same target and label. It comes to the target from one side.
type net struct {
	key     string // what nets that can be joined have in common
	flows   []*picture.Flow
	label   string
	target  *item
	toLeft  bool           // it ends at the left side of the target
	sources []*item        // without repetition
	passes  map[int]*item  // by column
	pins    map[int][]*pin // by channel
	tracks  map[int]int    // by channel; none for a straight line
}

// makeNets bundles the flows, and puts the lines that pass columns into these. In a picture of few flows, each flow that passes columns
// has a net of its own at first; see join.
func (m *maker) makeNets() {
	known := map[string]*net{}
	for i := range m.picture.Flows {
		f := &m.picture.Flows[i]
		from, to := m.items[f.From], m.items[f.To]
		left := from.column < to.column
		label, services := f.Label(), f.Traffic.String()
		if f.Pairs > 0 { // In a summary, one line stands for all pairs with the target.
			label, services = "", ""
		}
		key := strings.Join([]string{f.To, label, services, f.State.String(), fmt.Sprint(left, f.Inspected, f.Exception)}, "\x00")
		id := key
		if m.startsApart() && (from.column-to.column > 1 || to.column-from.column > 1) {
			id += "\x00" + f.From
		}
		n := known[id]
		if n == nil {
			n = &net{key: key, target: to, toLeft: left, passes: map[int]*item{}, pins: map[int][]*pin{}, tracks: map[int]int{}}
			known[id] = n
			m.nets = append(m.nets, n)
		}
		n.flows = append(n.flows, f)
		n.add(from)
	}
	for _, n := range m.nets {
		n.setLabel()
		for c := range m.columns {
			if n.spans(c) {
				i := &item{net: n, column: c}
				n.passes[c] = i
				m.columns[c].items = append(m.columns[c].items, i)
			}
		}
	}
}

// setLabel writes the label of the net. In a summary it counts the pairs and has all services.
func (n *net) setLabel() {
	all := *n.flows[0]
	n.label = all.Label()
	if all.Pairs == 0 {
		return
	}
	pairs := 0
	for _, f := range n.flows {
		pairs += f.Pairs
		all.Traffic = all.Traffic.Union(f.Traffic)
	}
	n.label = fmt.Sprintf("%d pairs: %s", pairs, all.Label())
	if pairs == 1 {
		n.label = "1 pair: " + all.Label()
	}
}

func (n *net) add(from *item) {
	for _, s := range n.sources {
		if s == from {
			return
		}
	}
	n.sources = append(n.sources, from)
}

// spans reports whether the net passes a column.
func (n *net) spans(c int) bool {
	for _, s := range n.sources {
		if s.column < c && c < n.target.column || n.target.column < c && c < s.column {
			return true
		}
	}
	return false
}

// link is a part of a net in one channel: from an item to the next one on the way to the target.
type link struct {
	net      *net
	from, to *item
}

// links returns the parts of all nets in the channel between column k and column k+1. Parts within column k are in this channel too.
func (m *maker) links(k int) []link {
	var out []link
	for _, n := range m.nets {
		near, far := k, k+1 // The net leads from near to far.
		if !n.toLeft {
			near, far = k+1, k
		}
		to := n.at(far)
		if to == nil {
			continue
		}
		for _, s := range n.sources {
			if s.column == near || !n.toLeft && s.column == far && n.target.column == far {
				out = append(out, link{n, s, to})
			}
		}
		if p := n.passes[near]; p != nil {
			out = append(out, link{n, p, to})
		}
	}
	return out
}

// at returns where the net is in a column: its target, or itself passing. It returns nil if it does not get there.
func (n *net) at(c int) *item {
	if n.target.column == c {
		return n.target
	}
	if p := n.passes[c]; p != nil {
		return p
	}
	return nil
}
