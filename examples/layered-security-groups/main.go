// Layered-security-groups is Example 1 of SEC05-BP02 as tiers: a load balancer, web, application, database and cache tiers
// and a bastion host. Each admits only what the layer in front of it needs.
//
// The original template cannot be deployed: its groups refer to each other in a circle. Its database group also allows all outbound
// traffic, because it states no egress rules. This app declares the same intent and can be deployed.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/tiers"
)

// layers declares the example's network.
func layers(scope constructs.Construct) *tiers.Network {
	network := tiers.NewNetwork(scope, "Network", &tiers.NetworkProps{
		CIDR:              "10.0.0.0/16",
		AvailabilityZones: []string{"us-west-2a", "us-west-2b"},
	})
	lb := tiers.NewEdgeTier(network, "LoadBalancer", nil)
	web := tiers.NewWebTier(network, "Web", nil)
	app := tiers.NewAppTier(network, "App", nil)
	db := tiers.NewDataTier(network, "Database", nil)
	cache := tiers.NewDataTier(network, "Cache", &tiers.TierProps{Block: 6})
	bastion := tiers.NewBastionTier(network, "Bastion", nil)

	// The original has the flows from outside in groups that it does not show.
	lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("HTTPS from the internet"))
	bastion.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH, tiers.Because("SSH from the administrators network"))

	web.AllowFrom(lb, tiers.HTTPS, tiers.Because("HTTPS from load balancer only"))
	web.AllowFrom(bastion, tiers.SSH, tiers.Because("SSH from bastion host only"))
	web.AllowTo(app, tiers.TCP(8080), tiers.Because("Application port from web tier"))
	web.AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("HTTPS outbound for updates"))
	web.AllowTo(tiers.Internet, tiers.DNS, tiers.Because("DNS resolution"))

	app.AllowFrom(bastion, tiers.SSH, tiers.Because("SSH from bastion host only"))
	app.AllowTo(db, tiers.MySQL, tiers.Because("MySQL from application tier"))
	app.AllowTo(cache, tiers.Redis, tiers.Because("Redis cache access"))
	app.AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("HTTPS for external API calls"))

	db.AllowFrom(bastion, tiers.SSH, tiers.Because("SSH from bastion host only"))

	tag(web, "Web-Tier-SG", "Web")
	tag(app, "App-Tier-SG", "Application")
	tag(db, "Database-Tier-SG", "Database")
	return network
}

// tag gives the group of a tier the tags of the original.
func tag(tier tiers.Tier, name, layer string) {
	tags := awscdk.Tags_Of(tier.SecurityGroup())
	tags.Add(new("Name"), &name, nil)
	tags.Add(new("Layer"), &layer, nil)
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	network := layers(awscdk.NewStack(app, new("LayeredSecurityGroups"), nil))
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
