package proxy_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/proxy"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestChanged: if another part of the app changes the configuration or the command, the proof finds that.
func TestChanged(t *testing.T) {
	for name, path := range map[string]string{
		"configuration": "ContainerDefinitions.0.Environment.0.Value",
		"command":       "ContainerDefinitions.0.Command.2",
		"image":         "ContainerDefinitions.0.Image",
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			n := declare(stack, nil)
			p := n.proxy(proxy.Props{Uninspected: true})
			p.Allow([]tiers.AppSource{n.app}, tiers.Domain("api.stripe.com"), tiers.HTTPS)
			p.Node().FindChild(new("Task")).(awsecs.CfnTaskDefinition).AddPropertyOverride(&path, "something else")
			require.Error(t, tierstest.Synth(t, stack))
			assert.Contains(t, reportOf(t, stack), "task of the egress proxy")
		})
	}
}
