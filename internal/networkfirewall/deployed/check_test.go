package deployed

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
)

// fine is a template with every kind of resource, in which nothing is wrong.
//
//go:embed testdata/fine.yaml
var fine string

func read(t require.TestingT, text string) *cfn.Assembly {
	a, err := cfn.Read("t.yaml", []byte(text), nil)
	require.NoError(t, err)
	return a
}

// TestCheck checks that each change of a good template is reported with its line, and that nothing else is reported.
func TestCheck(t *testing.T) {
	t.Parallel()
	require.Empty(t, Check(read(t, fine)).String())
	for _, test := range []struct{ from, to, says, at string }{
		// Rules.
		{"sid:12", "sid:11", "error: t/Text: two rules have the sid 11", "t.yaml:16"},
		{"sid:13", "sid:21", "warning: t/Text: two rule groups have SID 21", "t.yaml:16"},
		{"sid:13", "sid:2", "warning: t/Text: logs use SID 2 for a default action", "t.yaml:16"},
		{"$WEB any -> 10.0.1.0/24", "$WEB any <> 10.0.1.0/24", "finding: t/Text: a rule applies to both directions", "t.yaml:16"},
		{"$WEB any -> @LIST 443", "$WWW any -> @LIST 443", "error: t/Text: a rule has an invalid address", "t.yaml:16"},
		{"-> @LIST 443", "-> 192.0.2.0/24 443",
			"warning: t/Text: RuleGroup.ReferenceSets.IPSetReferences.LIST: no rule uses the reference LIST", "t.yaml:13"},
		{"10.0.1.0/24 $APP", "10.0.1.0/24 8080", "warning: t/Text: RuleGroup.RuleVariables.PortSets.APP: no rule uses the variable APP",
			"t.yaml:12"},
		{`icode:4; sid:11`, `icode:4; classtype:x; sid:11`, "error: t/Text: a rule in strict order has classtype", "t.yaml:16"},
		{"prefix-list/pl-0123456789abcdef0", "security-group/sg-1",
			"error: t/Text: RuleGroup.ReferenceSets.IPSetReferences.LIST: the ARN of a prefix list is invalid", "t.yaml:13"},
		{`RulesString: "pass`, `StatefulRules: []
          RulesString: "pass`, "error: t/Text: RuleGroup.RulesSource: the rule group has rules of two kinds", "t.yaml:15"},
		{"Action: DROP\n", "Action: BLOCK\n", "error: t/Tuples: a rule is invalid", "t.yaml:36"},
		{"Direction: FORWARD", "Direction: ANY", "finding: t/Tuples: a rule applies to both directions", "t.yaml:36"},
		{`[{Keyword: sid, Settings: ["21"]}]`, "[]", "error: t/Tuples: a rule has no sid", "t.yaml:36"},
		{"api.example.com, .example.org", "'*.example.com', .example.org", "error: t/Names: a domain list has an invalid name", "t.yaml:25"},
		{"api.example.com, .example.org", ".example.org, .example.org", "error: t/Names: a domain list has .example.org twice", "t.yaml:25"},
		{"[TLS_SNI, HTTP_HOST]", "[TLS_SNI, HTTP]",
			"error: t/Names: RuleGroup.RulesSource.RulesSourceList.TargetTypes[1]: a domain list has an unknown target type", "t.yaml:25"},
		{"ALLOWLIST", "PASSLIST", "error: t/Names: RuleGroup.RulesSource.RulesSourceList: a domain list has an unknown action", "t.yaml:25"},
		// Groups.
		{"Capacity: 3", "Capacity: 2", "error: t/Text: Capacity: the group has more rules than its capacity", "t.yaml:8"},
		{"Capacity: 7", "Capacity: 6", "error: t/Names: Capacity: the group has more rules than its capacity", "t.yaml:22"},
		{"Capacity: 4", "Capacity: 3", "error: t/Stateless: Capacity: the group has more rules than its capacity", "t.yaml:44"},
		{"      Capacity: 3\n", "", "error: t/Text: Capacity: the group has no capacity", "t.yaml:3"},
		{"RuleGroupName: text", "RuleGroupName: my group", "error: t/Text: RuleGroupName: a resource has an invalid name", "t.yaml:6"},
		{"RuleGroupName: tuples\n      Type: STATEFUL", "RuleGroupName: tuples\n      Type: STATELESS",
			"error: t/Tuples: Type: the type of the rule group does not fit its rules", "t.yaml:30"},
		{"Sources: [{AddressDefinition: 192.0.2.0/24}, {AddressDefinition: 198.51.100.0/24}], ", "",
			"error: t/Stateless: RuleGroup.RulesSource.StatelessRulesAndCustomActions.StatelessRules[0]: a stateless rule names neither",
			"t.yaml:49"},
		// Policies.
		{"Priority: 3", "Priority: 2", "error: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[2]: two rule groups have priority 2",
			"t.yaml:64"},
		{"- {Priority: 3, ", "- {", "error: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[2]: a rule group has no priority", "t.yaml:64"},
		{"Priority: 3", "Priority: 70000",
			"error: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[2]: the priority of a rule group is out of range", "t.yaml:64"},
		{"MalwareDomainsStrictOrder", "MalwareDomainsActionOrder",
			"error: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[0]: a group and the policy have different rule orders", "t.yaml:62"},
		{"StatefulRuleOptions: {RuleOrder: STRICT_ORDER}\n        RulesSource: {Rules", "RulesSource: {Rules",
			"error: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[3]: a group and the policy have different rule orders", "t.yaml:64"},
		{"[aws:drop_established_app_layer_to_server, aws:alert_established_app_layer_to_server]", "[]",
			"finding: t/Policy: FirewallPolicy.StatefulDefaultActions: the policy has no default action", "t.yaml:57"},
		{", aws:alert_established_app_layer_to_server", "",
			"warning: t/Policy: FirewallPolicy.StatefulDefaultActions: nothing logs what the default action drops", "t.yaml:57"},
		{"aws:alert_established_app_layer_to_server", "aws:alert_established, aws:alert_strict",
			"error: t/Policy: FirewallPolicy.StatefulDefaultActions: the policy has default actions of two families", "t.yaml:57"},
		{"aws:alert_established_app_layer_to_server", "aws:drop_established_app_layer, aws:alert_strict",
			"error: t/Policy: FirewallPolicy.StatefulDefaultActions: the policy has two default actions that drop", "t.yaml:57"},
		{"StatelessDefaultActions: [aws:forward_to_sfe]", "StatelessDefaultActions: [aws:pass]",
			"warning: t/Policy: FirewallPolicy.StatelessDefaultActions: packets that no stateless rule forwards pass", "t.yaml:55"},
		{"StatelessFragmentDefaultActions: [aws:forward_to_sfe]", "StatelessFragmentDefaultActions: [aws:drop]",
			"warning: t/Policy: FirewallPolicy.StatelessFragmentDefaultActions: fragments that no stateless rule forwards are dropped", "t.yaml:56"},
		{"StatelessDefaultActions: [aws:forward_to_sfe]", "StatelessDefaultActions: [count]",
			"error: t/Policy: FirewallPolicy.StatelessDefaultActions: no stateless default action says what happens to packets", "t.yaml:55"},
		{"StatelessDefaultActions: [aws:forward_to_sfe]", "StatelessDefaultActions: [aws:forward_to_sfe, aws:drop]",
			"error: t/Policy: FirewallPolicy.StatelessDefaultActions: the policy has two stateless default actions", "t.yaml:55"},
		{"        StatelessFragmentDefaultActions: [aws:forward_to_sfe]\n", "",
			"error: t/Policy: FirewallPolicy: the policy has no StatelessFragmentDefaultActions", "t.yaml:54"},
		{"StreamExceptionPolicy: REJECT", "StreamExceptionPolicy: PASS",
			"error: t/Policy: FirewallPolicy.StatefulEngineOptions.StreamExceptionPolicy: the stream exception policy is unknown",
			"t.yaml:58"},
		{"TcpIdleTimeoutSeconds: 60", "TcpIdleTimeoutSeconds: 50",
			"error: t/Policy: FirewallPolicy.StatefulEngineOptions.FlowTimeouts.TcpIdleTimeoutSeconds: the idle timeout is out of range",
			"t.yaml:58"},
		{"[10.0.0.0/8]}}", "[10.0.0.0/8]}, WEB: {Definition: [10.0.0.0/24]}}",
			"error: t/Policy: FirewallPolicy.PolicyVariables.RuleVariables.WEB: a policy sets a variable other than HOME_NET", "t.yaml:59"},
		{"        PolicyVariables: {RuleVariables: {HOME_NET: {Definition: [10.0.0.0/8]}}}\n", "",
			"warning: t/Policy: FirewallPolicy: the policy does not set HOME_NET", "t.yaml:54"},
		{"ResourceArn: !GetAtt Tuples.RuleGroupArn", "ResourceArn: !GetAtt Text.RuleGroupArn",
			"error: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[2]: a rule group is in the policy twice", "t.yaml:64"},
		{"itype:3; icode:4", "itype:8", "warning: t/Policy: FirewallPolicy: the policy drops the ICMP errors about packets that are too large",
			"t.yaml:54"},
		{"Priority: 1, ResourceArn: !Sub", "Priority: 9, ResourceArn: !Sub",
			"warning: t/Policy: FirewallPolicy.StatefulRuleGroupReferences[0]: a managed group does not see what earlier rules pass",
			"t.yaml:62"},
		{"[{Priority: 1, ResourceArn: !Ref Stateless}]", "[]", "", ""},
		// Firewalls and logs.
		{"FirewallName: firewall", "FirewallName: my_firewall", "error: t/Firewall: FirewallName: a resource has an invalid name", "t.yaml:68"},
		{", SubnetMappings: [{SubnetId: subnet-1}]", "", "error: t/Firewall: SubnetMappings: the firewall has no subnets", "t.yaml:66"},
		{"FirewallPolicyArn: !GetAtt Policy.FirewallPolicyArn, ", "", "error: t/Firewall: FirewallPolicyArn: the firewall has no policy",
			"t.yaml:66"},
		{"FirewallArn: !GetAtt Firewall.FirewallArn", "FirewallName: another", "warning: t/Firewall: the firewall has no logs in the templates",
			"t.yaml:66"},
		{"LogType: FLOW", "LogType: ALERT",
			"error: t/Logging: LoggingConfiguration.LogDestinationConfigs[1]: a log type has two destinations", "t.yaml:77"},
		{"LogType: ALERT", "LogType: TLS", "warning: t/Logging: LoggingConfiguration.LogDestinationConfigs: the firewall does not log alerts",
			"t.yaml:75"},
		{"logGroup: !Ref Alerts", "logGroup: !GetAtt Alerts.Arn",
			"error: t/Logging: LoggingConfiguration.LogDestinationConfigs[0].LogDestination.logGroup: a log destination is an ARN instead of a name",
			"t.yaml:76"},
		{"LogGroupName: /aws/network-firewall/alerts", "LogGroupName: firewall alerts",
			"error: t/Logging: LoggingConfiguration.LogDestinationConfigs[0].LogDestination.logGroup: a log destination has an invalid name",
			"t.yaml:76"},
		{"LogDestinationType: S3, LogDestination: {bucketName: flow-logs, prefix: vpc}",
			"LogDestinationType: S3, LogDestination: {logGroup: flow-logs, bucketName: flow-logs}",
			"error: t/Logging: LoggingConfiguration.LogDestinationConfigs[1].LogDestination.logGroup: a log destination has a field that " +
				"does not fit its kind", "t.yaml:77"},
		{"LogDestinationType: S3", "LogDestinationType: s3",
			"error: t/Logging: LoggingConfiguration.LogDestinationConfigs[1].LogDestinationType: the kind of a log destination is unknown",
			"t.yaml:77"},
		// Inspection of TLS.
		{"acm:eu-west-1:123456789012:certificate/mine", "iam::123456789012:server-certificate/mine",
			"error: t/TLS: TLSInspectionConfiguration.ServerCertificateConfigurations[0].ServerCertificates[0]: the ARN of a certificate",
			"t.yaml:84"},
		{"acm:eu-west-1:123456789012:certificate/ca", "acm-pca:eu-west-1:123456789012:certificate-authority/ca",
			"error: t/TLS: TLSInspectionConfiguration.ServerCertificateConfigurations[0].CertificateAuthorityArn: " +
				"the certificate authority belongs to",
			"t.yaml:85"},
		{"            CertificateAuthorityArn: arn:aws:acm:eu-west-1:123456789012:certificate/ca\n", "",
			"error: t/TLS: TLSInspectionConfiguration.ServerCertificateConfigurations[0].CheckCertificateRevocationStatus: " +
				"TLS inspection checks revocation",
			"t.yaml:86"},
		{"192.0.2.0/28", "192.0.2.1/28",
			"error: t/TLS: TLSInspectionConfiguration.ServerCertificateConfigurations[0].Scopes[0]: a scope has an invalid block", "t.yaml:86"},
		{"ToPort: 444", "ToPort: 80",
			"error: t/TLS: TLSInspectionConfiguration.ServerCertificateConfigurations[0].Scopes[0]: a scope has invalid ports", "t.yaml:86"},
		{"Protocols: [6],", "Protocols: [17],",
			"error: t/TLS: TLSInspectionConfiguration.ServerCertificateConfigurations[0].Scopes[0].Protocols: a scope has an invalid protocol",
			"t.yaml:86"},
	} {
		require.Equal(t, 1, strings.Count(fine, test.from), test.from)
		changed := strings.Replace(fine, test.from, test.to, 1)
		found := Check(read(t, changed))
		if test.says == "" {
			assert.Empty(t, found.String(), test.to)
			continue
		}
		require.NotEmpty(t, found, test.to)
		assert.True(t, strings.HasPrefix(found[0].String(), test.says), "%s: %s", test.to, found)
		assert.Equal(t, test.at, found[0].Where(), test.to)
		assert.Len(t, found, 1, "%s: %s", test.to, found)
	}
}

