package upgrade_test

import (
	"flag"
	"testing"
)

// TestMain lowers the default number of random cases, because each case renders, reads and compares two templates. For
// the whole number, run the tests with -rapid.checks 100, as .ci/run does.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	m.Run()
}
