package endpoints_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/waf"
)

// TestRenderedTemplates compares the endpoints in templates that are written without the CDK with those of the constructs.
func TestRenderedTemplates(t *testing.T) {
	app := cdktest.App(t)
	stack := cdktest.StackIn(app, "Shop")
	platform(stack)
	require.NoError(t, tiers.Synth(app))
	plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{}, plantest.Apart{})
}

// TestRenderedInWrappedVPC does the same for a VPC that somebody else made.
func TestRenderedInWrappedVPC(t *testing.T) {
	app := cdktest.App(t)
	stack := cdktest.StackIn(app, "Shop")
	vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Theirs"), &awsec2.VpcAttributes{
		VpcId: new("vpc-0123"), VpcCidrBlock: new("10.0.0.0/16"), AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")},
		IsolatedSubnetIds:           &[]*string{new("subnet-0a"), new("subnet-0b")},
		IsolatedSubnetRouteTableIds: &[]*string{new("rtb-0a"), new("rtb-0b")},
	})
	isolated := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	public := &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{awsec2.Subnet_FromSubnetAttributes(stack, new("Public"),
		&awsec2.SubnetAttributes{SubnetId: new("subnet-0c"), AvailabilityZone: new("eu-west-1a"), RouteTableId: new("rtb-0c")})}}
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc, SkipProof: true})
	worker := tiers.NewAppTier(n, "Worker", &tiers.TierProps{VpcSubnets: isolated})
	web := tiers.NewWebTier(n, "Web", &tiers.TierProps{VpcSubnets: public})
	web.AllowTo(worker, tiers.TCP(8080))
	endpoints.Configure(n, &endpoints.Props{
		VpcSubnets: isolated, PrefixLists: map[string]string{"s3": "pl-6da54004"}, Policies: endpoints.Derived,
	})
	password := endpoints.ARN("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf")
	endpoints.Grant(worker, readUploads, endpoints.Secret(password).Read())
	endpoints.Grant(web, readUploads)
	require.NoError(t, tiers.Synth(app))
	subnets, tables := []any{"subnet-0a", "subnet-0b"}, []any{"rtb-0a", "rtb-0b"}
	plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{Existing: &template.Existing{
		VPC: "vpc-0123", Subnets: map[string][]any{"": subnets, "Web": {"subnet-0c"}, "Worker": subnets},
		RouteTables: map[string][]any{"Web": {"rtb-0c"}, "Worker": tables},
	}}, plantest.Apart{})
}

// TestRenderedInNestedStacks does the same with every control in nested stacks. A bucket, a queue and a load balancer are the app's.
func TestRenderedInNestedStacks(t *testing.T) {
	app := cdktest.App(t)
	stack := cdktest.StackIn(app, "Shop")
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}, Layout: tiers.NestedStacks,
	})
	lb, web := tiers.NewEdgeTier(n, "LoadBalancer", nil), tiers.NewWebTier(n, "Web", nil)
	theirs := tiers.ImportDataTier(n, "Theirs", &tiers.ImportProps{SecurityGroupID: *awscdk.Fn_ImportValue(new("Theirs"))})
	worker := tiers.NewAppTier(n, "Worker", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	web.AllowTo(worker, tiers.TCP(8080))
	worker.AllowTo(theirs, tiers.MySQL)
	worker.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
	waf.Protect(lb, "WebACL", &waf.Props{Serves: waf.Serves{Admin: []string{"/admin"}}, Resource: waf.ARN(
		"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef")})
	firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest})
	bucket, queue := awss3.NewBucket(stack, new("Bucket"), nil), awssqs.NewQueue(stack, new("Queue"), nil)
	endpoints.Roles(worker, role(stack, "Role"))
	endpoints.Grant(worker, endpoints.S3(bucket).Read("*"), endpoints.SQS(queue).Send())
	require.NoError(t, tiers.Synth(app))
	plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{WebACLs: map[string]template.WebACL{"LoadBalancer": {
		Resource: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef",
	}}}, plantest.Apart{})
}
