package document

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const withSettings = `version: 1
name: Shop
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b]}
environments:
  Test: {region: eu-west-1, network: {nat: single}}
tiers: {Edge: edge, Cache: {kind: data, block: 6}}
flows: {internet -> Edge https: customers}
webACLs:
  WebACL: {tier: Edge, ports: [443], routes: {/: any}}
`

func TestSettings(t *testing.T) {
	t.Parallel()
	d, problems := Parse("a.yaml", []byte(withSettings))
	require.Empty(t, problems)
	var got []string
	for _, s := range d.Environments[0].Settings() {
		got = append(got, s.Key+": "+s.Value)
	}
	assert.Equal(t, []string{
		"environments.Test.region: eu-west-1", "version: 1", "name: Shop", "network.cidr: 10.0.0.0/16",
		"network.zones: [eu-west-1a, eu-west-1b]", "network.nat: single",
		"tiers.Edge.kind: edge", "tiers.Cache.kind: data", "tiers.Cache.block: 6",
		"webACLs.WebACL.tier: Edge", "webACLs.WebACL.ports: [443]", "webACLs.WebACL.routes./: any",
	}, got)
}

// TestSettingsTellAll: a document with other load balancers has other settings, and each key is there once.
func TestSettingsTellAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := randomDocument(t)
		other := *d
		other.LoadBalancers = randomDocument(t).LoadBalancers
		e := Environment{Name: "Test", Document: d}
		there := Environment{Name: "Test", Document: &other}
		assert.Equal(t, string(d.Write()) == string(other.Write()), slices.Equal(e.Settings(), there.Settings()))
		seen := map[string]bool{}
		for _, s := range e.Settings() {
			require.False(t, seen[s.Key], "%s is there twice", s.Key)
			seen[s.Key] = true
		}
	})
}
