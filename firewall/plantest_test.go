package firewall_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
)

// TestRenderedTemplates compares the templates with inspection that pure tests render from plans with the templates of the constructs: all
// resources of the network and the firewall with their properties, except names, capacities, logs and tags.
func TestRenderedTemplates(t *testing.T) {
	for name, props := range map[string]*firewall.Props{
		"all paths":         {Paths: firewall.Egress | firewall.Ingress | firewall.EastWest},
		"egress, observed":  {Paths: firewall.Egress, Mode: firewall.Observe},
		"egress, dropped":   {Paths: firewall.Egress, Midstream: firewall.MidstreamDrop},
		"observed, dropped": {Paths: firewall.Egress, Mode: firewall.Observe, Midstream: firewall.MidstreamDrop},
		"ingress, strict":   {Paths: firewall.Ingress, Strict: true},
		"east-west":         {Paths: firewall.EastWest},
		"prepared":          {Paths: firewall.Egress | firewall.EastWest, Mode: firewall.Prepare},
		"all paths, strict": {Paths: firewall.Egress | firewall.Ingress | firewall.EastWest, Strict: true},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			firewall.Inspect(shop(stack), props)
			require.NoError(t, tiers.Synth(app))
			compare(t, app, stack)
		})
	}
	t.Run("addresses from IPAM", func(t *testing.T) {
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
			IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
		})
		web, worker := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
		web.AllowTo(worker, tiers.TCP(8080))
		worker.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
		firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest})
		require.NoError(t, tiers.Synth(app))
		compare(t, app, stack)
	})
}

func compare(t *testing.T, app awscdk.App, stack awscdk.Stack) {
	t.Helper()
	plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{IPAMPool: "ipam-pool-0123456789abcdef0"}, plantest.Apart{})
}
