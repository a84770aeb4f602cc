package layout

import "github.com/tierwall/tierwall/internal/picture"

// maxDepth is how many columns a lane has at most.
const maxDepth = 3

// groups are the lanes that stand in the same columns, one below the other.
var groups = [][]picture.Lane{
	{picture.Outside}, {picture.Edge, picture.Bastion}, {picture.Web}, {picture.App}, {picture.Data}, {picture.Endpoint, picture.Reached},
}

// makeColumns puts the boxes into columns.
func (m *maker) makeColumns() {
	for i := range m.picture.Boxes {
		b := &m.picture.Boxes[i]
		m.items[b.ID] = &item{box: b}
	}
	depth := m.depths()
	for _, lanes := range groups {
		columns := make([]*column, maxDepth)
		for _, lane := range lanes {
			for i := range m.picture.Boxes {
				b := &m.picture.Boxes[i]
				if b.Lane != lane {
					continue
				}
				d := depth[b.ID]
				if columns[d] == nil {
					columns[d] = &column{lane: lane}
				}
				columns[d].items = append(columns[d].items, m.items[b.ID])
			}
		}
		for _, c := range columns {
			if c == nil {
				continue
			}
			for _, i := range c.items {
				i.column = len(m.columns)
			}
			m.columns = append(m.columns, c)
		}
	}
}

// depths returns how many boxes of the same lane lead to each box, one calling the next. Calls in a circle count as far as they are found
// first.
func (m *maker) depths() map[string]int {
	callers := map[string][]string{}
	for _, f := range m.picture.Flows {
		from, to := m.items[f.From].box.Lane, m.items[f.To].box.Lane
		if from == to && f.From != f.To && (from == picture.Web || from == picture.App || from == picture.Data) {
			callers[f.To] = append(callers[f.To], f.From)
		}
	}
	depth, open := map[string]int{}, map[string]bool{}
	var visit func(string) int
	visit = func(id string) int {
		if d, done := depth[id]; done {
			return d
		}
		open[id] = true
		d := 0
		for _, caller := range callers[id] {
			if !open[caller] {
				d = max(d, visit(caller)+1)
			}
		}
		depth[id], open[id] = min(d, maxDepth-1), false
		return depth[id]
	}
	for _, b := range m.picture.Boxes {
		visit(b.ID)
	}
	return depth
}
