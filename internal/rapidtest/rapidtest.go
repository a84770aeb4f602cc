// Package rapidtest runs the tests of packages whose random cases take long.
package rapidtest

import (
	"flag"
	"os"
	"testing"
)

// Main runs the tests of a package with 25 random cases in place of rapid's 100. With -rapid.checks 100, as in .ci/run, it takes all.
func Main(m *testing.M) {
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
