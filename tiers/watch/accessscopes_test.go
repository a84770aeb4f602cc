package watch_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// scoped declares a network with flows of all kinds to and from the outside.
func scoped(stack awscdk.Stack) *tiers.Network {
	n := watched(stack)
	office := tiers.PrefixList("pl-0123456789abcdef0", 10)
	bastion, app := tiers.NewBastionTier(n, "Bastion", nil), n.Node().FindChild(new("App")).(*tiers.AppTier)
	bastion.AllowFrom(office, tiers.SSH)
	bastion.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH)
	bastion.AllowTo(app, tiers.SSH)
	app.AllowTo(tiers.CIDR("198.51.100.0/24"), tiers.TCP(8443, 9000), tiers.Because("partner"))
	app.AllowTo(tiers.CIDR("198.51.100.0/24"), tiers.UDPRange(5000, 5010), tiers.Because("partner"))
	return n
}

// TestAccessScopes: the scopes of a network with everything. A second synthesis makes the same ones.
func TestAccessScopes(t *testing.T) {
	stack := tierstest.Stack(t)
	s := watch.AccessScopes(scoped(stack), nil)
	template := tierstest.Template(t, stack)
	goldenOf(t, template, "NetworkAccessScopes")
	tierstest.RequireExact(t, stack)
	requireSameAgain(t, stack, template)
	assert.Equal(t, []string{"Entrances", "Exits", "Tiers"}, slices.Sorted(maps.Keys(s.Meanings())))
}

// TestAccessScopesOfWrappedVPC: a wrapped VPC and imported tiers have groups.
func TestAccessScopesOfWrappedVPC(t *testing.T) {
	stack := tierstest.Stack(t)
	n := dnsWrapped(stack)
	watch.AccessScopes(n, &watch.AccessScopesProps{Off: []string{"Exits", "Entrances"}})
	found := resourcesOf(t, tierstest.Template(t, stack), "NetworkAccessScopes")
	require.Len(t, found, 1)
	for _, r := range found {
		text, err := json.Marshal(r.Properties["MatchPaths"])
		require.NoError(t, err)
		assert.Contains(t, string(text), "GroupId")
		assert.NotContains(t, string(text), "subnet")
	}
}

// TestAccessScopesOfTokens: a block that only the deployment knows, and nested stacks.
func TestAccessScopesOfTokens(t *testing.T) {
	stack := tierstest.Stack(t)
	other := awsec2.NewCfnVPC(stack, new("Other"), &awsec2.CfnVPCProps{CidrBlock: new("10.9.0.0/16")})
	n := declare(stack, &tiers.NetworkProps{Layout: tiers.NestedStacks})
	n.app.AllowTo(tiers.CIDR(*other.AttrCidrBlock()).Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
	watch.AccessScopes(n.Network, nil)
	tierstest.RequireExact(t, stack)
}

func TestAccessScopesMistakes(t *testing.T) {
	var all mistakes.Cases
	for want, call := range map[string]func(*tiers.Network){
		`got "Doors"; allowed are Entrances, Exits, Tiers`: func(n *tiers.Network) {
			watch.AccessScopes(n, &watch.AccessScopesProps{Off: []string{"Doors"}})
		},
		"the id AccessScopes is taken": func(n *tiers.Network) {
			watch.AccessScopes(n, nil)
			watch.AccessScopes(n, nil)
		},
	} {
		all.Add(want, func(s awscdk.Stack) { call(declare(s, nil).Network) }, want)
	}
	all.Require(t, "accessscopes_test.go:")
	assert.Panics(t, func() { watch.AccessScopes(nil, nil) })
}
