package main

import (
	"testing"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestShop(t *testing.T) {
	for name, env := range map[string]environment{
		"production": {cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, nat: tiers.NATPerZone, production: true},
		"test":       {cidr: "10.1.0.0/16", zones: []string{"eu-west-1a"}, nat: tiers.NATSingle},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			shop(stack, env)
			tierstest.Snapshot(t, stack)
		})
	}
}
