package parallel

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDo(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 1000} {
		calls := make([]int, n)
		Do(n, func(i int) { calls[i]++ })
		for i, count := range calls {
			assert.Equal(t, 1, count, i)
		}
	}
}

// TestAtOnce: two calls wait for each other, so that neither returns unless both run.
func TestAtOnce(t *testing.T) {
	if before := runtime.GOMAXPROCS(0); before < 2 {
		runtime.GOMAXPROCS(2)
		defer runtime.GOMAXPROCS(before)
	}
	meet := make(chan int)
	Both(func() { meet <- 1 }, func() { assert.Equal(t, 1, <-meet) })
}
