package app

import (
	"runtime/debug"
	"testing"

	"github.com/tierwall/tierwall/internal/rapidtest"
)

// TestMain collects garbage as seldom as the command does.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	rapidtest.Main(m)
}
