package endpoints_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestRegionOfWrapped: the Region of a wrapped VPC is that of its stack. It selects the prefix lists of gateway endpoints.
func TestRegionOfWrapped(t *testing.T) {
	isolated := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	for name, vpc := range map[string]func(awscdk.Stack) awsec2.IVpc{
		"of the app": func(s awscdk.Stack) awsec2.IVpc {
			return awsec2.NewVpc(s, new("Theirs"), &awsec2.VpcProps{
				AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")}, NatGateways: new(0.0),
			})
		},
		"of another app": func(s awscdk.Stack) awsec2.IVpc {
			return awsec2.Vpc_FromVpcAttributes(s, new("Theirs"), &awsec2.VpcAttributes{
				VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")},
				IsolatedSubnetIds:           &[]*string{new("subnet-0123456789abcdef0"), new("subnet-0123456789abcdef1")},
				IsolatedSubnetRouteTableIds: &[]*string{new("rtb-0123456789abcdef0"), new("rtb-0123456789abcdef1")},
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synth := func(env *awscdk.Environment) error {
				stack := awscdk.NewStack(tierstest.App(t), new("Test"), &awscdk.StackProps{Env: env})
				n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc(stack)})
				endpoints.Configure(n, &endpoints.Props{VpcSubnets: isolated, Policies: endpoints.Derived})
				app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: isolated})
				endpoints.Grant(app, endpoints.S3(endpoints.ARN("arn:aws:s3:::uploads")).Read(), endpoints.WhoAmI())
				return tierstest.Synth(t, stack)
			}
			assert.NoError(t, synth(&awscdk.Environment{Region: new("eu-west-1")}))
			err := synth(nil)
			require.ErrorContains(t, err, "the network's Region is not known")
			assert.ErrorContains(t, err, "state the Region in the Env of its stack, or name the list")
		})
	}
}

// TestUnknownRouteTable: a gateway endpoint is a route in the tables of the tier's subnets, and CDK does not know those of a
// subnet that was imported by its id alone.
func TestUnknownRouteTable(t *testing.T) {
	stack := tierstest.Stack(t)
	vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Theirs"), &awsec2.VpcAttributes{
		VpcId: new("vpc-0123456789abcdef0"), VpcCidrBlock: new("10.0.0.0/16"), AvailabilityZones: &[]*string{new("eu-west-1a")},
	})
	subnets := &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{
		awsec2.Subnet_FromSubnetAttributes(stack, new("Subnet"), &awsec2.SubnetAttributes{
			SubnetId: new("subnet-0123456789abcdef0"), AvailabilityZone: new("eu-west-1a"),
		}),
	}}
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
	endpoints.Configure(n, &endpoints.Props{PrefixLists: map[string]string{"s3": "pl-0123456789abcdef0"}})
	app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: subnets})
	endpoints.Grant(app, endpoints.S3(endpoints.ARN("arn:aws:s3:::uploads")).Read())
	err := tierstest.Synth(t, stack)
	require.ErrorContains(t, err, "tiers.App: the route table of the existing subnet subnet-0123456789abcdef0 is not known")
	assert.NotContains(t, err.Error(), "defect")
}
