// Response is a small shop whose network answers to attacks: it blocks the sources that GuardDuty, a trap and a list of threats name, in
// the web ACL and in the network firewall.
//
// It begins with a dry run, in which it only says what it would block. The section "The first week of the automated response" of
// ../README.md says what to look at, and when to set enforce.
package main

import (
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/watch/response"
	"github.com/tierwall/tierwall/waf"
)

// enforce blocks. Set it after the first week.
const enforce = false

const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"

// shop is a network with a load balancer, and a service that calls a payment provider.
type shop struct {
	network *tiers.Network
	lb      *tiers.EdgeTier
	app     *tiers.AppTier
}

func declare(stack awscdk.Stack) shop {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	s := shop{network, tiers.NewEdgeTier(network, "LoadBalancer", nil), tiers.NewAppTier(network, "App", nil)}
	s.lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("customers"))
	s.lb.AllowTo(s.app, tiers.TCP(8443), tiers.Because("customers"))
	s.app.AllowTo(tiers.Domain("api.payments.example"), tiers.HTTPS, tiers.Because("payment provider"))
	return s
}

// answer makes the response, with a web ACL and a firewall that block for it.
func answer(stack awscdk.Stack, s shop) *response.Response {
	requests := awslogs.NewLogGroup(stack, new("Requests"), &awslogs.LogGroupProps{
		LogGroupName: new("aws-waf-logs-shop"), Retention: awslogs.RetentionDays_ONE_MONTH,
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, // A first deployment that fails leaves no group with this name.
	})
	out := response.New(s.network, &response.Props{
		Enforce: enforce,
		// Who asks for this path looks for holes. The shop has no such page.
		WebACLRules: []response.WebACLRule{{Log: requests, WebACL: "shop", Rule: "Trap", For: time.Hour}},
		Feeds: []response.Feed{
			{Name: "drop", URL: "https://www.spamhaus.org/drop/drop_v4.json", Form: response.SpamhausDROP},
			{Name: "malware", URL: "https://urlhaus.abuse.ch/downloads/hostfile/", Form: response.HostsFile},
		},
		Allow: []string{"203.0.113.0/24"}, // the office
		Topic: awssns.NewTopic(stack, new("Alarms"), nil),
	})

	balancer := loadbalancer.NewApplication(s.lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, To: loadbalancer.Target{Tier: s.app, Port: 8443, IPs: true, HealthPath: "/health"},
	})
	acl := waf.Protect(s.lb, "WebACL", &waf.Props{
		Name: "shop", Resource: waf.LoadBalancer(balancer.LoadBalancer()), Logging: &waf.LoggingProps{To: logs.ToLogGroup(requests)},
	})
	acl.Add(
		waf.MatchRule{Name: "BlockedAtRunTime", Priority: 1, Statement: waf.IPSetMatch{Set: out.IPSet()}, Action: waf.Block},
		waf.MatchRule{Name: "Trap", Priority: 2, Action: waf.Block,
			Statement: waf.ByteMatch{Field: waf.URIPath, Text: "/wp-login.php", Position: waf.StartsWith}})

	wall := firewall.Inspect(s.network, &firewall.Props{
		Paths: firewall.Egress | firewall.Ingress, Threats: []*firewall.RuleGroup{out.RuleGroup(), out.DomainRuleGroup()},
	})
	out.FlushIn(wall) // Connections that run end, too.
	return out
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Response"), nil)
	s := declare(stack)
	decisions := answer(stack, s).Table()
	awscdk.NewCfnOutput(stack, new("Decisions"), &awscdk.CfnOutputProps{Value: decisions.Ref()}) // The table, for "tierwall response".
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(s.network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
