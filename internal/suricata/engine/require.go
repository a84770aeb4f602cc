package engine

import (
	"os"
	"testing"
)

// Require skips a test with -short, or if Suricata is not installed. If it is not installed in CI, the test fails instead.
func Require(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what needs Suricata")
	}
	if Installed() {
		return
	}
	if os.Getenv("TIERWALL_CI") != "" {
		t.Fatal("suricata is not installed")
	}
	t.Skip("suricata is not installed; Debian's bookworm-backports has version 7")
}
