package page

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/picture"
)

// matrix is who opens connections to whom: a row for each box that opens some, a column for each box that accepts some.
type matrix struct {
	Columns []axis
	Rows    []row
}

// axis is the head of a row or a column.
type axis struct {
	Name, Title, Lane string
	Count             int // of cells that hold something
}

type row struct {
	axis
	Cells []cell
}

// cell is a place of the matrix; Pair is nil if nothing is carried.
type cell struct{ Pair *pair }

// matrix makes the matrix of the pairs. The boxes are in the order of trust, as in the picture, and then in the order in which people
// count.
func (m *maker) matrix() matrix {
	var out matrix
	opens, accepts := map[string]int{}, map[string]int{}
	for key := range m.pairs {
		opens[key[0]]++
		accepts[key[1]]++
	}
	boxes := slices.Clone(m.Survey.Picture.Boxes)
	slices.SortStableFunc(boxes, func(a, b picture.Box) int { return cmp.Or(cmp.Compare(a.Lane, b.Lane), fold.Compare(a.Name, b.Name)) })
	for _, b := range boxes {
		if accepts[b.ID] > 0 {
			out.Columns = append(out.Columns, axisOf(b, accepts[b.ID]))
		}
	}
	for _, from := range boxes {
		if opens[from.ID] == 0 {
			continue
		}
		r := row{axis: axisOf(from, opens[from.ID])}
		for _, to := range boxes {
			if accepts[to.ID] > 0 {
				r.Cells = append(r.Cells, cell{m.pairs[[2]string{from.ID, to.ID}]})
			}
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

func axisOf(b picture.Box, count int) axis {
	a := axis{Name: b.Name, Title: b.ID, Lane: b.Lane.String(), Count: count}
	if !b.Lane.IsInside() {
		a.Title = b.Name
	}
	return a
}
