// Network-firewall is Example 2 of SEC05-BP02 as tiers: a web tier that the internet reaches, an application tier behind it, and an AWS
// Network Firewall that inspects the traffic from the internet and between the tiers.
//
// The original template cannot be deployed: its policy has priorities and a strict default action, which AWS accepts only in strict
// order. Its rules also pass requests without their replies, and no route sends traffic to the firewall. This app declares the same
// intent and can be deployed.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
)

// inspected declares the example's network.
func inspected(scope constructs.Construct) *tiers.Network {
	network := tiers.NewNetwork(scope, "Network", &tiers.NetworkProps{
		CIDR:              "10.0.0.0/16",
		AvailabilityZones: []string{"us-west-2a", "us-west-2b"},
	})
	web := tiers.NewEdgeTier(network, "Web", nil)
	app := tiers.NewAppTier(network, "App", nil)

	web.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("HTTPS from the internet"))
	web.AllowFrom(tiers.Internet, tiers.HTTP, tiers.Because("HTTP from the internet"))
	web.AllowTo(app, tiers.TCP(8080), tiers.Because("Application port from web tier"))

	group := awslogs.NewLogGroup(network, new("FirewallLogGroup"), &awslogs.LogGroupProps{
		LogGroupName:  new("/aws/networkfirewall/logs"),
		Retention:     awslogs.RetentionDays_THREE_MONTHS,
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
	})
	firewall.Inspect(network, &firewall.Props{
		Paths:   firewall.Ingress | firewall.EastWest,
		Strict:  true,
		Name:    "MainNetworkFirewall",
		Policy:  firewall.NewPolicy(network, "FirewallPolicy", &firewall.PolicyProps{Name: "MainFirewallPolicy"}),
		Logging: &firewall.LoggingProps{Flow: logs.ToLogGroup(group), Alert: logs.ToLogGroup(group)},
	})
	return network
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	network := inspected(awscdk.NewStack(app, new("NetworkFirewall"), nil))
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
