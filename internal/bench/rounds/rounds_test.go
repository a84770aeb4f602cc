package rounds_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/bench/rounds"
)

func TestCompare(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what takes a second")
	}
	sleep := func(ms time.Duration) func() { return func() { time.Sleep(ms * time.Millisecond) } }
	result := testing.Benchmark(func(b *testing.B) {
		rounds.Compare(b, sleep(2), sleep(12), rounds.Peer{Name: "peer", Do: sleep(22)})
	})
	assert.InDelta(t, 0.5, result.Extra["to-peer"], 0.2)
	assert.GreaterOrEqual(t, result.Extra["base-ms"], 2.0)
	assert.GreaterOrEqual(t, result.Extra["tierwall-ms"], 12.0)
	assert.GreaterOrEqual(t, result.Extra["peer-ms"], 22.0)
}

func TestMedian(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 2.0, rounds.Median([]float64{3, 1, 2}), 0)
	assert.InDelta(t, 2.5, rounds.Median([]float64{4, 1, 3, 2}), 0)
}
