package layout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
	"github.com/tierwall/tierwall/internal/traffic"
)

// pictures draws pictures with boxes in all lanes and flows in all directions, also from a box to itself.
func pictures(t *rapid.T) *picture.Picture {
	p := &picture.Picture{Title: "random", Summary: "summary", Notes: rapid.SliceOfN(rapid.Just("note"), 0, 3).Draw(t, "notes")}
	for i := range rapid.IntRange(1, 30).Draw(t, "boxes") {
		p.Boxes = append(p.Boxes, picture.Box{
			ID: fmt.Sprintf("box%d", i), Lane: picture.Lane(rapid.IntRange(0, 7).Draw(t, "lane")),
			Name:  rapid.SampledFrom([]string{"App", "a name that is much too long for its box", "データベース"}).Draw(t, "name"),
			Holds: rapid.SliceOfN(rapid.SampledFrom([]string{"instance", "a long line about what stands in the box"}), 0, 3).Draw(t, "holds"),
		})
	}
	for range rapid.IntRange(0, 60).Draw(t, "flows") {
		port := rapid.IntRange(1, 4).Draw(t, "port")
		p.Flows = append(p.Flows, picture.Flow{
			From: rapid.SampledFrom(p.Boxes).Draw(t, "from").ID, To: rapid.SampledFrom(p.Boxes).Draw(t, "to").ID,
			Traffic: traffic.Ports(6, port, port), State: picture.State(rapid.IntRange(0, 4).Draw(t, "state")),
			Inspected: rapid.Bool().Draw(t, "inspected"), Exception: rapid.IntRange(0, 4).Draw(t, "exception") == 0,
		})
	}
	p.Sort()
	return p
}

func overlap(a, b layout.Rect) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

func contains(a, b layout.Rect) bool {
	return a.X <= b.X && a.Y <= b.Y && b.X+b.W <= a.X+a.W && b.Y+b.H <= a.Y+a.H
}

// segments returns the straight parts of a net's lines.
func segments(n *layout.Net) [][2]layout.Point {
	var out [][2]layout.Point
	for _, path := range n.Paths {
		for i := 1; i < len(path); i++ {
			out = append(out, [2]layout.Point{path[i-1], path[i]})
		}
	}
	return out
}

// area returns the area that a segment takes, a little thinner than the line.
func area(s [2]layout.Point) layout.Rect {
	x, y := min(s[0].X, s[1].X), min(s[0].Y, s[1].Y)
	return layout.Rect{X: x + 0.3, Y: y + 0.3, W: max(s[0].X, s[1].X) - x - 0.6, H: max(s[0].Y, s[1].Y) - y - 0.6}
}

// TestPlaces checks random layouts: nothing overlaps, everything is on the canvas, and lines lead from box to box.
func TestPlaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := pictures(t)
		l := layout.Make(p)
		canvas := layout.Rect{W: l.Width, H: l.Height}
		require.Len(t, l.Boxes, len(p.Boxes))
		for i, a := range l.Boxes {
			assert.True(t, contains(canvas, a.Rect), "%s is on the canvas", a.ID)
			for _, b := range l.Boxes[:i] {
				require.False(t, overlap(a.Rect, b.Rect), "%s and %s overlap", a.ID, b.ID)
			}
		}
		checkLanes(t, l)
		flows := 0
		for i := range l.Nets {
			flows += len(l.Nets[i].Flows)
			checkLines(t, l, &l.Nets[i], canvas)
			checkLabel(t, l, i, canvas)
		}
		assert.Equal(t, len(p.Flows), flows, "every flow is drawn once")
	})
}

// checkLanes checks that boxes are in the background of their lane, and that these do not overlap.
func checkLanes(t *rapid.T, l *layout.Layout) {
	for i, a := range l.Lanes {
		for _, b := range l.Lanes[:i] {
			assert.False(t, overlap(a.Rect, b.Rect), "%s and %s overlap", a.Lane, b.Lane)
		}
		for _, b := range l.Boxes {
			if b.Lane == a.Lane {
				assert.True(t, contains(a.Rect, b.Rect), "%s is in %s", b.ID, a.Lane)
			}
		}
	}
}

// checkLines checks that lines avoid boxes, and that each flow leads from the side of its box to the side of the other.
func checkLines(t *rapid.T, l *layout.Layout, n *layout.Net, canvas layout.Rect) {
	boxes := map[string]layout.Rect{}
	for _, b := range l.Boxes {
		boxes[b.ID] = b.Rect
		for _, s := range segments(n) {
			require.False(t, overlap(area(s), b.Rect), "a line to %s runs through %s: %v", n.Flows[0].To, b.ID, s)
		}
	}
	for _, s := range segments(n) {
		require.True(t, s[0].X == s[1].X || s[0].Y == s[1].Y, "lines are horizontal or vertical")
		require.True(t, contains(canvas, area(s)), "lines are on the canvas")
	}
	require.Len(t, n.Routes, len(n.Flows))
	for i, f := range n.Flows {
		route := n.Routes[i]
		assert.True(t, atSide(route[0], boxes[f.From]), "the line of %s -> %s begins at its box: %v", f.From, f.To, route)
		assert.True(t, atSide(route[len(route)-1], boxes[f.To]), "the line of %s -> %s ends at its box: %v", f.From, f.To, route)
	}
}

