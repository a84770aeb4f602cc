// Package nag has cdk-nag judge what is made in one call. Many organisations apply cdk-nag's rules to their apps. The package is a module
// of its own, so that users of tierwall do not depend on cdk-nag.
package nag

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

// TestReports: cdk-nag reports the same about resources that are made in one call as about those that are made one by one.
func TestReports(t *testing.T) {
	inOneCall := reports(t)
	t.Setenv("TIERWALL_BATCH", "off")
	assert.Equal(t, reports(t), inOneCall)
	for pack, rows := range map[string][]string{
		"AwsSolutions": {
			`"AwsSolutions-EC23","Shop/Network/Edge/SecurityGroup/Resource","Non-Compliant"`,
			`"AwsSolutions-VPC3","Shop/Network/NetworkACLs/Block2/In-21476","Suppressed"`,
		},
		"NIST.800.53.R5": {
			`"NIST.800.53.R5-EC2RestrictedSSH","Shop/Network/Web/App-Ingress-tcp-8080","Compliant"`,
			`"NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW","Shop/Network/Subnets/Block1Slot0/DefaultRoute","Non-Compliant"`,
		},
	} {
		for _, row := range rows {
			assert.Contains(t, inOneCall[pack], row)
		}
	}
}

// reports returns cdk-nag's reports about a network, by the name of the collection of rules.
func reports(t *testing.T) map[string]string {
	t.Helper()
	app := tierstest.App(t)
	n := tiers.NewNetwork(awscdk.NewStack(app, new("Shop"), nil), "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	edge, web, services := tiers.NewEdgeTier(n, "Edge", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	edge.AllowFrom(tiers.Internet, tiers.HTTPS)
	edge.AllowTo(web, tiers.HTTPS)
	web.AllowTo(services, tiers.TCP(8080))
	services.AllowTo(tiers.Internet, tiers.HTTPS)
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(nil), nil)
	awscdk.Aspects_Of(app).Add(cdknag.NewNIST80053R5Checks(nil), nil)
	require.NoError(t, tiers.Synth(app))
	out := map[string]string{}
	for _, pack := range []string{"AwsSolutions", "NIST.800.53.R5"} {
		data, err := os.ReadFile(filepath.Join(*app.Outdir(), pack+"--Shop-NagReport.csv"))
		require.NoError(t, err)
		out[pack] = string(data)
	}
	return out
}
