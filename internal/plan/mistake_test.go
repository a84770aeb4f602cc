package plan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/rapidtest"
)

// mistakes are changes that usually make an architecture wrong.
var mistakes = []func(*rapid.T, *arch.Architecture){
	func(t *rapid.T, a *arch.Architecture) { // of the network
		n := &a.Network
		n.NAT, n.Addresses = arch.NAT(small(t, "NAT")), small(t, "addresses")
		n.Blocks, n.RulesPerGroup, n.EntriesPerNetworkACL = small(t, "blocks"), small(t, "rules"), small(t, "entries")
		n.NetworkACLs, n.NATSubnets = arch.NetworkACLs(small(t, "ACLs")), words(t)
	},
	func(t *rapid.T, a *arch.Architecture) { // of the address plan
		a.Network.Range.Text = rapid.SampledFrom([]string{"10.0.0.0/16", "10.0.0.0/24", "10.0.0.0/8", "::/0", "x"}).Draw(t, "range")
		a.Network.Zones = append(words(t), "eu-west-1a")
	},
	func(t *rapid.T, a *arch.Architecture) { // of a wrapped VPC
		a.Network.Wrapped = true
		a.Network.DefaultRoute = &arch.Gateway{Kind: arch.GatewayKind(small(t, "gateway")), Operand: arch.Operand{Text: word(t)}}
	},
	func(t *rapid.T, a *arch.Architecture) { // of inspection
		a.Network.Inspection = &arch.Inspection{Paths: arch.Paths(small(t, "paths")), Mode: arch.Mode(small(t, "mode")), Strict: true}
	},
	func(t *rapid.T, a *arch.Architecture) { // of endpoints
		a.Network.Endpoints = arch.Endpoints{
			Block: small(t, "block"), Subnets: words(t), SharesWith: word(t), Policies: arch.Policies(small(t, "policies")), NoPolicy: words(t),
		}
	},
	func(t *rapid.T, a *arch.Architecture) { // of tiers
		for i := range a.Tiers {
			a.Tiers[i].Block, a.Tiers[i].Kind = small(t, "block"), arch.Kind(rapid.IntRange(0, 10).Draw(t, "kind"))
			a.Tiers[i].SharesWith, a.Tiers[i].Internal = word(t), rapid.Bool().Draw(t, "internal")
		}
	},
	func(t *rapid.T, a *arch.Architecture) { // of flows
		for i := range a.Flows {
			f := &a.Flows[i]
			f.Service = rapid.SampledFrom([]string{"all", "https", "tcp/0", "mysql", "dns", "icmp", ""}).Draw(t, "service")
			f.Exception, f.Expires, f.SID = rapid.Bool().Draw(t, "exception"), word(t), small(t, "SID")
			f.From, f.To = f.To, arch.Peer{Kind: arch.Kind(rapid.IntRange(1, 10).Draw(t, "kind")), Operand: arch.Operand{Text: word(t)}}
		}
	},
	func(t *rapid.T, a *arch.Architecture) { // of web ACLs
		a.Protections = append(a.Protections, arch.Protection{
			Tier: a.Tiers[0].ID, Mode: arch.Mode(small(t, "mode")), Countries: words(t), BlockedCountries: words(t), RateLimit: small(t, "limit"),
			Serves: arch.Serves{Ports: []int{small(t, "port"), 443}, Hosts: words(t), Login: words(t), SQL: arch.SQL(small(t, "SQL"))},
		})
	},
}

func small(t *rapid.T, label string) int { return rapid.IntRange(-1, 9).Draw(t, label) }

func word(t *rapid.T) string {
	return rapid.SampledFrom([]string{
		"", "x", "Ta0", "10.0.0.0/24", "0.0.0.0/0", "10.0.96.0/24", "api.example.com", "2027-02-28", "tgw-01234567", "pl-12345678", "/x",
	}).Draw(t, "word")
}

func words(t *rapid.T) []string {
	out := make([]string, rapid.IntRange(0, 3).Draw(t, "words"))
	for i := range out {
		out[i] = word(t)
	}
	return out
}

// TestRandomMistakes: whatever is wrong, a file gets the messages in its own words.
func TestRandomMistakes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		for range rapid.IntRange(1, 3).Draw(t, "mistakes") {
			rapid.SampledFrom(mistakes).Draw(t, "mistake")(t, &a)
		}
		for i := range a.Flows { // Messages that are equal to the last letter are told once, in both languages.
			a.Flows[i].At = []diag.Position{{File: "shop", Line: i + 1}}
		}
		_, diags := plantest.MakeBoth(t, a)
		for _, d := range diags {
			seen[d.Rule] = true
		}
	})
	rules := 25
	switch checks := rapidtest.Checks(); {
	case checks <= 10:
		rules = 10
	case checks <= 50:
		rules = 20
	}
	assert.Greater(t, len(seen), rules, fmt.Sprint(seen))
}
