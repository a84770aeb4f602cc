package proof_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/proof"
)

const (
	webACL = `{"DefaultAction": {"Allow": {}}, "Rules": [
		{"Name": "Hosts", "Priority": 1, "Action": {"Block": {}}, "Statement": {"GeoMatchStatement": {"CountryCodes": ["DE", "FR"]}}}]}`
	rules = `{"RuleGroup": {"RulesSource":
		{"RulesString": "pass tcp 10.0.0.1 any -> 10.0.0.2 80 (sid:1;)\ndrop ip any any -> any any (sid:2;)"}}}`
)

// TestControls: a change to a resource of a control is a finding, except for names, descriptions and tags.
func TestControls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		made, is string // properties; empty is no resource
		want     []string
	}{
		"as it was made":                 {webACL, webACL, nil},
		"another order of names":         {`{"A": {"B": 1, "C": "x"}}`, `{"A": {"C": "x", "B": "1"}}`, nil},
		"another name and a description": {webACL, `{"Name": "x", "Description": "y", "Tags": []` + strings.Replace(webACL, "{", ", ", 1), nil},
		"no resource":                    {webACL, "", []string{"weakened[Shop/WebACL:]"}},
		"a rule that counts": {
			webACL, strings.ReplaceAll(webACL, "Block", "Count"),
			[]string{"weakened[Shop/WebACL:Rules/Hosts.Action.Block]", "weakened[Shop/WebACL:Rules/Hosts.Action.Count]"},
		},
		"a rule less": {
			webACL, `{"DefaultAction": {"Allow": {}}, "Rules": []}`, []string{"weakened[Shop/WebACL:Rules/Hosts]"},
		},
		"no rules": {webACL, `{"DefaultAction": {"Allow": {}}}`, []string{"weakened[Shop/WebACL:Rules]"}},
		"a rule more that allows": {
			webACL, strings.Replace(webACL, "[", `[{"Name": "More", "Priority": 0, "Action": {"Allow": {}}},`, 1),
			[]string{"weakened[Shop/WebACL:Rules/More]"},
		},
		"a rule more that blocks": {webACL, strings.Replace(webACL, "[", `[{"Name": "More", "Priority": 0, "Action": {"Block": {}}},`, 1), nil},
		"the same rule twice": {
			webACL, strings.Replace(webACL, "[", `[{"Name": "Hosts", "Priority": 0, "Action": {"Allow": {}}},`, 1),
			[]string{"weakened[Shop/WebACL:Rules]"},
		},
		"a country more": {
			webACL, strings.Replace(webACL, `"FR"`, `"FR", "RU"`, 1),
			[]string{"weakened[Shop/WebACL:Rules/Hosts.Statement.GeoMatchStatement.CountryCodes/RU]"},
		},
		"a property more": {
			webACL, strings.Replace(webACL, "{", `{"AssociationConfig": {},`, 1), []string{"weakened[Shop/WebACL:AssociationConfig]"},
		},
		"a name that is no remark":  {`{"A": {"Name": "cookie"}}`, `{"A": {"Name": "other"}}`, []string{"weakened[Shop/WebACL:A.Name]"}},
		"known at deployment alone": {`{"A": "x"}`, `{"A": {"Ref": "AWS::StackId"}}`, []string{"unknown[Shop/WebACL:A]"}},
		"a firewall rule less": {
			rules, strings.Replace(rules, `\ndrop ip any any -> any any (sid:2;)`, "", 1),
			[]string{"weakened[Shop/WebACL:RuleGroup.RulesSource.RulesString/sid2]"},
		},
		"firewall rules in another order": {
			rules,
			`{"RuleGroup": {"RulesSource": {"RulesString": "drop ip any any -> any any (sid:2;)\npass tcp 10.0.0.1 any -> 10.0.0.2 80 (sid:1;)"}}}`,
			[]string{"weakened[Shop/WebACL:RuleGroup.RulesSource.RulesString]"},
		},
		"comments and blanks among rules": {rules, strings.Replace(rules, `\n`, `\n# a remark\n  `, 1), nil},
		"a firewall rule more before others": {
			rules, strings.Replace(rules, `"pass`, `"pass ip any any -> any any (sid:3;)\npass`, 1),
			[]string{"weakened[Shop/WebACL:RuleGroup.RulesSource.RulesString/sid3]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource := ""
			if c.is != "" {
				resource = `"W": {"Type": "AWS::WAFv2::WebACL", "Properties": ` + c.is + `}`
			}
			a := read(t, []byte(`{"Resources": {`+resource+`}}`))
			report, err := proof.Prove(a, &proof.Declaration{Controls: []proof.Control{{
				Name: "web ACL", Path: "Shop/WebACL", Resource: proof.Value{Template: a.Stacks[0].File, Expression: json.RawMessage(`{"Ref": "W"}`)},
				Properties: json.RawMessage(c.made), Stops: map[string]string{"Hosts": "nobody asks for other names"},
			}}})
			require.NoError(t, err)
			var got []string
			for _, f := range report.Findings {
				got = append(got, f.ID())
			}
			assert.ElementsMatch(t, c.want, got)
		})
	}
}

// TestControlsSayWhatForTheyAre: a finding names the template, the change, and the purpose of the rule.
func TestControlsSayWhatForTheyAre(t *testing.T) {
	t.Parallel()
	a := read(t, []byte(`{"Resources": {"W": {"Type": "AWS::WAFv2::WebACL", "Properties": {"DefaultAction": {"Allow": {}}, "Rules": []}}}}`))
	report, err := proof.Prove(a, &proof.Declaration{Controls: []proof.Control{{
		Name: "web ACL", Path: "Shop/WebACL", Resource: proof.Value{Template: a.Stacks[0].File, Expression: json.RawMessage(`{"Ref": "W"}`)},
		Properties: json.RawMessage(webACL), Stops: map[string]string{"Hosts": "nobody asks for other names"},
	}}})
	require.NoError(t, err)
	require.Len(t, report.Findings, 1)
	d := report.Findings[0].Diagnostic()
	assert.Contains(t, d.Summary, "Rules/Hosts is missing")
	assert.Contains(t, d.Summary, "purpose of Hosts: nobody asks for other names")
	assert.Contains(t, d.Summary, a.Stacks[0].File+":1")
}

// TestControlsWithoutProperties: a control without properties is rejected if any template would satisfy it. One whose properties are all
// declared may have none, such as a log group that keeps its events for ever.
func TestControlsWithoutProperties(t *testing.T) {
	t.Parallel()
	a := read(t, []byte(`{"Resources": {"W": {"Type": "AWS::WAFv2::WebACL", "Properties": {"Rules": []}}}}`))
	prove := func(properties string, partial bool) (*proof.Report, error) {
		return proof.Prove(a, &proof.Declaration{Controls: []proof.Control{{
			Name: "web ACL", Path: "Shop/WebACL", Resource: proof.Value{Template: a.Stacks[0].File, Expression: json.RawMessage(`{"Ref": "W"}`)},
			Properties: json.RawMessage(properties), Partial: partial,
		}}})
	}
	for _, properties := range []string{``, `null`, `{}`, `[]`, `"x"`, `{`} {
		_, err := prove(properties, true)
		assert.ErrorContains(t, err, "there is nothing to compare", properties)
	}
	report, err := prove(`{}`, false)
	require.NoError(t, err)
	require.Len(t, report.Findings, 1)
	assert.Contains(t, report.Findings[0].Diagnostic().Summary, "Rules")
}
