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

// resources are additional resources of a template, by logical id.
type resources map[string]object

func resource(kind string, properties object) object {
	return object{"Type": kind, "Properties": properties}
}

// TestWebEntries: a resource that receives HTTP from the internet needs a web ACL in front of it.
func TestWebEntries(t *testing.T) {
	t.Parallel()
	const lb = "AWS::ElasticLoadBalancingV2::"
	const unprotected, fromList = "unprotected[Test/Network:the internet->Edge:tcp/443]",
		"unprotected[Test/Network:pl-0123456789abcdef0->Edge:tcp/443]"
	const notCarried = "missing[Test/Network:0.0.0.0/0 except 10.0.0.0/16->Edge:tcp/443]"
	const inFront = "Test/Network: the web ACL Test/ACL in front of Test/LB "
	balancer := func(kind string) object {
		return resource(lb+"LoadBalancer", object{"Type": kind, "Scheme": "internet-facing", "SecurityGroups": []any{groupOf("Edge")},
			"Subnets": []any{ref("SubnetsBlock1Slot0Subnet")}})
	}
	listener := func(port int, action object) object {
		return resource(lb+"Listener", object{"LoadBalancerArn": ref("LB"), "Port": port, "Protocol": "HTTPS", "DefaultActions": []any{action}})
	}
	forward := object{"Type": "forward", "TargetGroupArn": ref("Targets")}
	redirect, refuse := object{"Type": "redirect"}, object{"Type": "fixed-response"}
	rule := func(conditions ...any) object {
		properties := object{"ListenerArn": ref("Listener"), "Actions": []any{forward}}
		if len(conditions) > 0 {
			properties["Conditions"] = conditions
		}
		return resource(lb+"ListenerRule", properties)
	}
	secret := object{"Field": "http-header", "HttpHeaderConfig": object{"HttpHeaderName": "X-Origin", "Values": []any{"secret"}}}
	targets := func(kind string, of ...any) object {
		return resource(lb+"TargetGroup", object{"TargetType": kind, "Targets": append([]any{}, of...)})
	}
	inner, behind := resource(lb+"LoadBalancer", object{}), targets("alb", object{"Id": ref("Inner")})
	association := func(with any) object {
		return resource("AWS::WAFv2::WebACLAssociation", object{"ResourceArn": with, "WebACLArn": object{"Fn::GetAtt": []any{"ACL", "Arn"}}})
	}
	acl := func(rules ...any) object {
		return resource("AWS::WAFv2::WebACL", object{"DefaultAction": object{"Allow": object{}}, "Rules": append([]any{}, rules...)})
	}
	blocks := object{"Action": object{"Block": object{}}}
	counts := object{"OverrideAction": object{"Count": object{}}}
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
		"nothing there": {},
		"no web ACL":    {resources: plain, want: unprotected},
		"a web ACL":     {resources: with(resources{"ACL": acl(blocks), "Association": association(ref("LB"))})},
		"it counts": {resources: with(resources{"ACL": acl(counts), "Association": association(ref("LB"))}), note: inFront +
			"only counts: none of its rules blocks"},
		"the file is empty": {resources: with(resources{"ACL": acl(), "Association": association(ref("LB"))}), note: inFront +
			"has no rules and blocks nothing"},
		"of something": {resources: with(resources{"ACL": acl(blocks),
			"Association": association("arn:aws:apigateway:eu-west-1::/restapis/a/stages/b")}), want: unprotected},
		"of who knows": {resources: with(resources{"ACL": acl(blocks), "Association": association(object{"Fn::ImportValue": "Arn"})}),
			want: "unknown[Test/Network:the internet->Edge:tcp/443]"},
		"redirects":       {resources: with(resources{"Listener": listener(443, redirect)})},
		"redirects, rule": {resources: with(resources{"Listener": listener(443, redirect), "Rule": rule()}), want: unprotected},
		"another port":    {resources: with(resources{"Listener": listener(9443, forward)})},
		"an odd port": {resources: with(resources{"Listener": listener(9443, forward)}), service: "tcp/9443,https",
			want: "unprotected[Test/Network:the internet->Edge:tcp/9443]"},
		"packets":     {resources: with(resources{"LB": balancer("gateway")}), want: notCarried},
		"connections": {resources: with(resources{"LB": balancer("network")}), want: unprotected},
		"no HTTP": {resources: with(resources{"LB": balancer("network"), "Listener": listener(8883, forward)}),
			service: "tcp/8883,https"},
		"HTTP behind": {resources: with(resources{"LB": balancer("network"), "Targets": behind, "Inner": inner}), want: unprotected},
		"protected behind": {resources: with(resources{"LB": balancer("network"), "Targets": behind, "Inner": inner, "ACL": acl(blocks),
			"Association": association(ref("Inner"))})},
		"a list":          {list: true, resources: plain, want: fromList},
		"a list, web ACL": {list: true, resources: with(resources{"ACL": acl(blocks), "Association": association(ref("LB"))})},
		"a list, secret":  {list: true, resources: with(resources{"Listener": listener(443, refuse), "Rule": rule(secret)})},
		"a list, paths": {list: true, resources: with(resources{"Listener": listener(443, refuse),
			"Rule": rule(object{"Field": "path-pattern"})}), want: fromList},
		"a server": {resources: resources{"Server": resource("AWS::EC2::Instance", object{"NetworkInterfaces": []any{object{
			"AssociatePublicIpAddress": true, "SubnetId": ref("SubnetsBlock1Slot0Subnet"),
			"GroupSet": []any{groupOf("Edge")}}}})}, want: unprotected},
		"a server without a public address": {resources: resources{"Server": resource("AWS::EC2::Instance", object{
			"SubnetId":         ref("SubnetsBlock1Slot0Subnet"),
			"SecurityGroupIds": []any{groupOf("Edge")}})}, want: notCarried},
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
			var template struct{ Resources object }
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
