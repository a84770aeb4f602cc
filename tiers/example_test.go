package tiers_test

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"github.com/tierwall/tierwall/tiers"
)

func Example() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR:              "10.0.0.0/16",
		AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	lb := tiers.NewEdgeTier(shop, "LoadBalancer", nil)
	web := tiers.NewWebTier(shop, "Web", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("customers"))
	lb.AllowTo(web, tiers.HTTPS, tiers.Because("customers"))
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(shop.Summary())
}

func ExampleNetwork_Except() {
	var shop *tiers.Network
	var web *tiers.WebTier
	var db *tiers.DataTier
	shop.Except(tiers.Exception{
		From: web, To: db, Service: tiers.PostgreSQL,
		Reason: "reports until the service is split", Owner: "storefront", Expires: "2027-06-30",
	})
}

func ExampleNewNetwork_wrapped() {
	var stack awscdk.Stack
	vpc := awsec2.Vpc_FromLookup(stack, new("Vpc"), &awsec2.VpcLookupOptions{VpcName: new("legacy")})
	legacy := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
	tiers.NewAppTier(legacy, "App", &tiers.TierProps{
		VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS},
	})
}

func ExampleImportDataTier() {
	var shop *tiers.Network
	var app *tiers.AppTier
	orders := tiers.ImportDataTier(shop, "Orders", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
	app.AllowTo(orders, tiers.PostgreSQL, tiers.Because("order history"))
}

func ExampleEdgeTier() {
	var stack awscdk.Stack
	var lb *tiers.EdgeTier
	awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("Balancer"), &awselasticloadbalancingv2.ApplicationLoadBalancerProps{
		Vpc: lb.Vpc(), VpcSubnets: lb.Subnets(), SecurityGroup: lb.SecurityGroup(), InternetFacing: new(true),
	})
}

func ExampleServices() {
	fmt.Println(tiers.Services(tiers.HTTP, tiers.HTTPS))
	fmt.Println(tiers.TCP(8080, 8081))
	fmt.Println(tiers.UDPRange(5000, 5010))
	fmt.Println(tiers.ICMP(3, 4), tiers.ICMP(8, -1))
	// Output:
	// http,https
	// tcp/8080,tcp/8081
	// udp/5000-5010
	// icmp/3/4 icmp/8
}
