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

// TestFixes does literally what the fix of an error says. The error is then gone.
func TestFixes(t *testing.T) {
	read := endpoints.S3(endpoints.ARN(arn)).Read()
	in := func(s awscdk.Stack, region string) *tiers.Network {
		return tiers.NewNetwork(s, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{region + "a"}})
	}
	vpc := func(s awscdk.Stack) awsec2.Vpc {
		return awsec2.NewVpc(s, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0), RestrictDefaultSecurityGroup: new(false)})
	}
	private := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
	single := func(v awsec2.IVpc) *endpoints.InterfaceProps {
		return &endpoints.InterfaceProps{Vpc: v, Service: "sts", Subnets: private, Policy: endpoints.Allow(endpoints.WhoAmI())}
	}
	for name, test := range map[string]struct {
		wrong, mended func(awscdk.Stack)
		fix           string
	}{
		"a service": {
			func(s awscdk.Stack) {
				endpoints.Grant(tiers.NewAppTier(network(s), "App", nil), endpoints.Service("smm").Actions("GetParameter").On("*"))
			},
			func(s awscdk.Stack) {
				endpoints.Grant(tiers.NewAppTier(network(s), "App", nil), endpoints.Service("ssm").Actions("GetParameter").On("*"))
			},
			`the nearest one is "ssm"`,
		},
		"a prefix list": {
			func(s awscdk.Stack) { endpoints.Grant(tiers.NewAppTier(in(s, "mx-central-1"), "App", nil), read) },
			func(s awscdk.Stack) {
				n := in(s, "mx-central-1")
				endpoints.Configure(n, &endpoints.Props{PrefixLists: map[string]string{"s3": "pl-0123456789abcdef0"}})
				endpoints.Grant(tiers.NewAppTier(n, "App", nil), read)
			},
			`endpoints.Configure(network, &endpoints.Props{PrefixLists: map[string]string{"s3": "pl-..."}})`,
		},
		"a wrapped VPC": {
			func(s awscdk.Stack) {
				n := tiers.NewNetwork(s, "Network", &tiers.NetworkProps{Vpc: vpc(s)})
				endpoints.Grant(tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: private}), endpoints.WhoAmI())
			},
			func(s awscdk.Stack) {
				n := tiers.NewNetwork(s, "Network", &tiers.NetworkProps{Vpc: vpc(s)})
				endpoints.Configure(n, &endpoints.Props{VpcSubnets: private})
				endpoints.Grant(tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: private}), endpoints.WhoAmI())
			},
			"endpoints.Configure(network, &endpoints.Props{VpcSubnets: ...})",
		},
		"two endpoints": {
			func(s awscdk.Stack) {
				v := vpc(s)
				endpoints.NewInterface(s, "One", single(v))
				endpoints.NewInterface(s, "Two", single(v))
			},
			func(s awscdk.Stack) {
				v := vpc(s)
				second := single(v)
				second.NoPrivateDNS = true
				endpoints.NewInterface(s, "One", single(v))
				endpoints.NewInterface(s, "Two", second)
			},
			"set NoPrivateDNS on an interface endpoint",
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			test.wrong(stack)
			require.ErrorContains(t, tierstest.Synth(t, stack), test.fix)

			stack = tierstest.Stack(t)
			test.mended(stack)
			assert.NoError(t, tierstest.Synth(t, stack))
		})
	}
}
