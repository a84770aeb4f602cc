package waf_test

import (
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/waf"
)

// A web ACL that is derived from the flows to a tier and from what the tier serves.
func ExampleProtect() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	lb, web := tiers.NewEdgeTier(shop, "LoadBalancer", nil), tiers.NewWebTier(shop, "Web", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("customers"))
	lb.AllowTo(web, tiers.HTTPS, tiers.Because("customers"))

	balancer := loadbalancer.NewApplication(lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{"arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"},
		To:           loadbalancer.Target{Tier: web, IPs: true, HealthPath: "/health"},
	})
	waf.Protect(lb, "WebACL", &waf.Props{
		Resource: waf.LoadBalancer(balancer.LoadBalancer()),
		Serves: waf.Serves{
			Hosts:  []string{"shop.example.com"},
			Routes: []waf.Route{{Path: "/"}, {Path: "/api/*", Methods: []string{"GET", "POST"}}},
			Login:  []string{"/login"},
		},
	})
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
}

// A web ACL written by hand, for a REST API in an app without tiers.
func ExampleNewWebACL() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("API"), nil)
	partners := waf.NewIPSet(stack, "Partners", &waf.IPSetProps{Addresses: []string{"203.0.113.0/24", "2001:db8::/32"}})
	acl := waf.NewWebACL(stack, "WebACL", &waf.WebACLProps{
		Rules: []waf.Rule{
			waf.MatchRule{Name: "Strangers", Priority: 10, Statement: waf.Not(waf.IPSetMatch{Set: partners}), Action: waf.Block},
			waf.RateRule{
				Name: "PerKey", Priority: 20, Limit: 1000, By: []waf.RateKey{waf.ByHeader("x-api-key")},
				Action: waf.BlockWith(waf.Response{Code: 429}),
			},
			waf.ManagedRule{Priority: 30, Group: waf.CommonRuleSet, Overrides: map[string]waf.Action{"SizeRestrictions_BODY": waf.Count}},
		},
		BodyLimits: map[waf.ResourceKind]int{waf.RESTAPIs: 64},
	})
	acl.Associate("API", waf.ARN("arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/live"))
}
