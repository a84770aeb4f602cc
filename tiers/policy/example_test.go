package policy_test

import (
	"fmt"

	"github.com/tierwall/tierwall/tiers/policy"
)

// Health lets only bastions and apps with health data reach tiers that hold it.
func Health() policy.Policy {
	return policy.Policy{Name: "health", Classes: []string{"health"}, Judge: func(n policy.Network) []policy.Finding {
		var out []policy.Finding
		for _, f := range n.Flows {
			if f.To.Tier.HoldsAny("health") && !f.From.Tier.HoldsAny("health") && f.From.Tier.Kind != "bastion" {
				out = append(out, f.Finding("source", f.From.Name+" may read health records", "let "+f.From.Name+" ask an app that holds them"))
			}
		}
		return out
	}}
}

// A policy of one's own is a function. Its test needs no app: it calls Judge with the flows that matter. In the app, the network requires
// it: shop.Require(Health(), policy.PCIDSS()).
func ExamplePolicy() {
	records := policy.Tier{ID: "Records", Kind: "data", Holds: []string{"health"}}
	web := policy.Tier{ID: "Shop", Kind: "app"}
	found := Health().Judge(policy.Network{
		Tiers: []policy.Tier{records, web},
		Flows: []policy.Flow{{
			ID: "Shop->Records:tcp/5432", From: policy.Peer{Name: "Shop", Tier: web}, To: policy.Peer{Name: "Records", Tier: records},
		}},
	})
	for _, f := range found {
		fmt.Printf("%s about %s: %s\n", f.Rule, f.About, f.Summary)
	}
	// Output: source about Shop->Records:tcp/5432: Shop may read health records
}
