// Web-acl is Example 3 of SEC05-BP02, an AWS WAF web ACL in front of a load balancer, as typed constructs on an app without tiers.
//
// The original names its log group /aws/wafv2/logs, which AWS rejects, and its rule on countries has addresses. Here the log group has a
// name that AWS accepts, and the rule has countries. The other rules are the same, with the same priorities.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/waf"
)

// protection declares a web ACL and associates it with the load balancer of the given ARN.
func protection(scope constructs.Construct, loadBalancer string) *waf.WebACL {
	allowed := waf.NewIPSet(scope, "AllowedSources", &waf.IPSetProps{
		Addresses:   []string{"203.0.113.0/24", "198.51.100.0/24"},
		Description: "Addresses that may come",
	})
	acl := waf.NewWebACL(scope, "Protection", &waf.WebACLProps{
		Description: "Web ACL for application layer traffic control",
		Rules: []waf.Rule{
			waf.ManagedRule{Priority: 1, Group: waf.CommonRuleSet},
			waf.ManagedRule{Priority: 2, Group: waf.KnownBadInputs},
			waf.RateRule{Name: "RateLimit", Priority: 3, Limit: 2000, Action: waf.Block},
			waf.MatchRule{Name: "Sources", Priority: 4, Statement: waf.Not(waf.IPSetMatch{Set: allowed}), Action: waf.Block},
			// The original's rule is named for this: it admits only countries with customers.
			waf.MatchRule{Name: "Countries", Priority: 5, Statement: waf.Not(waf.GeoMatch{Countries: []string{"CA", "US"}}), Action: waf.Block},
		},
		Logging: &waf.LoggingProps{RedactHeaders: []string{"authorization", "cookie"}},
	})
	acl.Associate("LoadBalancer", waf.ARN(loadBalancer))
	return acl
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("WebACL"), nil)
	acl := protection(stack, "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/my-alb/1234567890123456")
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("derived: a web ACL of %d WCU\ncloud assembly: %s\n", acl.Capacity(), *app.Outdir())
}