// TestCheckTogether checks mistakes that involve several places of a template.
func TestCheckTogether(t *testing.T) {
	t.Parallel()
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(fine) }
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"no strict order": {replaced("RuleOrder: STRICT_ORDER, ", ""), []string{"default-actions", "priority", "priority", "priority",
			"priority", "rule-order", "rule-order", "rule-order", "rule-order"}},
		"a rule that nothing reaches": {replaced("@LIST 443 (flow:to_server; sid:13;)",
			"@LIST 443 (flow:to_server; sid:13;)\\ndrop tcp 192.0.2.7 any -> any 22 (sid:14;)", "Capacity: 3", "Capacity: 4"),
			[]string{"rule-shadowed"}},
		"a rule that another contradicts": {replaced("pass tcp $WEB any -> @LIST 443 (flow:to_server",
			"alert tcp $WEB any -> @LIST 443 (flow:to_server", "pass icmp any", "pass tcp 192.0.2.7 any -> any 22 (sid:14;)\\npass icmp any",
			"Capacity: 3", "Capacity: 4"),
			[]string{"rule-contradicted"}},
		"more capacity than a policy has": {replaced("Capacity: 3", "Capacity: 30001"), []string{"capacity-range", "rule-quota"}},
		"a block with host bits":          {replaced("[10.0.0.0/24]", "[10.0.0.1/24]"), []string{"cidr", "variable", "variable"}},
		"strict drop and names": {replaced("established_app_layer_to_server", "strict"), []string{
			"domain-list-strict", "one-way", "one-way"}},
		"two logging configurations": {fine + `
  More:
    Type: AWS::NetworkFirewall::LoggingConfiguration
    Properties: {FirewallName: firewall, LoggingConfiguration: {LogDestinationConfigs: []}}
`, []string{"logs-twice"}},
		"an endpoint beside TLS inspection": {replaced("        PolicyVariables:",
			"        TLSInspectionConfigurationArn: !Ref AWS::StackName\n        PolicyVariables:") + `
  More:
    Type: AWS::NetworkFirewall::VpcEndpointAssociation
    Properties: {FirewallArn: !Ref Firewall, VpcId: vpc-2, SubnetMapping: {SubnetId: subnet-2}}
`, []string{"firewall-endpoint"}},
		"all packets pass": {replaced("[{Priority: 1, ResourceArn: !Ref Stateless}]", "[]", "StatelessDefaultActions: [aws:forward_to_sfe]",
			"StatelessDefaultActions: [aws:pass]"), []string{"stateless-pass"}},
		"the policy is elsewhere": {`
Resources: {F: {Type: AWS::NetworkFirewall::Firewall, Properties: {FirewallName: f, VpcId: vpc-1, SubnetMappings: [{SubnetId: subnet-1}],
  FirewallPolicyArn: arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/p}}}`, []string{"logs-missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range Check(read(t, test.text)) {
				got = append(got, strings.TrimPrefix(d.Rule, "firewall-"))
			}
			slices.Sort(got)
			assert.Equal(t, test.want, got)
		})
	}
}

