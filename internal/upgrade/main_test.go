package upgrade_test

import (
	"testing"

	"github.com/tierwall/tierwall/internal/rapidtest"
)

// Twelve cases are enough without a flag: each edit of an architecture has as many.
func TestMain(m *testing.M) { rapidtest.Cases(m, 12) }
