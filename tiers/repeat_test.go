package tiers_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

func forceSynth(app awscdk.App) { app.Synth(&awscdk.StageSynthesisOptions{Force: new(true)}) }

// requireSameAgain synthesizes once more, and requires the files of the first synthesis. Newer versions of CDK add metadata of their own to
// stacks in each synthesis.
func requireSameAgain(t *testing.T, app awscdk.App, first map[string]string) {
	t.Helper()
	forceSynth(app)
	again := files(t, app)
	isMetadata := func(file, _ string) bool { return strings.HasSuffix(file, ".metadata.json") }
	first = maps.Clone(first)
	maps.DeleteFunc(first, isMetadata)
	maps.DeleteFunc(again, isMetadata)
	equalFiles(t, first, again)
}

// TestRepeatedDependencies: constructs of the app that depend on a network or a tier depend on the same resources after a second synthesis,
// also where CDK visits aspects until nothing changes.
func TestRepeatedDependencies(t *testing.T) {
	app := cdktest.App(t)
	app.Node().SetContext(new("@aws-cdk/core:aspectStabilization"), true)
	stack := cdktest.StackIn(app, "Shop")
	web, services, db := layers(stack, twoZones())
	topic := awssns.NewTopic(stack, new("Topic"), nil)
	topic.Node().AddDependency(web.Node().Scope(), db)
	awssns.NewTopic(services, new("Topic"), nil).Node().AddDependency(topic)
	require.NoError(t, tiers.Synth(app))
	first := files(t, app)
	require.Greater(t, len(resources(t, stack)["TopicBFC7AF6E"]["DependsOn"].([]any)), 50)
	requireSameAgain(t, app, first)
}

// TestRepeatedWithMore: a second synthesis also has the resources that the app has added since the first.
func TestRepeatedWithMore(t *testing.T) {
	app := cdktest.App(t)
	stack := cdktest.StackIn(app, "Shop")
	web, _, _ := layers(stack, twoZones())
	require.NoError(t, tiers.Synth(app))
	before := resources(t, stack)
	awsec2.NewCfnEIP(stack, new("Address"), nil).Node().AddDependency(web)
	forceSynth(app)
	after := resources(t, stack)
	assert.Len(t, after["Address"]["DependsOn"], 3, "a group and two rules")
	delete(after, "Address")
	assert.Equal(t, before, after)
}

// TestMendedGivesTheSame: an app that was corrected after a failed synthesis has the same files as one that was correct at once.
func TestMendedGivesTheSame(t *testing.T) {
	declare := func(wrong bool) map[string]string {
		app := cdktest.App(t)
		n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", twoZones())
		web, services := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
		web.Connections().AllowTo(services, awsec2.Port_Tcp(new(9090.0)), nil)
		if wrong {
			require.Error(t, tiers.Synth(app))
		}
		web.AllowTo(services, tiers.TCP(9090))
		require.NoError(t, tiers.Synth(app))
		return files(t, app)
	}
	right, mended := declare(false), declare(true)
	for _, file := range []string{"Shop.template.json", "tree.json"} {
		assert.Equal(t, right[file], mended[file], file)
	}
}
