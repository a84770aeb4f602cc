package tiers_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

// report synthesizes the app and returns the findings that tierwall reported through CDK: severities by rule name.
func report(t *testing.T, app awscdk.App) map[string]string {
	t.Helper()
	_ = tiers.Synth(app) // Findings fail it; the report is there all the same.
	data, err := os.ReadFile(filepath.Join(*app.Outdir(), "validation-report.json"))
	require.NoError(t, err)
	var parsed struct {
		PluginReports []struct {
			PluginName string
			Violations []struct{ RuleName, Severity, Description string }
		}
	}
	require.NoError(t, json.Unmarshal(data, &parsed))
	out := map[string]string{}
	for _, p := range parsed.PluginReports {
		if p.PluginName == "tierwall" {
			for _, v := range p.Violations {
				out[v.RuleName] = v.Severity
				assert.Contains(t, v.Description, "_test.go:", "the line is named")
			}
		}
	}
	return out
}

func TestFindingsAndWarnings(t *testing.T) {
	app := cdktest.App(t)
	props := twoZones()
	props.Today = time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC)
	n := tiers.NewNetwork(cdktest.StackIn(app, "Test"), "Network", props)
	web, services := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	tiers.NewDataTier(n, "Lonely", nil)
	web.AllowTo(services, tiers.TCP(8080), tiers.Expires("2027-03-15"))
	web.AllowTo(services, tiers.TCP(8081), tiers.Expires("2027-02-15"))
	web.AllowTo(services, tiers.TCP(9090), tiers.Because("a → b"))
	web.AllowTo(tiers.CIDR("192.168.0.0/24"), tiers.HTTPS)
	assert.Equal(t, map[string]string{
		"expires-soon[Test/Network:Web->App:tcp/8080]":      "warning",
		"expired[Test/Network:Web->App:tcp/8081]":           "error",
		"text-cleaned[Test/Network:Web->App:tcp/9090]":      "warning",
		"missing[Test/Network:Web->192.168.0.0/24:tcp/443]": "error", // No route of the network leads there.
		"unwired[Test/Network:Lonely]":                      "warning",
	}, report(t, app))
}

// TestWarningsFailNothing: warnings do not fail synthesis. Two networks in one app share one register.
func TestWarningsFailNothing(t *testing.T) {
	app := cdktest.App(t)
	for _, name := range []string{"One", "Two"} {
		n := tiers.NewNetwork(cdktest.StackIn(app, name), "Network", twoZones())
		tiers.NewWebTier(n, "Web", nil)
	}
	require.NoError(t, tiers.Synth(app))
	assert.Equal(t, map[string]string{"unwired[One/Network:Web]": "warning", "unwired[Two/Network:Web]": "warning"}, report(t, app))
}

// TestNetworkInAStage: stages are synthesized separately, and their errors are reported with those of the app.
func TestNetworkInAStage(t *testing.T) {
	app := cdktest.App(t)
	stage := awscdk.NewStage(app, new("Prod"), nil)
	n := tiers.NewNetwork(awscdk.NewStack(stage, new("Shop"), nil), "Network", twoZones())
	tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.Internet, "nonsense")
	err := tiers.Synth(app)
	assert.ErrorContains(t, err, `Prod/Shop/Network tiers.Web -> the internet: a service is not usable`)
}
