package endpoints_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestAroundTheEndpoint: a subnet that lacks the route to a gateway endpoint is reported. Its packets still reach the service, but over the
// internet and past the endpoint's policy.
func TestAroundTheEndpoint(t *testing.T) {
	app := tierstest.App(t)
	stack := awscdk.NewStack(app, new("Test"), nil)
	n := network(stack)
	tier := tiers.NewAppTier(n, "App", nil)
	tier.AllowTo(tiers.Internet, tiers.HTTPS)
	endpoints.Grant(tier, endpoints.S3(endpoints.ARN(arn)).Read())
	first := (*tier.Subnets().Subnets)[0].RouteTable().RouteTableId()
	endpoint := endpoints.GatewayOf(n, "s3").Node().DefaultChild().(awscdk.CfnResource)
	endpoint.AddPropertyOverride(new("RouteTableIds"), []any{first})
	require.Error(t, tiers.Synth(app))
	report, err := os.ReadFile(filepath.Join(*app.Outdir(), "validation-report.json"))
	require.NoError(t, err)
	assert.Contains(t, string(report), "weakened[Test/Network:App->the-s3-gateway-endpoint:wayfromTest/NetworkSubnetsBlock3Slot1")
	assert.Contains(t, string(report), "leads to NAT gateway")
}
