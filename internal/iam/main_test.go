package iam_test

import (
	"flag"
	"testing"
)

// TestMain lowers the default number of random policies, because each is evaluated for every request. For the whole number,
// run the tests with -rapid.checks 100, as .ci/run does.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "40"); err != nil {
		panic(err)
	}
	m.Run()
}
