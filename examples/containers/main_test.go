package main

import (
	"testing"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestContainers(t *testing.T) {
	stack := tierstest.Stack(t)
	p := declare(stack)
	apply(stack, p, newCluster(stack, p))
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}
