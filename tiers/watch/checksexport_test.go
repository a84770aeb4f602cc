package watch_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// TestChecksExport: the command export says that a file has no queries, access scopes and rules of AWS Config.
func TestChecksExport(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(n.Network, nil)})
	watch.AccessScopes(n.Network, nil)
	watch.ConfigRules(n.Network, nil)
	_, declared := synthesized(t, stack)
	_, unsaid, err := export.From(declared.Networks[0])
	require.NoError(t, err)
	for _, call := range []string{"Queries", "AccessScopes", "ConfigRules"} {
		assert.Contains(t, fmt.Sprint(unsaid), "not in the file; call watch."+call+" in workloads.go")
	}
}

// TestLogPrefixExport: the command export says that a file has no prefix for the firewall's logs in a bucket.
func TestLogPrefixExport(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	tiers.NewAppTier(n, "App", nil).AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("rates"))
	bucket := awss3.NewBucket(stack, new("Bucket"), nil)
	firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress, Logging: &firewall.LoggingProps{Flow: logs.ToBucket(bucket, "flows")}})
	_, declared := synthesized(t, stack)
	_, unsaid, err := export.From(declared.Networks[0])
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(unsaid), "the prefix of the keys of the firewall's logs in a bucket is not in the file")
}
