package firewall_test

import (
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
)

// A network whose traffic to the internet and between tiers passes a firewall. One tier may reach one domain name.
func ExampleInspect() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	web := tiers.NewWebTier(shop, "Web", nil)
	services := tiers.NewAppTier(shop, "App", nil)
	web.AllowTo(services, tiers.TCP(8080), tiers.Because("storefront"))
	services.AllowTo(tiers.Domain("api.stripe.com"), tiers.HTTPS, tiers.Because("payments"))

	firewall.Inspect(shop, &firewall.Props{
		Paths:      firewall.Egress | firewall.EastWest,
		Managed:    []firewall.ManagedGroup{firewall.MalwareDomains.Dropping(), firewall.ThreatSignaturesBotnet},
		Production: true,
	})
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
}

// A firewall for a VPC without tiers, with rules written by hand and a list of known threats.
func ExampleNewFirewall() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Inspection"), nil)
	vpc := awsec2.Vpc_FromLookup(stack, new("Vpc"), &awsec2.VpcLookupOptions{VpcId: new("vpc-0123456789abcdef0")})

	policy := firewall.NewPolicy(stack, "Policy", &firewall.PolicyProps{HomeNet: []string{"10.0.0.0/8"}})
	policy.Add(firewall.NewRuleGroup(stack, "Threats", &firewall.RuleGroupProps{
		Rules: firewall.IPFeed("known threats", firewall.File("threats.txt")),
	}), 10)
	policy.Add(firewall.NewRuleGroup(stack, "Updates", &firewall.RuleGroupProps{
		Rules: firewall.Domains(firewall.DomainList{Action: firewall.AllowList, Names: []string{".amazonaws.com"}, TLS: true}),
	}), 100)
	policy.Add(firewall.NewRuleGroup(stack, "Office", &firewall.RuleGroupProps{Rules: firewall.Tuples(firewall.Tuple{
		Action: firewall.Pass, Protocol: "tcp", Source: "10.1.0.0/16", Destination: "192.168.0.0/16", DestinationPort: "443",
		Flow: "to_server", SID: 1_000_001, Message: "office",
	})}), 200)

	f := firewall.NewFirewall(stack, "Firewall", &firewall.FirewallProps{
		Policy: policy, Vpc: vpc, VpcSubnets: &awsec2.SubnetSelection{SubnetGroupName: new("Firewall")},
	})
	_ = f.Endpoint("eu-west-1a") // For routes in that zone.
}

// A firewall policy that decrypts connections to the servers of a network, so that its rules see the requests.
func ExampleNewTLSInspection() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Inspection"), nil)

	decryption := firewall.NewTLSInspection(stack, "Decryption", &firewall.TLSInspectionProps{
		ServerCertificates: []string{"arn:aws:acm:eu-west-1:123456789012:certificate/a1b2c3"},
		Scopes: []firewall.TLSScope{
			{Destinations: []string{"10.0.16.0/20"}, DestinationPorts: []firewall.Ports{{From: 443, To: 443}}},
		},
	})
	policy := firewall.NewPolicy(stack, "Policy", &firewall.PolicyProps{HomeNet: []string{"10.0.0.0/16"}, TLSInspection: decryption})
	policy.Add(firewall.NewRuleGroup(stack, "Uploads", &firewall.RuleGroupProps{Rules: firewall.Tuples(firewall.Tuple{
		Action: firewall.Alert, Protocol: "http", Source: "$EXTERNAL_NET", Destination: "$HOME_NET", DestinationPort: "443",
		Flow: "to_server", SID: 1_000_001, Message: "decrypted requests",
	})}), 100)
}