// atSide reports whether a point is at the left or right side of a box, not at a corner.
func atSide(p layout.Point, r layout.Rect) bool {
	return (p.X == r.X || p.X == r.X+r.W) && r.Y+2 <= p.Y && p.Y <= r.Y+r.H-2
}

// checkLabel checks that a label meets no box, no other label, no gate and no line but its own.
func checkLabel(t *rapid.T, l *layout.Layout, i int, canvas layout.Rect) {
	label := l.Nets[i].Label
	assert.True(t, contains(canvas, label.Rect), "the label %q is on the canvas", label.Text)
	for _, b := range l.Boxes {
		assert.False(t, overlap(label.Rect, b.Rect), "the label %q and box %s overlap", label.Text, b.ID)
	}
	for k := range l.Nets {
		if k == i {
			continue
		}
		other := &l.Nets[k]
		assert.False(t, overlap(label.Rect, other.Label.Rect), "the labels %q and %q overlap", label.Text, other.Label.Text)
		assert.False(t, other.Gate.W > 0 && overlap(label.Rect, other.Gate), "the label %q and a gate overlap", label.Text)
		for _, s := range segments(other) {
			assert.False(t, overlap(label.Rect, area(s)), "the label %q and a line to %s overlap", label.Text, other.Flows[0].To)
		}
	}
}

// TestLinesApart checks that lines of different nets never lie on each other: they cross at right angles, or keep their distance.
func TestLinesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := layout.Make(pictures(t))
		nets := make([][][2]layout.Point, len(l.Nets))
		for i := range l.Nets {
			nets[i] = segments(&l.Nets[i])
			for k := range i {
				for _, a := range nets[i] {
					for _, b := range nets[k] {
						assert.False(t, onEachOther(a, b), "lines to %s and %s lie on each other: %v and %v",
							l.Nets[i].Flows[0].To, l.Nets[k].Flows[0].To, a, b)
					}
				}
			}
		}
	})
}

// onEachOther reports whether two segments of the same direction share more than a point.
func onEachOther(a, b [2]layout.Point) bool {
	turned := func(s [2]layout.Point) [2]layout.Point {
		return [2]layout.Point{{X: s[0].Y, Y: s[0].X}, {X: s[1].Y, Y: s[1].X}}
	}
	isFlat := func(s [2]layout.Point) bool { return s[0].Y == s[1].Y }
	if isFlat(a) != isFlat(b) {
		return false
	}
	if !isFlat(a) {
		a, b = turned(a), turned(b)
	}
	from, to := max(min(a[0].X, a[1].X), min(b[0].X, b[1].X)), min(max(a[0].X, a[1].X), max(b[0].X, b[1].X))
	return to-from > 0.5 && max(a[0].Y-b[0].Y, b[0].Y-a[0].Y) < 1
}

// TestSameBytes checks that the order of boxes and flows does not matter.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := pictures(t)
		q := *p
		q.Boxes = rapid.Permutation(p.Boxes).Draw(t, "boxes in another order")
		q.Flows = rapid.Permutation(p.Flows).Draw(t, "flows in another order")
		q.Sort()
		a, b := layout.Make(p), layout.Make(&q)
		assert.Equal(t, a.Boxes, b.Boxes)
		assert.Equal(t, a.Nets, b.Nets)
	})
}

// TestPairsInLabels: in a summary, the label of a line counts the pairs of its flows.
func TestPairsInLabels(t *testing.T) {
	t.Parallel()
	p := picturetest.Large(t, 200)
	p.Fold(picture.IsLarge)
	for _, n := range layout.Make(p).Nets {
		pairs := 0
		for _, f := range n.Flows {
			pairs += f.Pairs
		}
		if pairs > 1 {
			assert.True(t, strings.HasPrefix(n.Label.Text, fmt.Sprintf("%d pairs: ", pairs)), "%s for %d pairs", n.Label.Text, pairs)
		}
	}
}

// TestLongLines: a line of a box that is too long breaks after a comma, or else at a space, so that it need not be cut.
func TestLongLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"load balancer, 2 zones":                               {"load balancer, 2 zones"},
		"3 × Lambda function, 2 zones":                         {"3 × Lambda function,", "2 zones"},
		"Balancer1, Balancer10 and 10 more":                    {"Balancer1,", "Balancer10 and 10 more"},
		"a line without any comma that is long":                {"a line without any comma", "that is long"},
		"10.0.48.0/22 NetworkSubnetsBlock3Slot0Subnet631642AD": {"10.0.48.0/22 NetworkSubnet…"},
		"one-word-that-is-much-longer-than-a-box-is-wide":      {"one-word-that-is-much-long…"},
		"データベースデータベースデータベース":                                   {"データベースデータベースデー…"},
	} {
		l := layout.Make(&picture.Picture{Boxes: []picture.Box{{ID: "a", Name: "A", Holds: []string{text}}}})
		assert.Equal(t, want, l.Boxes[0].Lines)
	}
}
