package deployed

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

// TestBroken: templates with any value replaced never cause a panic.
func TestBroken(t *testing.T) {
	t.Parallel()
	const whole = `{"Resources": {
		"ACL": {"Type": "AWS::WAFv2::WebACL", "Properties": {"Name": "A", "Scope": "CLOUDFRONT", "DefaultAction": {"Allow": {}},
			"VisibilityConfig": {"MetricName": "m"}, "AssociationConfig": {"RequestBody": {"CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_32"}}},
			"TokenDomains": ["example.com"], "Rules": [
				{"Name": "R", "Priority": 1, "Action": {"Block": {}}, "VisibilityConfig": {"MetricName": "m"}, "RuleLabels": [{"Name": "l"}],
					"Statement": {"AndStatement": {"Statements": [{"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": ["Set", "Arn"]}}},
						{"ByteMatchStatement": {"SearchString": "x", "PositionalConstraint": "EXACTLY", "FieldToMatch": {"JsonBody": {"MatchScope": "ALL",
							"MatchPattern": {"IncludedPaths": ["/a/0"]}}}, "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}}]}}},
				{"Name": "M", "Priority": 2, "OverrideAction": {"None": {}}, "VisibilityConfig": {"MetricName": "m"}, "Statement": {
					"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet",
						"RuleActionOverrides": [{"Name": "x"}]}}}]}},
		"Set": {"Type": "AWS::WAFv2::IPSet", "Properties": {"Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.0/24"]}},
		"Words": {"Type": "AWS::WAFv2::RegexPatternSet", "Properties": {"Scope": "REGIONAL", "RegularExpressionList": ["x"]}},
		"Group": {"Type": "AWS::WAFv2::RuleGroup", "Properties": {"Scope": "REGIONAL", "Capacity": 1, "VisibilityConfig": {"MetricName": "m"},
			"Rules": []}},
		"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}},
		"Logging": {"Type": "AWS::WAFv2::LoggingConfiguration", "Properties": {"ResourceArn": {"Fn::GetAtt": ["ACL", "Arn"]},
			"LogDestinationConfigs": [{"Fn::GetAtt": ["Bucket", "Arn"]}], "RedactedFields": [{"Method": {}}],
			"LoggingFilter": {"DefaultBehavior": "KEEP", "Filters": [{"Behavior": "DROP", "Requirement": "MEETS_ALL",
				"Conditions": [{"ActionCondition": {"Action": "ALLOW"}}]}]}}},
		"Shield": {"Type": "AWS::Shield::Protection", "Properties": {"ResourceArn": "x", "ApplicationLayerAutomaticResponseConfiguration": {}}},
		"Association": {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"ResourceArn": "x", "WebACLArn": {"Fn::GetAtt": ["ACL",
			"Arn"]}}}}}`
	rapid.Check(t, func(t *rapid.T) {
		var tree map[string]any
		require.NoError(t, json.Unmarshal([]byte(whole), &tree))
		resources, _ := tree["Resources"].(map[string]any)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			r, _ := resources[rapid.SampledFrom(slices.Sorted(maps.Keys(resources))).Draw(t, "resource")].(map[string]any)
			r["Properties"] = broken(t, r["Properties"])
		}
		data, err := json.Marshal(tree)
		require.NoError(t, err)
		a, err := cfn.Read("t.json", data, nil)
		if err != nil {
			return
		}
		require.Equal(t, Check(a), Check(a), "the same each time")
		all, refs := Read(a)
		for _, d := range all {
			evaluate.New(d.ACL, refs, d.Kinds()...).Evaluate(evaluate.Request{Method: "GET", Target: "/", Body: `{"a": ["x"]}`})
		}
	})
}

// broken replaces or removes a part of a value.
func broken(t *rapid.T, v any) any {
	down := rapid.IntRange(0, 9).Draw(t, "down") > 1
	switch v := v.(type) {
	case map[string]any:
		if down && len(v) > 0 {
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(v))).Draw(t, "name")
			if rapid.IntRange(0, 9).Draw(t, "drop") == 0 {
				delete(v, name)
			} else {
				v[name] = broken(t, v[name])
			}
			return v
		}
	case []any:
		if down && len(v) > 0 {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "index")
			v[i] = broken(t, v[i])
			return v
		}
	}
	return rapid.SampledFrom([]any{
		nil, "", "x", -1, 1e30, 0.5, true, []any{}, []any{nil}, []any{1}, map[string]any{}, map[string]any{"x": 1}, map[string]any{"Ref": "ACL"},
		map[string]any{"Ref": "AWS::NoValue"},
		map[string]any{"Fn::GetAtt": []any{"Bucket", "Arn"}}, map[string]any{"Fn::Sub": "a${AWS::Region}"}, "aws-waf-logs-\xff", "${", "rule \"",
	}).Draw(t, "value")
}
