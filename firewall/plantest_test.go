package firewall_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/tiers"
)

// TestRenderedTemplates holds the templates with inspection that pure tests make from plans against those that the constructs make:
// every resource of the network and the firewall, with its properties, names, capacities, logs and tags aside.
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
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"}})
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
	data, err := os.ReadFile(filepath.Join(*app.Outdir(), proof.FileName))
	require.NoError(t, err)
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	p, diags := plan.Make(declared.Networks[0].Architecture, plantest.Today)
	require.NotNil(t, p, diags.String())
	rendered, _ := plantest.Template(p)
	made, err := os.ReadFile(filepath.Join(*app.Outdir(), *stack.TemplateFile()))
	require.NoError(t, err)
	want, got := shapes(t, rendered), shapes(t, made)
	require.NotEmpty(t, want)
	assert.Equal(t, want, got)
}

// shapes are the resources of networks as one text for each, without logical ids' hashes.
func shapes(t *testing.T, template []byte) map[string]string {
	t.Helper()
	var parsed struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
			Metadata   map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(template, &parsed))
	var replace []string
	ids := map[string]string{}
	for id, r := range parsed.Resources {
		path, rendered := r.Metadata["aws:cdk:path"].(string)
		ids[id] = strings.NewReplacer("/", "", "-", "").Replace(strings.TrimSuffix(strings.TrimPrefix(path, "Shop/"), "/Resource"))
		if !rendered {
			ids[id] = id[:len(id)-8]
		}
		if !strings.HasPrefix(ids[id], "Network") {
			ids[id] = strings.TrimPrefix(path, "/")
		}
		replace = append(replace, `"`+id+`"`, `"`+ids[id]+`"`)
	}
	replacer := strings.NewReplacer(replace...)
	out := map[string]string{}
	for id, r := range parsed.Resources {
		kind := r.Type
		if !strings.HasPrefix(kind, "AWS::EC2::") && !strings.HasPrefix(kind, "AWS::NetworkFirewall::") || kind == "AWS::NetworkFirewall::LoggingConfiguration" {
			continue
		}
		for _, aside := range []string{"Tags", "FirewallName", "FirewallPolicyName", "RuleGroupName", "Capacity", "SecurityGroupIngress", "SecurityGroupEgress"} {
			delete(r.Properties, aside) // The order of groups' rules is that of another test.
		}
		if policy, ok := r.Properties["FirewallPolicy"].(map[string]any); ok {
			for _, reference := range policy["StatefulRuleGroupReferences"].([]any) {
				delete(reference.(map[string]any), "Priority")
			}
		}
		data, err := json.Marshal(r.Properties)
		require.NoError(t, err)
		out[fmt.Sprint(ids[id], " ", kind)] = replacer.Replace(string(data))
	}
	return out
}
