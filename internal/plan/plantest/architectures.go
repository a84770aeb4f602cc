package plantest

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// Today is the day on which random architectures are planned.
var Today = time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)

var services = []string{"https", "http", "mysql", "tcp/8080", "tcp/8000-8010", "dns", "udp/5000", "ping", "icmp", "tcp/80,tcp/81,tcp/443"}

// Architectures draws valid architectures: every kind of tier, shared subnets, imported groups, exceptions, outside peers.
func Architectures(t *rapid.T) arch.Architecture {
	a := arch.Architecture{Network: arch.Network{
		Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"},
		RulesPerGroup: 1000, IPv6: rapid.Bool().Draw(t, "ipv6"), NAT: arch.NAT(rapid.IntRange(0, 1).Draw(t, "nat")),
	}}
	if !a.Network.IPv6 && rapid.Bool().Draw(t, "inspected") {
		a.Network.Inspection = &arch.Inspection{
			Paths: arch.Paths(rapid.IntRange(1, 7).Draw(t, "paths")), Mode: arch.Mode(rapid.IntRange(0, 2).Draw(t, "mode")),
			Strict: rapid.Bool().Draw(t, "strict"),
		}
	}
	blocks := rapid.Permutation([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}).Draw(t, "blocks")
	for i := range rapid.IntRange(2, 9).Draw(t, "tiers") {
		tier := arch.Tier{ID: fmt.Sprintf("T%c%d", 'a'+rune(rapid.IntRange(0, 25).Draw(t, "letter")), i),
			Kind:  arch.Kind(rapid.IntRange(1, 5).Draw(t, "kind")),
			Holds: arch.ParseHolds([]string{"", "cardholder", "public", "health,personal"}[i%4])}
		switch rapid.IntRange(0, 5).Draw(t, "way") {
		case 0:
			tier.Imported = &arch.Imported{Group: arch.Operand{Text: fmt.Sprintf("sg-%08x", i)},
				Egress: arch.Egress(rapid.IntRange(1, 2).Draw(t, "egress"))}
		case 1:
			for _, other := range a.Tiers {
				if other.Kind == tier.Kind && tier.Kind != arch.Edge && tier.Kind != arch.Bastion && other.Imported == nil && other.SharesWith == "" {
					tier.SharesWith = other.ID
				}
			}
			fallthrough
		default:
			if tier.SharesWith == "" {
				tier.Block = blocks[i]
			}
		}
		a.Tiers = append(a.Tiers, tier)
	}
	for range rapid.IntRange(0, 25).Draw(t, "flows") {
		AddFlow(t, &a)
	}
	for range rapid.IntRange(0, 5).Draw(t, "grants") {
		AddGrant(t, &a)
	}
	for _, tier := range a.Tiers {
		if tier.Imported == nil && rapid.Bool().Draw(t, "has a role") {
			a.Roles = append(a.Roles, arch.TierRole{Tier: tier.ID,
				ARN: rapid.SampledFrom([]string{"${Test/Role.Arn}", "arn:aws:iam::111122223333:role/" + tier.ID}).Draw(t, "role")})
		}
	}
	a.Network.Endpoints.AnyRole = rapid.IntRange(0, 4).Draw(t, "any role") == 0
	if rapid.IntRange(0, 4).Draw(t, "organised") == 0 {
		a.Network.Endpoints.Organization = "o-a1b2c3d4e5"
	}
	return a
}

// AddFlow adds a random flow that the model accepts, if the draw is one.
func AddFlow(t *rapid.T, a *arch.Architecture) {
	ends := []arch.Peer{Internet, Block("203.0.113.0/24"), Block("192.168.7.0/24"),
		{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 3}}
	if a.Network.Inspection != nil {
		for _, name := range []string{"api.example.com", ".example.com", "example.org"} {
			ends = append(ends, arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}})
		}
	}
	for _, tier := range a.Tiers {
		ends = append(ends, arch.TierPeer(tier.Kind, tier.ID))
	}
	f := arch.Flow{
		From: rapid.SampledFrom(ends).Draw(t, "from"), To: rapid.SampledFrom(ends).Draw(t, "to"),
		Service: rapid.SampledFrom(services).Draw(t, "service"), Reason: rapid.SampledFrom([]string{"", "r1", "r2"}).Draw(t, "reason"),
	}
	if !arch.MayReach(f.From.Kind, f.To.Kind) {
		if f.From.Kind == arch.Internet || f.From.Kind == arch.Domain || rapid.IntRange(0, 3).Draw(t, "exception") > 0 {
			return
		}
		f.Exception, f.Owner = true, "owner"
		if f.Reason == "" {
			f.Reason = "r1"
		}
	}
	b := *a
	b.Flows = append(slices.Clone(a.Flows), f)
	if p, _ := plan.Make(b, Today); p != nil {
		*a = b
	}
}
