package loadbalancer_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
)

// A load balancer with two versions of its service. Testers use the next version.
func ExampleNewApplication() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	lb, web := tiers.NewEdgeTier(shop, "LoadBalancer", nil), tiers.NewWebTier(shop, "Web", nil)
	lb.AllowFrom(tiers.Internet, tiers.Services(tiers.HTTPS, tiers.HTTP), tiers.Because("customers, and redirects"))
	lb.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.TCP(9443), tiers.Because("testers"))
	lb.AllowTo(web, tiers.TCP(8443, 8081), tiers.Because("requests, and health checks"))

	loadbalancer.NewApplication(lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{"arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"},
		RedirectHTTP: true, Production: true,
		To:        loadbalancer.Target{Tier: web, Port: 8443, IPs: true, HealthPath: "/health", HealthPort: 8081},
		BlueGreen: &loadbalancer.BlueGreen{TestPort: 9443},
	})
}
