package main

import (
	"testing"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestResponse(t *testing.T) {
	stack := tierstest.Stack(t)
	answer(stack, declare(stack))
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}

// TestTrap: the web ACL blocks requests for the path of the trap, and no others.
func TestTrap(t *testing.T) {
	stack := tierstest.Stack(t)
	answer(stack, declare(stack))
	tierstest.RequireRequests(t, stack, "shop", []tierstest.Request{
		{Path: "/wp-login.php?a=b", From: "198.51.100.7", Want: "Block by Trap"},
		{Path: "/orders", From: "198.51.100.7", Want: "Allow by default"},
	})
}
