package proof_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// resources are further ones of a template, by logical id.
type resources map[string]map[string]any

func resource(kind string, properties map[string]any) map[string]any {
	return map[string]any{"Type": kind, "Properties": properties}
}

// TestWebEntries: HTTP from the internet needs a web ACL in front of whatever takes it.
func TestWebEntries(t *testing.T) {
	t.Parallel()
	const lb = "AWS::ElasticLoadBalancingV2::"
	balancer := func(kind string) map[string]any {
		return resource(lb+"LoadBalancer", map[string]any{"Type": kind, "Scheme": "internet-facing", "SecurityGroups": []any{map[string]any{"Fn::GetAtt": []any{"EdgeSecurityGroupResource", "GroupId"}}},
			"Subnets": []any{ref("SubnetsBlock1Slot0Subnet")}})
	}
	listener := func(port int, action map[string]any) map[string]any {
		return resource(lb+"Listener", map[string]any{"LoadBalancerArn": ref("LB"), "Port": port, "Protocol": "HTTPS", "DefaultActions": []any{action}})
	}
	forward := map[string]any{"Type": "forward", "TargetGroupArn": ref("Targets")}
	redirect := map[string]any{"Type": "redirect"}
	targets := func(kind string, of ...any) map[string]any {
		return resource(lb+"TargetGroup", map[string]any{"TargetType": kind, "Targets": append([]any{}, of...)})
	}
	association := func(with any) map[string]any {
		return resource("AWS::WAFv2::WebACLAssociation", map[string]any{"ResourceArn": with, "WebACLArn": map[string]any{"Fn::GetAtt": []any{"ACL", "Arn"}}})
	}
	acl := func(rules ...any) map[string]any {
		return resource("AWS::WAFv2::WebACL", map[string]any{"DefaultAction": map[string]any{"Allow": map[string]any{}}, "Rules": append([]any{}, rules...)})
	}
	blocks := map[string]any{"Action": map[string]any{"Block": map[string]any{}}}
	counts := map[string]any{"OverrideAction": map[string]any{"Count": map[string]any{}}}
	plain := resources{"LB": balancer("application"), "Listener": listener(443, forward), "Targets": targets("instance")}
	with := func(more resources) resources {
		out := maps.Clone(plain)
		maps.Copy(out, more)
		return out
	}
	tests := map[string]struct {
		resources resources
		service   string
		list      bool   // from a prefix list instead of the internet
		want      string // the ID of the finding
		note      string
	}{
		"nothing there":     {},
		"no web ACL":        {resources: plain, want: "unprotected[Test/Network:the internet->Edge:tcp/443]"},
		"a web ACL":         {resources: with(resources{"ACL": acl(blocks), "Association": association(ref("LB"))})},
		"it counts":         {resources: with(resources{"ACL": acl(counts), "Association": association(ref("LB"))}), note: "Test/Network: the web ACL Test/ACL in front of Test/LB only counts: none of its rules blocks"},
		"the file is empty": {resources: with(resources{"ACL": acl(), "Association": association(ref("LB"))}), note: "Test/Network: the web ACL Test/ACL in front of Test/LB has no rules and blocks nothing"},
		"of something":      {resources: with(resources{"ACL": acl(blocks), "Association": association("arn:aws:apigateway:eu-west-1::/restapis/a/stages/b")}), want: "unprotected[Test/Network:the internet->Edge:tcp/443]"},
		"of who knows":      {resources: with(resources{"ACL": acl(blocks), "Association": association(map[string]any{"Fn::ImportValue": "Arn"})}), want: "unknown[Test/Network:the internet->Edge:tcp/443]"},
		"redirects":         {resources: with(resources{"Listener": listener(443, redirect)})},
		"redirects, rule":   {resources: with(resources{"Listener": listener(443, redirect), "Rule": resource(lb+"ListenerRule", map[string]any{"ListenerArn": ref("Listener"), "Actions": []any{forward}})}), want: "unprotected[Test/Network:the internet->Edge:tcp/443]"},
		"another port":      {resources: with(resources{"Listener": listener(9443, forward)})},
		"an odd port":       {resources: with(resources{"Listener": listener(9443, forward)}), service: "tcp/9443,https", want: "unprotected[Test/Network:the internet->Edge:tcp/9443]"},
		"packets":           {resources: with(resources{"LB": balancer("gateway")}), want: "missing[Test/Network:0.0.0.0/0 except 10.0.0.0/16->Edge:tcp/443]"},
		"connections":       {resources: with(resources{"LB": balancer("network")}), want: "unprotected[Test/Network:the internet->Edge:tcp/443]"},
		"no HTTP":           {resources: with(resources{"LB": balancer("network"), "Listener": listener(8883, forward)}), service: "tcp/8883,https"},
		"HTTP behind":       {resources: with(resources{"LB": balancer("network"), "Targets": targets("alb", map[string]any{"Id": ref("Inner")}), "Inner": resource(lb+"LoadBalancer", map[string]any{})}), want: "unprotected[Test/Network:the internet->Edge:tcp/443]"},
		"protected behind":  {resources: with(resources{"LB": balancer("network"), "Targets": targets("alb", map[string]any{"Id": ref("Inner")}), "Inner": resource(lb+"LoadBalancer", map[string]any{}), "ACL": acl(blocks), "Association": association(ref("Inner"))})},
		"a list":            {list: true, resources: plain, want: "unprotected[Test/Network:pl-0123456789abcdef0->Edge:tcp/443]"},
		"a list, web ACL":   {list: true, resources: with(resources{"ACL": acl(blocks), "Association": association(ref("LB"))})},
		"a list, secret": {list: true, resources: with(resources{"Listener": listener(443, map[string]any{"Type": "fixed-response"}), "Rule": resource(lb+"ListenerRule", map[string]any{"ListenerArn": ref("Listener"), "Actions": []any{forward},
			"Conditions": []any{map[string]any{"Field": "http-header", "HttpHeaderConfig": map[string]any{"HttpHeaderName": "X-Origin", "Values": []any{"secret"}}}}})})},
		"a list, paths": {list: true, resources: with(resources{"Listener": listener(443, map[string]any{"Type": "fixed-response"}), "Rule": resource(lb+"ListenerRule", map[string]any{"ListenerArn": ref("Listener"), "Actions": []any{forward},
			"Conditions": []any{map[string]any{"Field": "path-pattern"}}})}), want: "unprotected[Test/Network:pl-0123456789abcdef0->Edge:tcp/443]"},
		"a server": {resources: resources{"Server": resource("AWS::EC2::Instance", map[string]any{"NetworkInterfaces": []any{map[string]any{
			"AssociatePublicIpAddress": true, "SubnetId": ref("SubnetsBlock1Slot0Subnet"),
			"GroupSet": []any{map[string]any{"Fn::GetAtt": []any{"EdgeSecurityGroupResource", "GroupId"}}}}}})}, want: "unprotected[Test/Network:the internet->Edge:tcp/443]"},
		"a server without a public address": {resources: resources{"Server": resource("AWS::EC2::Instance", map[string]any{
			"SubnetId":         ref("SubnetsBlock1Slot0Subnet"),
			"SecurityGroupIds": []any{map[string]any{"Fn::GetAtt": []any{"EdgeSecurityGroupResource", "GroupId"}}}})}, want: "missing[Test/Network:0.0.0.0/0 except 10.0.0.0/16->Edge:tcp/443]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.service == "" {
				test.service = "https"
			}
			from := arch.Peer{Kind: arch.Internet}
			if test.list {
				from = arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-0123456789abcdef0"}, Entries: 55}
			}
			p, diags := plan.Make(arch.Architecture{
				Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
				Tiers:   []arch.Tier{{ID: "Edge", Kind: arch.Edge}},
				Flows:   []arch.Flow{{From: from, To: arch.TierPeer(arch.Edge, "Edge"), Service: test.service}},
			}, plantest.Today)
			require.NotNil(t, p, diags.String())
			data, declared := plantest.Template(p)
			var template struct{ Resources map[string]any }
			require.NoError(t, json.Unmarshal(data, &template))
			for id, r := range test.resources {
				template.Resources[id] = r
			}
			data, err := json.Marshal(template)
			require.NoError(t, err)
			report, err := proof.Prove(read(t, data), declared)
			require.NoError(t, err)
			var got, want []string
			for _, f := range report.Findings {
				got = append(got, f.ID())
			}
			if test.want != "" {
				want = []string{test.want}
			}
			assert.Equal(t, want, got, report.Diagnostics().String())
			if test.note != "" {
				assert.Contains(t, report.Notes, test.note)
			}
		})
	}
}
