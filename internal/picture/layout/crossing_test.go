package layout_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
)

// TestCrossings compares the number of crossings that a reader sees with what Graphviz's dot draws for the same boxes in the same columns
// and lanes.
// Flows with the same target and label share one line here, and have a line each in dot.
func TestCrossings(t *testing.T) {
	t.Parallel()
	needsDot(t)
	sizes := []int{6, 9, 12, 16, 20, 25, 30, 35, 40, 50, 60, 80}
	if testing.Short() {
		sizes = sizes[:9]
	}
	var layouts []*layout.Layout
	for _, n := range sizes {
		layouts = append(layouts, layout.Make(picturetest.Large(t, n)))
	}
	ours, theirs := 0, 0
	for i, b := range dotCrossings(t, layouts) {
		n, l := sizes[i], layouts[i]
		a := visible(l)
		t.Logf("%d tiers, %d flows: %d crossings, dot has %d; counted flow by flow: %d", n, len(l.Picture.Flows), a, b, byFlow(l))
		ours, theirs = ours+a, theirs+b
		assert.LessOrEqual(t, float64(a), 1.3*float64(b)+1, "%d tiers", n)
	}
	assert.LessOrEqual(t, ours, theirs, "in all")
}

// needsDot skips a test if dot is missing.
func needsDot(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("dot"); err != nil {
		if os.Getenv("TIERWALL_CI") != "" {
			t.Fatal("dot of Graphviz is missing, and TIERWALL_CI forbids to skip")
		}
		t.Skip("dot of Graphviz is missing: install graphviz")
	}
}

// byFlow counts how often the ways of two flows cross, as if each had a line of its own.
func byFlow(l *layout.Layout) int {
	var lines [][]layout.Point
	var nets []int
	for i := range l.Nets {
		for _, r := range l.Nets[i].Routes {
			lines, nets = append(lines, r), append(nets, i)
		}
	}
	return countCrossings(lines, func(i, k int) bool { return nets[i] == nets[k] })
}

// visible counts the crossings of lines as they are drawn: those of nets.
func visible(l *layout.Layout) int {
	n := 0
	nets := make([][][2]layout.Point, len(l.Nets))
	for i := range l.Nets {
		nets[i] = segments(&l.Nets[i])
		for k := range i {
			for _, a := range nets[i] {
				for _, b := range nets[k] {
					if cross(a[0], a[1], b[0], b[1]) {
						n++
					}
				}
			}
		}
	}
	return n
}

func countCrossings(lines [][]layout.Point, together func(i, k int) bool) int {
	n := 0
	for i := range lines {
		for k := range lines[:i] {
			if together(i, k) {
				continue
			}
			for a := 1; a < len(lines[i]); a++ {
				for b := 1; b < len(lines[k]); b++ {
					if cross(lines[i][a-1], lines[i][a], lines[k][b-1], lines[k][b]) {
						n++
					}
				}
			}
		}
	}
	return n
}

// cross reports whether two segments meet within both.
func cross(a, b, c, d layout.Point) bool {
	side := func(p, q, r layout.Point) float64 { return (q.X-p.X)*(r.Y-p.Y) - (q.Y-p.Y)*(r.X-p.X) }
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

// dotCrossings draws the boxes and flows of layouts with dot, with the same columns, and counts the crossings of each.
func dotCrossings(t *testing.T, layouts []*layout.Layout) []int {
	t.Helper()
	var graphs strings.Builder
	for _, l := range layouts {
		graphs.WriteString(graph(l))
	}
	command := exec.Command("dot", "-Tplain")
	command.Stdin = strings.NewReader(graphs.String())
	out, err := command.Output()
	require.NoError(t, err)
	var counts []int
	var lines [][]layout.Point
	for line := range bytes.Lines(out) {
		fields := strings.Fields(string(line))
		switch {
		case fields[0] == "stop":
			require.Len(t, lines, len(layouts[len(counts)].Picture.Flows))
			counts = append(counts, countCrossings(lines, func(int, int) bool { return false }))
			lines = nil
		case fields[0] == "edge" && fields[len(fields)-1] != "#00000000":
			count, err := strconv.Atoi(fields[3])
			require.NoError(t, err)
			lines = append(lines, curve(t, fields[4:4+2*count]))
		}
	}
	require.Len(t, counts, len(layouts))
	return counts
}

// graph writes a layout in dot's language: a column is a rank, and of two lanes in a column, one is above the other.
func graph(l *layout.Layout) string {
	var b strings.Builder
	b.WriteString("digraph g { rankdir=LR; node [shape=box];\n")
	columns, name := map[float64][]string{}, map[string]string{}
	var xs []float64
	for i, box := range l.Boxes {
		name[box.ID] = fmt.Sprintf("b%d", i)
		if columns[box.X] == nil {
			xs = append(xs, box.X)
		}
		columns[box.X] = append(columns[box.X], name[box.ID])
	}
	for i, x := range xs {
		fmt.Fprintf(&b, "{ rank=same; c%d [style=invis]; %s }\n", i, strings.Join(columns[x], "; "))
		if i > 0 {
			fmt.Fprintf(&b, "c%d -> c%d [color=\"#00000000\"];\n", i-1, i)
		}
	}
	at := map[string]float64{}
	for _, box := range l.Boxes {
		at[box.ID] = box.X
		for _, lower := range l.Boxes { // An edge within a rank leads down.
			if lower.X == box.X && lower.Lane > box.Lane {
				fmt.Fprintf(&b, "%s -> %s [color=\"#00000000\"];\n", name[box.ID], name[lower.ID])
			}
		}
	}
	for _, f := range l.Picture.Flows {
		extra := ""
		if at[f.From] >= at[f.To] {
			extra = " [constraint=false]"
		}
		fmt.Fprintf(&b, "%s -> %s%s;\n", name[f.From], name[f.To], extra)
	}
	return b.String() + "}\n"
}

// curve returns points on the Bézier curves that dot writes.
func curve(t *testing.T, fields []string) []layout.Point {
	t.Helper()
	var control []layout.Point
	for i := 0; i+1 < len(fields); i += 2 {
		x, err := strconv.ParseFloat(fields[i], 64)
		require.NoError(t, err)
		y, err := strconv.ParseFloat(fields[i+1], 64)
		require.NoError(t, err)
		control = append(control, layout.Point{X: x, Y: y})
	}
	out := []layout.Point{control[0]}
	for i := 0; i+3 < len(control); i += 3 {
		for step := 1; step <= 8; step++ {
			s := float64(step) / 8
			weights := [4]float64{(1 - s) * (1 - s) * (1 - s), 3 * s * (1 - s) * (1 - s), 3 * s * s * (1 - s), s * s * s}
			var p layout.Point
			for k, w := range weights {
				p.X, p.Y = p.X+w*control[i+k].X, p.Y+w*control[i+k].Y
			}
			out = append(out, p)
		}
	}
	return out
}

// BenchmarkMake lays out large pictures: folded as users see them, and whole.
func BenchmarkMake(b *testing.B) {
	for _, n := range []int{60, 200} {
		for _, fold := range []bool{true, false} {
			b.Run(fmt.Sprintf("tiers=%d/fold=%v", n, fold), func(b *testing.B) {
				p := picturetest.Large(b, n)
				if fold {
					p.Fold(picture.IsLarge)
				}
				b.ReportAllocs()
				for b.Loop() {
					layout.Make(p)
				}
			})
		}
	}
}
