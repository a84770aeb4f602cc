package picture_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
	"github.com/tierwall/tierwall/internal/traffic"
)

// pairs lists who reaches whom by names, with folded boxes taken apart.
func pairs(p *picture.Picture) []string {
	names := func(id string) []string {
		b := p.Box(id)
		if len(b.Names) > 0 {
			return b.Names
		}
		return []string{b.Name}
	}
	var out []string
	for _, f := range p.Flows {
		for _, from := range names(f.From) {
			for _, to := range names(f.To) {
				out = append(out, fmt.Sprint(from, " -> ", to, " ", f.Traffic, " ", f.Label(), " ", f.Inspected))
			}
		}
	}
	slices.Sort(out)
	return out
}

// small draws pictures of few boxes that often exchange the same.
func small(t *rapid.T) *picture.Picture {
	p := &picture.Picture{}
	for i := range rapid.IntRange(1, 12).Draw(t, "boxes") {
		lane := picture.Lane(rapid.IntRange(2, 5).Draw(t, "lane"))
		p.Boxes = append(p.Boxes, picture.Box{ID: fmt.Sprintf("box%d", i), Lane: lane, Name: fmt.Sprintf("Name%d", i)})
	}
	seen := map[string]bool{}
	for range rapid.IntRange(0, 25).Draw(t, "flows") {
		f := picture.Flow{From: rapid.SampledFrom(p.Boxes).Draw(t, "from").ID, To: rapid.SampledFrom(p.Boxes).Draw(t, "to").ID,
			Traffic: traffic.Ports(6, 443, 443), Inspected: rapid.Bool().Draw(t, "inspected")}
		if key := fmt.Sprint(f.From, f.To, f.Inspected); !seen[key] {
			seen[key] = true
			p.Flows = append(p.Flows, f)
		}
	}
	p.Sort()
	return p
}

// TestTwinsLoseNothing checks that joining boxes that are alike keeps who reaches whom.
func TestTwinsLoseNothing(t *testing.T) {
	t.Parallel()
	folded := 0
	rapid.Check(t, func(t *rapid.T) {
		p := small(t)
		before, boxes := pairs(p), len(p.Boxes)
		once := true
		p.Fold(func(*picture.Picture) bool { // Too large at first, and no more after the first step.
			large := once
			once = false
			return large
		})
		assert.Equal(t, before, pairs(p))
		folded += boxes - len(p.Boxes)
	})
	assert.Positive(t, folded)
}

// TestSummaryCounts checks that a summary counts each pair once, has no pair that is not there, and leaves the internet alone.
func TestSummaryCounts(t *testing.T) {
	t.Parallel()
	p := picturetest.Large(t, 200)
	flows := len(p.Flows)
	p.Fold(picture.IsLarge)
	require.False(t, picture.IsLarge(p))
	size := map[string]int{}
	for _, b := range p.Boxes {
		size[b.ID] = max(1, len(b.Names))
	}
	total := 0
	for _, f := range p.Flows {
		if f.Pairs == 0 {
			total += size[f.From] * size[f.To]
		}
		total += f.Pairs
		assert.LessOrEqual(t, f.Pairs, size[f.From]*size[f.To])
	}
	assert.Equal(t, flows, total)
	assert.True(t, slices.ContainsFunc(p.Boxes, func(b picture.Box) bool { return b.Name == picture.Internet && len(b.Names) == 0 }))
	assert.True(t, strings.HasPrefix(p.Notes[0], "This is a summary: "), p.Notes)
}

// TestAround keeps a tier, its neighbours and what they exchange with it.
func TestAround(t *testing.T) {
	t.Parallel()
	p := picturetest.Sample()
	require.Empty(t, p.Around([]string{"WEB"}))
	var names []string
	for _, b := range p.Boxes {
		names = append(names, b.Name)
	}
	assert.Equal(t, []string{"Balancer", "Bastion", "Web", "App", "Database"}, names)
	assert.Len(t, p.Flows, 4)
	assert.Equal(t, []string{"Nobody"}, picturetest.Sample().Around([]string{"Web", "Nobody"}))
}

// TestServices names the services of labels.
func TestServices(t *testing.T) {
	t.Parallel()
	tcp := func(port int) traffic.Set { return traffic.Ports(6, port, port) }
	for want, set := range map[string]traffic.Set{
		"https": tcp(443), "tcp/8080": tcp(8080), "http, https": tcp(80).Union(tcp(443)),
		"ssh, http, https": tcp(22).Union(tcp(80)).Union(tcp(443)), "all traffic": traffic.Everything(),
		"ssh, http, 2 more": tcp(22).Union(tcp(80)).Union(tcp(443)).Union(tcp(8080)),
	} {
		assert.Equal(t, want, picture.Services(set))
	}
}
