package response_test

import (
	"time"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch/response"
	"github.com/tierwall/tierwall/waf"
)

func Example() {
	var shop *tiers.Network // from tiers.NewNetwork
	var acl *waf.WebACL     // from waf.Protect

	answer := response.New(shop, nil) // It only says what it would do.
	acl.Add(waf.MatchRule{Name: "BlockedAtRunTime", Priority: 1, Statement: waf.IPSetMatch{Set: answer.IPSet()}, Action: waf.Block})
	answer.FlushIn(firewall.Inspect(shop, &firewall.Props{
		Paths: firewall.Egress | firewall.Ingress, Threats: []*firewall.RuleGroup{answer.RuleGroup()},
	}))
}

func ExampleNew_enforce() {
	var shop *tiers.Network // from tiers.NewNetwork

	response.New(shop, &response.Props{
		Enforce: true, Isolate: true,
		Findings: append(response.DefaultFindings(), response.Finding{Type: "UnauthorizedAccess:EC2/*", Severity: 5, For: 6 * time.Hour}),
		Feeds:    []response.Feed{{Name: "drop", URL: "https://www.spamhaus.org/drop/drop_v4.json", Form: response.SpamhausDROP}},
		Allow:    []string{"198.51.100.0/24"},
	})
}