// document returns the fine template as values of JSON.
func document(t *rapid.T) map[string]any {
	a := read(t, fine)
	out := map[string]any{}
	for _, r := range a.Stacks[0].Resources {
		out[r.ID] = map[string]any{"Type": r.Type, "Properties": plainValue(cfn.Value{Kind: cfn.Map, Fields: r.Properties})}
	}
	return out
}

// plainValue returns a value as a value of JSON.
func plainValue(v cfn.Value) any {
	switch v.Kind {
	case cfn.Text:
		return v.Text
	case cfn.List:
		out := []any{}
		for _, i := range v.Items {
			out = append(out, plainValue(i))
		}
		return out
	case cfn.Map:
		out := map[string]any{}
		for _, f := range v.Fields {
			out[f.Name] = plainValue(f.Value)
		}
		return out
	case cfn.Reference:
		if v.Text == "" {
			return map[string]any{"Ref": v.Resource.ID}
		}
		return map[string]any{"Fn::GetAtt": []any{v.Resource.ID, v.Text}}
	}
	return map[string]any{"Fn::Sub": v.Text}
}

// assembly reads resources as a template.
func assembly(t *rapid.T, resources map[string]any) (*cfn.Assembly, error) {
	data, err := json.Marshal(map[string]any{
		"Resources": resources, "Parameters": map[string]any{"P": map[string]any{"Type": "String"},
			"L": map[string]any{"Type": "CommaDelimitedList"}},
		"Conditions": map[string]any{"C": map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "P"}, "x"}}},
	})
	require.NoError(t, err)
	return cfn.Read("t.json", data, nil)
}

