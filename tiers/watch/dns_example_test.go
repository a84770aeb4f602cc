package watch_test

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/watch"
)

// Tiers may ask DNS only for declared names. The first deployment observes, and a later one enforces.
func ExampleDNS() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	server := tiers.NewAppTier(shop, "App", nil)
	server.AllowTo(tiers.Domain("api.stripe.com"), tiers.HTTPS)
	firewall.Inspect(shop, &firewall.Props{Paths: firewall.Egress})

	dns := watch.DNS(shop, &watch.DNSProps{
		Mode:         watch.DNSObserve,
		Names:        []string{"time.aws.com"},
		PrivateZones: []string{"corp.example.com"},
		Advanced:     watch.DNSHigh,
	})
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	for _, name := range dns.Names()[:2] {
		fmt.Println(name.Domain, "-", name.Reasons[0])
	}
	// Output:
	// api.stripe.com - App connects to api.stripe.com: tcp/443
	// time.aws.com - stated as a further name
}
