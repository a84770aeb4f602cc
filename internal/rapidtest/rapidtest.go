// Package rapidtest runs the tests of packages whose random cases take long.
package rapidtest

import (
	"flag"
	"os"
	"runtime/debug"
	"strconv"
	"testing"
)

// Main runs the tests of a package with 25 random cases in place of rapid's 100. With -rapid.checks 100, as in .ci/run, it takes all. As in
// the command, garbage is collected later than Go does, because the heap is small.
func Main(m *testing.M) { Cases(m, 25) }

// Cases is as Main, with another number of random cases.
func Cases(m *testing.M, count int) {
	debug.SetGCPercent(400)
	if err := flag.Set("rapid.checks", strconv.Itoa(count)); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// Checks returns how many random cases a test gets. With -short, rapid takes a fifth of them.
func Checks() int {
	n, _ := strconv.Atoi(flag.Lookup("rapid.checks").Value.String()) // rapid's flag is a number.
	if testing.Short() {
		return n / 5
	}
	return n
}
