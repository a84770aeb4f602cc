package engine

import (
	"os"
	"testing"
)

// Require skips a test if Suricata is not installed. In CI, the test fails instead.
func Require(t testing.TB) {
	t.Helper()
	if Installed() {
		return
	}
	if os.Getenv("TIERWALL_CI") != "" {
		t.Fatal("suricata is not installed")
	}
	t.Skip("suricata is not installed; Debian's bookworm-backports has version 7")
}
