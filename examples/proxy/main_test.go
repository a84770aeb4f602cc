package main

import (
	"testing"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestProxy(t *testing.T) {
	stack := tierstest.Stack(t)
	declare(stack)
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}
