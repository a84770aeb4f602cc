// Several-stacks is a network in one stack and a service in each of two others. The services have roles, a bucket and a table of their own.
//
// The services' stacks depend on the network's stack, because they use its subnets and groups. The policies of the endpoints in the
// network's stack must name what the services were granted, but must not refer back to their stacks. They use names instead: each role,
// bucket and table has PhysicalName_GENERATE_IF_NEEDED, for which CDK chooses a name at synthesis. This requires stacks with an account and
// a Region.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
)

// platform is the network, with a tier for each service.
type platform struct {
	network         *tiers.Network
	orders, reports *tiers.AppTier
}

func newPlatform(stack awscdk.Stack) platform {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	p := platform{
		network: network,
		orders:  tiers.NewAppTier(network, "Orders", nil),
		reports: tiers.NewAppTier(network, "Reports", &tiers.TierProps{Block: 6}),
	}
	p.reports.AllowTo(p.orders, tiers.HTTPS, tiers.Because("open orders"))
	return p
}

// newOrders makes the service that takes orders. It returns the bucket for invoices.
func newOrders(stack awscdk.Stack, p platform) awss3.IBucket {
	invoices := awss3.NewBucket(stack, new("Invoices"), &awss3.BucketProps{
		BucketName:    awscdk.PhysicalName_GENERATE_IF_NEEDED(),
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, // If the first deployment fails, the name is free again.
	})
	endpoints.Grant(p.orders, endpoints.S3(invoices).Write("*").For(newFunction(stack, p.orders)))
	return invoices
}

// newReports makes the service that counts sales.
func newReports(stack awscdk.Stack, p platform, invoices awss3.IBucket) {
	table := awsdynamodb.NewTableV2(stack, new("Totals"), &awsdynamodb.TablePropsV2{
		TableName:     awscdk.PhysicalName_GENERATE_IF_NEEDED(),
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
		PartitionKey:  &awsdynamodb.Attribute{Name: new("month"), Type: awsdynamodb.AttributeType_STRING},
	})
	endpoints.Roles(p.reports, newFunction(stack, p.reports))
	endpoints.Grant(p.reports, endpoints.S3(invoices).Read("*"), endpoints.DynamoDB(table).Write())
}

// newFunction makes a function in a tier and returns its role.
func newFunction(stack awscdk.Stack, tier *tiers.AppTier) awsiam.IRole {
	role := awsiam.NewRole(stack, new("Role"), &awsiam.RoleProps{
		RoleName:  awscdk.PhysicalName_GENERATE_IF_NEEDED(),
		AssumedBy: awsiam.NewServicePrincipal(new("lambda.amazonaws.com"), nil),
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(new("service-role/AWSLambdaVPCAccessExecutionRole")),
		},
	})
	awslambda.NewFunction(stack, new("Function"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: new("index.handler"), Role: role,
		Code: awslambda.Code_FromInline(new("def handler(event, context): pass")),
		Vpc:  tier.Vpc(), VpcSubnets: tier.Subnets(), SecurityGroups: tier.SecurityGroups(),
	})
	return role
}

// declare makes the three stacks in an app.
func declare(app awscdk.App, synthesizer awscdk.IReusableStackSynthesizer) *tiers.Network {
	stack := func(id string) awscdk.Stack {
		env := awscdk.Environment{Account: new("123456789012"), Region: new("eu-west-1")}
		return awscdk.NewStack(app, &id, &awscdk.StackProps{Env: &env, Synthesizer: synthesizer})
	}
	p := newPlatform(stack("Platform"))
	invoices := newOrders(stack("Orders"), p)
	newReports(stack("Reports"), p, invoices)
	return p.network
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	network := declare(app, nil)
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
