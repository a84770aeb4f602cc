// Vpc-endpoints is Example 4 of SEC05-BP02, VPC endpoints for controlled access to AWS services, declared as grants.
//
// The original makes three endpoints and a security group by hand. Here they follow from what a tier may do. The original also lacks a
// policy for the endpoint of Systems Manager, and the endpoint ssmmessages, without which no session opens. This app has both.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
)

// role is the role of the app's instances.
const role = "arn:aws:iam::123456789012:role/app"

// workloads declares a network whose instances reach only AWS services.
func workloads(scope constructs.Construct) *tiers.Network {
	network := tiers.NewNetwork(scope, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"us-west-2a", "us-west-2b"},
	})
	app := tiers.NewAppTier(network, "App", nil)

	endpoints.RoleARNs(app, role)
	endpoints.Grant(app,
		endpoints.Service("s3").Actions("GetObject", "PutObject").On("arn:aws:s3:::my-secure-bucket/*"),
		endpoints.DescribeEC2("Instances", "Images", "Snapshots"),
		endpoints.SessionManager(),
	)
	return network
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Endpoints"), nil)
	network := workloads(stack)
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
