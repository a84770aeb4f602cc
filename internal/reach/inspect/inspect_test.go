package inspect

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/traffic"
)

func firewallOf(t *testing.T, g Group, lines string) *Firewall {
	t.Helper()
	f := &Firewall{Defaults: Defaults{Drops: true, Kind: "strict"}}
	parsed, problems := suricata.ParseText(lines)
	require.Empty(t, problems)
	for _, line := range parsed {
		rules, err := g.Rules(line.Rule, nil, line.Number)
		require.NoError(t, err)
		f.Rules = append(f.Rules, rules...)
	}
	return f
}

func at(block string) Party {
	return Party{Cell: address.CellOf(address.Block{Prefix: netip.MustParsePrefix(block)})}
}

// TestCarries: a firewall passes what a rule passes from the rule's sources to its destinations, and drops everything else.
func TestCarries(t *testing.T) {
	t.Parallel()
	f := firewallOf(t, Group{}, "pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 5432 (flow:to_server; sid:1;)\n"+
		"pass tcp 10.0.2.0/24 5432 -> 10.0.1.0/24 any (flow:to_client; sid:2;)")
	database := traffic.Ports(traffic.TCP, 5432, 5432)
	assert.True(t, f.Carries(at("10.0.1.0/24"), at("10.0.2.0/24")).Sure.Equal(database))
	assert.True(t, f.Carries(at("10.0.2.0/24"), at("10.0.1.0/24")).Maybe.IsEmpty())
	assert.True(t, f.Carries(at("10.0.0.0/16"), at("10.0.2.0/24")).Sure.IsEmpty(), "the rule is about a part of the addresses")
	assert.True(t, f.Carries(at("10.0.0.0/16"), at("10.0.2.0/24")).Maybe.Equal(database))
}

// TestSymbols: a rule on a variable that only a deployment knows is about the same symbol for sure, and about other addresses perhaps.
func TestSymbols(t *testing.T) {
	t.Parallel()
	symbol := address.Block{Base: "Vpc.CidrBlock", Prefix: address.Anywhere4.Prefix}
	g := Group{
		Group:   suricata.Group{IPSets: map[string][]string{"HOME_NET": {"${HOME_NET 0}"}}},
		Symbols: map[string][]address.Block{"${HOME_NET 0}": {symbol}},
	}
	f := firewallOf(t, g, "pass ip $HOME_NET any -> any any (sid:1;)")
	assert.True(t, f.Carries(Party{Cell: address.CellOf(symbol)}, at("198.51.100.0/24")).IsUnrestricted())
	other := f.Carries(at("10.0.1.0/24"), at("198.51.100.0/24"))
	assert.True(t, other.Sure.IsEmpty())
	assert.True(t, other.Maybe.Contains(traffic.Protocol(traffic.TCP)))
}
