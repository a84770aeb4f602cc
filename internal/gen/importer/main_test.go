package importer_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain collects garbage as seldom as the command does. A quarter of the time of these tests was collection.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
