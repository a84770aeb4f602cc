package layout

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/picture"
)

// Layout is a picture with a place for everything in it. Lengths are in pixels of CSS; Y grows downwards.
type Layout struct {
	Picture       *picture.Picture
	Width, Height float64
	Lanes         []Lane
	Boxes         []Box
	Nets          []Net
}

// Point is a place.
type Point struct{ X, Y float64 }

// Rect is an area.
type Rect struct{ X, Y, W, H float64 }

// Lane is the background of the boxes of one lane.
type Lane struct {
	picture.Lane
	Rect
}

// Box is a box with its place and the lines of text in it.
type Box struct {
	*picture.Box
	Rect
	Title string
	Lines []string
}

// Net is the line of all flows with the same target and label.
type Net struct {
	Flows []*picture.Flow
	// Paths are polylines with horizontal and vertical parts. Together they are a tree that leads from the sources to the target; the last
	// path ends at the target.
	Paths [][]Point
	// Routes are the ways of the single flows, in the order of Flows.
	Routes [][]Point
	Label  Label
	// Gate is where the line passes the firewall, if the flows are inspected.
	Gate Rect
}

// Label is the text at the end of a net.
type Label struct {
	Text string
	Rect
}

// maker holds the making of one layout.
type maker struct {
	picture *picture.Picture
	columns []*column
	items   map[string]*item // boxes by id
	nets    []*net
}

// column is a list of boxes and passing lines from top to bottom.
type column struct {
	lane  picture.Lane // of its first box
	items []*item
	x     float64
}

// item is a box, or a line that passes a column.
type item struct {
	box    *picture.Box // nil for a line
	net    *net         // of a line
	column int
	index  int
	// toLeft and toRight are what the item is linked to in the channels beside it.
	toLeft, toRight []*item
	y, h            float64
	left            []*pin // from top to bottom
	right           []*pin
	title           string
	lines           []string
}

func (i *item) center() float64 { return i.y + i.h/2 }

// Make places a picture.
func Make(p *picture.Picture) *Layout {
	m := &maker{picture: p, items: map[string]*item{}}
	m.makeColumns()
	m.makeNets()
	m.order()
	m.addPins()
	m.setHeights()
	m.spread()
	m.straighten()
	m.setAllTracks()
	return m.place()
}

func sortBy[T any, K cmp.Ordered](list []T, key func(T) K) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
