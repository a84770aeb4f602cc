package endpoints_test

import (
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/waf"
)

// TestStage: if an app moves into a stage and its stack keeps its name, no resource is replaced, because the names of resources follow from
// the stack's name and the path within the stack.
func TestStage(t *testing.T) {
	synth := func(scope constructs.Construct) string {
		stack := awscdk.NewStack(scope, new("Shop"), &awscdk.StackProps{
			StackName: new("Shop"), Env: &awscdk.Environment{Region: new("eu-west-1")},
		})
		everyControl(stack)
		return changing.ReplaceAllString(string(cdktest.Templates(t, stack)[""]), "")
	}
	before, after := synth(cdktest.App(t)), synth(awscdk.NewStage(cdktest.App(t), new("Prod"), nil))
	assert.Equal(t, before, after)
	for _, name := range []string{
		`"FirewallName": "Shop-`, `"FirewallPolicyName": "Shop-`, `"RuleGroupName": "Shop-`, `"Name": "Shop-`, `"LogGroupName": "`,
	} {
		assert.Contains(t, before, name)
	}
}

// changing matches tags and rule numbers that depend on the full path. They change in place.
var changing = regexp.MustCompile(`"Value": "[^"]*"|sid:\d+`)

// everyControl declares a network with a firewall, a web ACL and endpoints.
func everyControl(stack awscdk.Stack) {
	n := network(stack)
	lb, web, app := tiers.NewEdgeTier(n, "LB", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.TCP(8080))
	web.AllowTo(app, tiers.TCP(8080))
	app.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
	firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest})
	balancer := awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("Balancer"),
		&awselasticloadbalancingv2.ApplicationLoadBalancerProps{
			Vpc: n.Vpc(), VpcSubnets: lb.Subnets(), SecurityGroup: lb.SecurityGroup(), InternetFacing: new(true),
		})
	waf.Protect(lb, "WebACL", &waf.Props{
		Serves: waf.Serves{Hosts: []string{"shop.example.com"}}, Resource: waf.LoadBalancer(balancer),
		BlockedSources: []tiers.BlockPeer{tiers.CIDR("203.0.113.0/24")},
	})
	endpoints.Grant(app, endpoints.WhoAmI())
}
