package mermaid_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/mermaid"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden compares flowcharts with the expected ones.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*picture.Picture{"sample.mmd": picturetest.Sample(), "hostile.mmd": picturetest.Hostile()} {
		got := mermaid.Write(p)
		if *update {
			require.NoError(t, os.WriteFile("testdata/"+name, []byte(got), 0o644))
		}
		want, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, name)
	}
}

// lines are the only lines that a flowchart may have. Texts have letters, digits, harmless characters and entity codes only.
var lines = regexp.MustCompile(`^(` + strings.Join([]string{
	`flowchart LR`, `  acc(Title|Descr): [\pL\pN ,.\-/]*`, `  subgraph lane_[a-z]+\["TEXT"\]`, `  end`,
	`    b\d+\["TEXT(<br/>TEXT)*"\]:::[a-z]+`,
	`  b\d+ (-->|==>|-\.->|-\.-x)\|"TEXT"\| b\d+`, `  classDef [a-z]+ stroke:#[0-9a-f]{6},stroke-width:2px`,
	`  notes\["TEXT(<br/>TEXT)*"\]:::note`, `  classDef note stroke-dasharray:3 3`,
	`  linkStyle \d+(,\d+)* stroke:#[0-9a-f]{6},stroke-width:[34]px`,
}, "|") + `)$`)

// TestHostile checks that hostile names are inert: no line has anything but its own syntax and escaped text.
func TestHostile(t *testing.T) {
	t.Parallel()
	const text = `([\pL\pN ,_.\-/…]|�|#\d+;)*`
	allowed := regexp.MustCompile(strings.ReplaceAll(lines.String(), "TEXT", text))
	for _, p := range []*picture.Picture{picturetest.Hostile(), picturetest.Sample()} {
		for _, line := range strings.Split(strings.TrimSuffix(mermaid.Write(p), "\n"), "\n") {
			assert.Regexp(t, allowed, line)
		}
	}
}

// TestSize checks that the flowchart of 200 tiers is one that GitHub shows.
func TestSize(t *testing.T) {
	t.Parallel()
	p := picturetest.Large(t, 200)
	p.Fold(mermaid.IsLarge)
	assert.Less(t, len(mermaid.Write(p)), 50_000)
	assert.LessOrEqual(t, len(p.Flows), 500)
	long := &picture.Picture{}
	for i := range 700 {
		name := strings.Repeat("<", 100) + string(rune('a'+i%26))
		long.Boxes = append(long.Boxes, picture.Box{ID: strings.Repeat("i", i+1), Lane: picture.Lane(i % 8), Name: name, Holds: []string{name}})
	}
	require.True(t, mermaid.IsLarge(long))
	long.Fold(mermaid.IsLarge)
	assert.False(t, mermaid.IsLarge(long), "%d boxes", len(long.Boxes))
}
