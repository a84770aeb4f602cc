package endpoints_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
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
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc, SkipProof: true})
	worker := tiers.NewAppTier(n, "Worker", &tiers.TierProps{VpcSubnets: isolated})
	web := tiers.NewWebTier(n, "Web", &tiers.TierProps{VpcSubnets: isolated})
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
		VPC: "vpc-0123", Subnets: map[string][]any{"": subnets, "Web": subnets, "Worker": subnets},
		RouteTables: map[string][]any{"Web": tables, "Worker": tables},
	}}, plantest.Apart{})
}
