package tiers_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/policy"
)

// clinic is a network whose database holds health records and personal data.
func clinic(t *testing.T) (awscdk.App, *tiers.Network) {
	t.Helper()
	app := cdktest.App(t)
	n := tiers.NewNetwork(cdktest.StackIn(app, "Clinic"), "Network", twoZones())
	services := tiers.NewAppTier(n, "App", nil)
	records := tiers.NewDataTier(n, "Records", &tiers.TierProps{Holds: "health, " + tiers.Personal})
	services.AllowTo(records, tiers.PostgreSQL, tiers.Because("visits"))
	services.AllowTo(records, tiers.HTTP, tiers.Because("pictures"))
	services.AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("updates"))
	return app, n
}

// TestRequire: what policies find fails synthesis, with the name of the policy and the line of the flow.
func TestRequire(t *testing.T) {
	app, n := clinic(t)
	var seen policy.Network
	judge := func(n policy.Network) []policy.Finding {
		seen = n
		return []policy.Finding{n.Flows[0].Finding("source", "App may read records", "do not"), n.Tiers[0].Finding("unsigned", "no contract", "")}
	}
	n.Require(policy.SensitiveData(), policy.Policy{Name: "health", Classes: []string{"health"}, Judge: judge})
	found := report(t, app)
	assert.Equal(t, map[string]string{
		"sensitive-data-plain-text[Clinic/Network:App->Records:tcp/80]": "error",
		"sensitive-data-logs[Clinic/Network:Records]":                   "error",
		"health-source[Clinic/Network:App->Records:tcp/80]":             "error",
		"health-unsigned[Clinic/Network:App]":                           "error",
	}, found)
	services := policy.Tier{ID: "App", Kind: "app"}
	records := policy.Tier{ID: "Records", Kind: "data", Holds: []string{"health", "personal"}}
	ends := func(f policy.Flow) policy.Flow {
		f.From, f.To = policy.Peer{Name: "App", Tier: services}, policy.Peer{Name: "Records", Tier: records}
		return f
	}
	assert.Equal(t, policy.Network{Tiers: []policy.Tier{services, records}, Flows: []policy.Flow{
		ends(policy.Flow{ID: "App->Records:tcp/80", Services: []string{"tcp/80"}, PlainText: []string{"HTTP"}, Reason: "pictures"}),
		ends(policy.Flow{ID: "App->Records:tcp/5432", Services: []string{"tcp/5432"}, Reason: "visits"}),
		{ID: "App->the internet:tcp/443", From: policy.Peer{Name: "App", Tier: services}, To: policy.Peer{Name: "the internet", Internet: true},
			Services: []string{"tcp/443"}, Reason: "updates"},
	}}, seen)
}

// TestPolicyFindingsAreAcknowledged: a reason accepts a finding of a policy, whoever wrote the policy.
func TestPolicyFindingsAreAcknowledged(t *testing.T) {
	app, n := clinic(t)
	judge := func(n policy.Network) []policy.Finding {
		return []policy.Finding{n.Flows[0].Finding("source", "App may read records", "do not")}
	}
	n.Require(policy.SensitiveData(), policy.Policy{Name: "health", Classes: []string{"health"}, Judge: judge})
	for id := range report(t, app) {
		awscdk.Validations_Of(n).Acknowledge(&awscdk.Acknowledgment{Id: new("tierwall::" + id), Reason: new("test")})
	}
	require.NoError(t, tiers.Synth(app))
}

// TestBadPolicies: a policy that cannot judge is an error, and so is one that judges nothing.
func TestBadPolicies(t *testing.T) {
	judge := func(policy.Network) []policy.Finding { return nil }
	health := []string{"health"}
	const unusable = "a finding of the policy mine is not usable"
	finding := func(f policy.Finding) policy.Policy {
		return policy.Policy{Name: "mine", Classes: health, Judge: func(policy.Network) []policy.Finding { return []policy.Finding{f} }}
	}
	for name, test := range map[string]struct {
		policies []policy.Policy
		want     string
	}{
		"no such policy":            {[]policy.Policy{{Name: "pci-dsss"}}, "there is no such policy"},
		"the zero policy":           {[]policy.Policy{{}}, "the name of a policy is not usable"},
		"a built-in that fits none": {[]policy.Policy{policy.PCIDSS()}, "the policy pci-dss protects no tier"},
		"twice":                     {[]policy.Policy{policy.SensitiveData(), policy.SensitiveData()}, "two policies have one name"},
		"a taken name":              {[]policy.Policy{{Name: "pci-dss", Classes: health, Judge: judge}}, "has the name of a built-in one"},
		"a bad name":                {[]policy.Policy{{Name: "My Policy", Classes: health, Judge: judge}}, `got "My Policy"`},
		"no classes":                {[]policy.Policy{{Name: "mine", Judge: judge}}, "does not say which classes of data it is about"},
		"a class that no tier has":  {[]policy.Policy{{Name: "mine", Classes: []string{"heatlh"}, Judge: judge}}, "no tier holds heatlh data"},
		"a panic": {[]policy.Policy{{Name: "mine", Classes: health, Judge: func(policy.Network) []policy.Finding { panic("oops") }}},
			"the policy mine panicked"},
		"about nothing":  {[]policy.Policy{finding(policy.Finding{Rule: "x", About: "Nobody", Summary: "s"})}, unusable},
		"no rule":        {[]policy.Policy{finding(policy.Finding{About: "App", Summary: "s"})}, unusable},
		"no summary":     {[]policy.Policy{finding(policy.Finding{Rule: "x", About: "App"})}, unusable},
		"a hostile rule": {[]policy.Policy{finding(policy.Finding{Rule: "x]::[", About: "App", Summary: "s"})}, unusable},
	} {
		t.Run(name, func(t *testing.T) {
			app, n := clinic(t)
			n.Require(test.policies...)
			err := tiers.Synth(app)
			require.ErrorContains(t, err, test.want)
			assert.ErrorContains(t, err, "require_test.go:", "the line is named")
		})
	}
}

// TestBadHolds: a text that is no class is an error, and one that is nearly a class a warning.
func TestBadHolds(t *testing.T) {
	for _, holds := range []tiers.DataClass{"Cardholder", "a b", ",", "x]", "é", "-a"} {
		app := cdktest.App(t)
		n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", twoZones())
		tiers.NewDataTier(n, "Data", &tiers.TierProps{Holds: holds})
		assert.ErrorContains(t, tiers.Synth(app), "a class of data is not usable", "%q", holds)
	}
	app := cdktest.App(t)
	n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", twoZones())
	tiers.NewDataTier(n, "Data", &tiers.TierProps{Holds: "card-holder"})
	assert.Equal(t, map[string]string{
		"data-label[Shop/Network:Data:card-holder]": "warning", "unwired[Shop/Network:Data]": "warning",
	}, report(t, app))
}
