package firewall_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

// shop returns a network with flows of every kind.
func shop(stack awscdk.Stack) *tiers.Network {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
	lb, web, app := tiers.NewEdgeTier(n, "LB", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	db, bastion := tiers.NewDataTier(n, "DB", nil), tiers.NewBastionTier(n, "Bastion", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS, tiers.Because("customers"))
	web.AllowTo(app, tiers.TCP(8080))
	app.AllowTo(db, tiers.MySQL)
	app.AllowTo(tiers.Internet, tiers.TCP(8443))
	bastion.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH)
	bastion.AllowTo(app, tiers.SSH)
	return n
}

// small is a network in one zone, for tests of what does not depend on the network.
func small(stack awscdk.Stack) *tiers.Network {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	lb, web := tiers.NewEdgeTier(n, "LB", nil), tiers.NewWebTier(n, "Web", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	web.AllowTo(tiers.Internet, tiers.TCP(8443))
	return n
}

// resources returns the resources of the stack's template by logical id, as plain JSON values.
func resources(t *testing.T, stack awscdk.Stack) map[string]map[string]any {
	t.Helper()
	var template struct{ Resources map[string]map[string]any }
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	return template.Resources
}

// of returns the properties of the resources of a type.
func of(all map[string]map[string]any, kind string) []map[string]any {
	var out []map[string]any
	for _, r := range all {
		if r["Type"] == "AWS::"+kind {
			p, _ := r["Properties"].(map[string]any)
			out = append(out, p)
		}
	}
	return out
}

// findings returns the ids of a failed synthesis' findings, from its report.
func findings(t *testing.T, synth error) []string {
	t.Helper()
	_, file, _ := strings.Cut(synth.Error(), "found in: ")
	report, err := os.ReadFile(strings.TrimSpace(file))
	require.NoError(t, err)
	var parsed struct {
		PluginReports []struct {
			PluginName string
			Violations []struct{ RuleName string }
		}
	}
	require.NoError(t, json.Unmarshal(report, &parsed))
	var out []string
	for _, r := range parsed.PluginReports {
		for _, v := range r.Violations {
			out = append(out, strings.TrimPrefix(v.RuleName, "tierwall::"))
		}
	}
	for i := range out {
		out[i] = "tierwall::" + out[i]
	}
	return out
}
