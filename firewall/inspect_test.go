package firewall_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestInspect(t *testing.T) {
	stack := tierstest.Stack(t)
	n := shop(stack)
	firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.Ingress | firewall.EastWest})
	all := resources(t, stack)
	assert.Len(t, of(all, "NetworkFirewall::Firewall"), 1)
	assert.Len(t, of(all, "NetworkFirewall::VpcEndpointAssociation"), 2)
	assert.Len(t, of(all, "NetworkFirewall::RuleGroup"), 2)
	_ = tiers.Internet
	require.NotNil(t, n)
}
