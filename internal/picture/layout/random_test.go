package layout_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/traffic"
)

// architecture returns the picture of a random architecture of n tiers: each balancer leads to some web tiers, each of these to some app
// tiers, and each of these to some data tiers and to the outside.
func architecture(n int, seed uint64) *picture.Picture {
	random := rand.New(rand.NewPCG(seed, uint64(n)))
	p := &picture.Picture{}
	of := map[picture.Lane][]string{}
	add := func(lane picture.Lane) {
		id := fmt.Sprintf("%s%d", lane, len(of[lane])+1)
		of[lane] = append(of[lane], id)
		p.Boxes = append(p.Boxes, picture.Box{ID: id, Lane: lane, Name: id})
	}
	add(picture.Outside)
	add(picture.Reached)
	kinds := []picture.Lane{picture.Edge, picture.Web, picture.App, picture.Data, picture.Bastion}
	for i := range n {
		kind := picture.App
		switch at := i * 100 / n; {
		case i < len(kinds):
			kind = kinds[i]
		case at < 8:
			kind = picture.Edge
		case at < 32:
			kind = picture.Web
		case at >= 80:
			kind = picture.Data
		}
		add(kind)
	}
	flow := func(from, to string, ports ...int) {
		port := ports[random.IntN(len(ports))]
		p.Flows = append(p.Flows, picture.Flow{From: from, To: to, Traffic: traffic.Ports(6, port, port)})
	}
	some := func(from string, lane picture.Lane, least, most int, ports ...int) {
		for _, i := range random.Perm(len(of[lane]))[:min(len(of[lane]), least+random.IntN(most-least+1))] {
			if to := of[lane][i]; to != from {
				flow(from, to, ports...)
			}
		}
	}
	for _, edge := range of[picture.Edge] {
		flow(of[picture.Outside][0], edge, 443)
		some(edge, picture.Web, 1, 2+len(of[picture.Web])/4, 443, 8080)
	}
	for _, web := range of[picture.Web] {
		some(web, picture.App, 1, 3, 443, 8080, 8443)
	}
	for _, app := range of[picture.App] {
		some(app, picture.Data, 0, 2, 5432)
		if random.IntN(3) == 0 {
			some(app, picture.App, 1, 1, 8080)
			flow(app, of[picture.Reached][0], 443)
		}
	}
	for _, bastion := range of[picture.Bastion] {
		flow(of[picture.Outside][0], bastion, 22)
		some(bastion, picture.App, 1, 2, 22)
	}
	p.Sort()
	return p
}

// TestCrossingsOfMany compares crossings with dot's for many random architectures of each size: as they are drawn, and flow by flow.
func TestCrossingsOfMany(t *testing.T) {
	t.Parallel()
	needsDot(t)
	const seeds = 9
	sizes := []int{3, 6, 12, 20, 40, 60}
	if testing.Short() {
		sizes = sizes[:5]
	}
	for _, n := range sizes {
		var layouts []*layout.Layout
		for seed := range seeds {
			layouts = append(layouts, layout.Make(architecture(n, uint64(seed))))
		}
		var drawn, single []float64
		ours, each, theirs, flows := 0, 0, 0, 0
		for i, dot := range dotCrossings(t, layouts) {
			l := layouts[i]
			a, b := visible(l), byFlow(l)
			ours, each, theirs, flows = ours+a, each+b, theirs+dot, flows+len(l.Picture.Flows)
			drawn, single = append(drawn, ratio(a, dot)), append(single, ratio(b, dot))
		}
		slices.Sort(drawn)
		slices.Sort(single)
		t.Logf("%d tiers, %d flows: %d crossings, flow by flow %d, dot has %d; ratio to dot's: median %.2f, worst %.2f; flow by flow %.2f, %.2f",
			n, flows/seeds, ours/seeds, each/seeds, theirs/seeds, drawn[seeds/2], drawn[seeds-1], single[seeds/2], single[seeds-1])
		assert.LessOrEqual(t, drawn[seeds/2], 1.1, "%d tiers", n)
	}
}

// ratio compares two numbers of crossings; one crossing more or less does not matter.
func ratio(ours, theirs int) float64 { return float64(ours+1) / float64(theirs+1) }

// BenchmarkGrowth lays out random architectures whole.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{10, 30, 100, 300} {
		b.Run(fmt.Sprintf("tiers=%d", n), func(b *testing.B) {
			p := architecture(n, 1)
			b.ReportMetric(float64(len(p.Flows)), "flows")
			for b.Loop() {
				layout.Make(p)
			}
		})
	}
}
