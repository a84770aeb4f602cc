// Package parallel does independent work on all processors at once.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls f with each number from 0 to n-1, and returns when all calls have returned. The calls must not share what they change. Whoever
// needs an order reads the results in the order of the numbers.
func Do(n int, f func(i int)) {
	var next atomic.Int64
	work := func() {
		for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
			f(int(i))
		}
	}
	var others sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
