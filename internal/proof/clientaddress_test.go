package proof_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestClientAddresses: a network load balancer before a firewall must not pass its clients' addresses on.
func TestClientAddresses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target    map[string]any
		inspected bool
		found     bool
	}{
		"instances, by default": {map[string]any{"Protocol": "TCP"}, true, true},
		"instances, off":        {map[string]any{"Protocol": "TCP", "TargetGroupAttributes": []any{map[string]any{"Key": "preserve_client_ip.enabled", "Value": "false"}}}, true, false},
		"addresses, by default": {map[string]any{"Protocol": "TCP", "TargetType": "ip"}, true, false},
		"addresses, on":         {map[string]any{"Protocol": "TCP", "TargetType": "ip", "TargetGroupAttributes": []any{map[string]any{"Key": "preserve_client_ip.enabled", "Value": "true"}}}, true, true},
		"UDP":                   {map[string]any{"Protocol": "TCP_UDP", "TargetType": "ip"}, true, true},
		"nothing on the way":    {map[string]any{"Protocol": "TCP"}, false, false},
		"another load balancer": {map[string]any{"Protocol": "TCP", "TargetType": "alb"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{
				Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
				Tiers:   []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}},
				Flows:   []arch.Flow{{From: arch.TierPeer(arch.Edge, "Edge"), To: arch.TierPeer(arch.Web, "Web"), Service: "https"}},
			}
			if test.inspected {
				a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath}
			}
			p, diags := plan.Make(a, plantest.Today)
			require.NotNil(t, p, diags.String())
			template, declared := plantest.Template(p)
			var parsed struct{ Resources map[string]any }
			require.NoError(t, json.Unmarshal(template, &parsed))
			add := func(id, kind string, properties map[string]any) {
				parsed.Resources[id] = map[string]any{"Type": "AWS::ElasticLoadBalancingV2::" + kind, "Properties": properties}
			}
			add("Target", "TargetGroup", test.target)
			add("Balancer", "LoadBalancer", map[string]any{"Type": "network", "Subnets": []any{map[string]any{"Ref": "SubnetsBlock1Slot0Subnet"}},
				"SecurityGroups": []any{map[string]any{"Fn::GetAtt": []any{"EdgeSecurityGroupResource", "GroupId"}}}})
			add("Listener", "Listener", map[string]any{"LoadBalancerArn": map[string]any{"Ref": "Balancer"},
				"DefaultActions": []any{map[string]any{"Type": "forward", "TargetGroupArn": map[string]any{"Ref": "Target"}}}})
			template, err := json.Marshal(parsed)
			require.NoError(t, err)
			report, err := proof.Prove(read(t, template), declared)
			require.NoError(t, err)
			if !test.found {
				assert.Empty(t, report.Findings, report.Diagnostics())
				return
			}
			require.Len(t, report.Findings, 1)
			assert.Contains(t, report.Diagnostics().String(), "preserve_client_ip.enabled")
		})
	}
}
