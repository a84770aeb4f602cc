package verifiedaccess_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/verifiedaccess"
)

// The finance team reaches the reports from anywhere, and nobody else does. Nothing of the network faces the internet.
func ExampleNew() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	people := tiers.NewBastionTier(shop, "People", nil)
	edge, web := tiers.NewEdgeTier(shop, "Reports", &tiers.EdgeTierProps{Internal: true}), tiers.NewWebTier(shop, "Web", nil)
	edge.AllowTo(web, tiers.HTTPS, tiers.Because("reports"))
	certificate := "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
	balancer := loadbalancer.NewApplication(edge, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, To: loadbalancer.Target{Tier: web},
	})

	access := verifiedaccess.New(people, "Access", nil)
	reports := access.Publish(edge, "Reports", &verifiedaccess.ApplicationProps{
		Domain: "reports.example.com", Certificate: certificate, LoadBalancer: balancer.LoadBalancer(),
	})
	finance := verifiedaccess.People{Groups: []string{"c242c5b0-6081-1845-6fa8-6e0d9513c107"}}
	reports.Allow(finance, tiers.Because("monthly closing"), tiers.Owner("finance-it"), tiers.Expires("2030-12-31"))

	zone := awsroute53.HostedZone_FromLookup(stack, new("Zone"), &awsroute53.HostedZoneProviderProps{DomainName: new("example.com")})
	awsroute53.NewCnameRecord(stack, new("Name"), &awsroute53.CnameRecordProps{
		Zone: zone, RecordName: new("reports"), DomainName: reports.EndpointDomain(),
	})
}
