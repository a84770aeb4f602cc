// Package rapidtest makes tests faster: fewer random cases by default, and less collection of garbage.
package rapidtest

import (
	"flag"
	"os"
	"runtime/debug"
	"strconv"
	"testing"
)

// Main runs the tests of a package with 25 random cases in place of rapid's 100. With -rapid.checks 100, as in .ci/run, it takes all. It
// also calls [CollectSeldom].
func Main(m *testing.M) { Cases(m, 25) }

// Cases is as Main, with another number of random cases.
func Cases(m *testing.M, count int) {
	if err := flag.Set("rapid.checks", strconv.Itoa(count)); err != nil {
		panic(err)
	}
	CollectSeldom()
	os.Exit(m.Run())
}

// CollectSeldom makes Go collect garbage as seldom as the command does: heaps of tests are small, and a quarter of their time is
// collection. Benchmarks collect as Go does, because they measure the heap.
func CollectSeldom() {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		debug.SetGCPercent(400)
	}
}

// Checks returns how many random cases a test gets. With -short, rapid takes a fifth of them.
func Checks() int {
	n, _ := strconv.Atoi(flag.Lookup("rapid.checks").Value.String()) // rapid's flag is a number.
	if testing.Short() {
		return n / 5
	}
	return n
}