// changed replaces some values in a document.
func changed(t *rapid.T, resources map[string]any, values func() []any) {
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		r, _ := resources[rapid.SampledFrom(slices.Sorted(maps.Keys(resources))).Draw(t, "resource")].(map[string]any)
		r["Properties"] = changedValue(t, r["Properties"], values(), 0)
	}
}

// changedValue replaces a value, or a value inside it.
func changedValue(t *rapid.T, v any, values []any, depth int) any {
	down := depth == 0 || rapid.IntRange(0, 9).Draw(t, "down") > 1
	switch v := v.(type) {
	case map[string]any:
		if down && len(v) > 0 && !isFunction(v) {
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(v))).Draw(t, "name")
			v[name] = changedValue(t, v[name], values, depth+1)
			return v
		}
	case []any:
		if down && len(v) > 0 {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "index")
			v[i] = changedValue(t, v[i], values, depth+1)
			return v
		}
	}
	return rapid.SampledFrom(values).Draw(t, "value")
}

func isFunction(v map[string]any) bool {
	for name := range v {
		if name == "Ref" || strings.HasPrefix(name, "Fn::") {
			return true
		}
	}
	return false
}

// TestCheckOnlyDeployment checks that nothing is reported about parts that only a deployment knows, whichever parts they are.
func TestCheckOnlyDeployment(t *testing.T) {
	t.Parallel()
	ref := map[string]any{"Ref": "P"}
	open := func() []any {
		return []any{ref, map[string]any{"Ref": "L"}, map[string]any{"Fn::Select": []any{0, map[string]any{"Ref": "L"}}},
			map[string]any{"Fn::If": []any{"C", ref, map[string]any{"Ref": "AWS::Region"}}}}
	}
	rapid.Check(t, func(t *rapid.T) {
		resources := document(t)
		changed(t, resources, open)
		a, err := assembly(t, resources)
		require.NoError(t, err)
		require.Empty(t, Check(a).String(), "%v", resources)
	})
}

// TestBroken checks that templates with random values in random places never cause a panic, and that the result is always the same.
func TestBroken(t *testing.T) {
	t.Parallel()
	rubbish := func() []any {
		return []any{
			nil, "", "x", -1, 1e30, 0.5, true, []any{}, []any{nil}, []any{1}, map[string]any{}, map[string]any{"x": 1},
			map[string]any{"Ref": "Text"}, map[string]any{"Ref": "AWS::NoValue"},
			map[string]any{"Fn::GetAtt": []any{"Alerts", "Arn"}}, map[string]any{"Fn::Sub": "a${AWS::Region}"}, "${", "$", "pass tcp",
			"pass tcp any any -> $X [ (sid:1;)", "[[[", "!", "\xff", "-99999999999999999999",
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		resources := document(t)
		changed(t, resources, rubbish)
		a, err := assembly(t, resources)
		if err != nil {
			return
		}
		require.Equal(t, Check(a), Check(a), "the same each time")
		Read(a).Find("policy")
	})
}
