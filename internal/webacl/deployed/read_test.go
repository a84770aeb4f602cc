package deployed

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

// template is a typical template in YAML: with short forms, texts for numbers, parameters and conditions.
const template = `
Parameters: {Limit: {Type: Number}, Office: {Type: String}}
Conditions: {Strict: !Equals [!Ref Office, x]}
Resources:
  Known:
    Type: AWS::WAFv2::IPSet
    Properties: {Scope: REGIONAL, IPAddressVersion: IPV4, Addresses: [203.0.113.0/24]}
  Vague:
    Type: AWS::WAFv2::IPSet
    Properties: {Scope: REGIONAL, IPAddressVersion: IPV4, Addresses: [!Ref Office]}
  Bots:
    Type: AWS::WAFv2::RegexPatternSet
    Properties: {Scope: REGIONAL, RegularExpressionList: ["^curl/"]}
  Group:
    Type: AWS::WAFv2::RuleGroup
    Properties:
      Name: Ours
      Scope: REGIONAL
      Capacity: "50"
      VisibilityConfig: &v {SampledRequestsEnabled: "true", CloudWatchMetricsEnabled: true, MetricName: m}
      Rules:
        - {Name: Curl, Priority: 1, Action: {Block: {}}, VisibilityConfig: *v,
          Statement: {RegexPatternSetReferenceStatement: {Arn: !GetAtt Bots.Arn, FieldToMatch: {SingleHeader: {Name: user-agent}},
            TextTransformations: [{Priority: 0, Type: NONE}]}}}
  ACL:
    Type: AWS::WAFv2::WebACL
    Properties:
      Name: Shop
      Scope: REGIONAL
      DefaultAction: {Allow: {}}
      VisibilityConfig: *v
      Rules:
        - {Name: Known, Priority: "1", Action: {Block: {}}, VisibilityConfig: *v,
          Statement: {IPSetReferenceStatement: {Arn: !GetAtt Known.Arn}}}
        - {Name: Vague, Priority: 2, Action: {Block: {}}, VisibilityConfig: *v,
          Statement: {IPSetReferenceStatement: {Arn: !GetAtt Vague.Arn}}}
        - {Name: Ours, Priority: 3, OverrideAction: {None: {}}, VisibilityConfig: *v,
          Statement: {RuleGroupReferenceStatement: {Arn: !GetAtt Group.Arn}}}
        - {Name: Rate, Priority: 4, Action: {Block: {}}, VisibilityConfig: *v, Statement: {RateBasedStatement: {Limit: !Ref Limit,
          AggregateKeyType: IP}}}
        - {Name: Odd, Priority: 5, Action: {Count: {}}, VisibilityConfig: *v, Statement: {geoMatchStatement: {CountryCodes: [DE]}}}
  Other: {Type: AWS::WAFv2::WebACL, Properties: {Name: Empty, Scope: CLOUDFRONT, DefaultAction: {Block: {}}, VisibilityConfig: *v}}
  LB: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Association: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref LB, WebACLArn: !GetAtt ACL.Arn}}
  Distribution: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {WebACLId: !GetAtt Other.Arn}}}
`

func TestRead(t *testing.T) {
	t.Parallel()
	a, err := cfn.Read("Shop.template.yaml", []byte(template), nil)
	require.NoError(t, err)
	all, refs := Read(a)
	require.Len(t, all, 2)
	byName := map[string]WebACL{}
	for _, d := range all {
		byName[d.ACL.Name] = d
	}
	shop := byName["Shop"]
	require.Len(t, shop.ACL.Rules, 5)
	assert.Equal(t, 1, shop.ACL.Rules[0].Priority)
	require.Len(t, shop.Protects, 1)
	assert.Equal(t, "LB", shop.Protects[0].Resource.ID)
	assert.Equal(t, "Distribution", byName["Empty"].Protects[0].Resource.ID)
	var said []string
	for _, p := range shop.Problems {
		said = append(said, p.Where+": "+p.Summary)
	}
	assert.Len(t, said, 2, said)
	assert.Contains(t, strings.Join(said, "\n"), "Rules[3]", "a limit that only the deployment knows")
	assert.Contains(t, strings.Join(said, "\n"), "Rules[4].Statement.geoMatchStatement: a member is unknown")
	assert.Nil(t, shop.ACL.Rules[4].Statement)

	assert.Equal(t, 50, refs.Groups["${"+cfn.Value{Kind: cfn.Reference, Resource: resource(t, a, "Group"), Text: "Arn"}.String()+"}"].Capacity)
	e := evaluate.New(shop.ACL, refs)
	ask := func(text string) string {
		r, err := evaluate.ReadRequest(strings.NewReader(text))
		require.NoError(t, err)
		return e.Evaluate(r).String()
	}
	assert.Equal(t, "Block by Known", ask("# client 203.0.113.7\nGET /"))
	assert.Equal(t, "Block by Vague, or Block by Ours/Curl", ask("# client 192.0.2.7\nGET / HTTP/1.1\nUser-Agent: curl/8\n"))
	assert.Equal(t, "Block by Vague, or Block by Rate, or Allow by Rate, or Block by Odd, or Allow by Odd, or Allow by default",
		ask("# client 192.0.2.7\nGET /"))

	assert.Len(t, Find(all, "Shop"), 1)
	assert.Len(t, Find(all, "ACL"), 1)
	assert.Empty(t, Find(all, "CL"))
}

func resource(t *testing.T, a *cfn.Assembly, id string) *cfn.Resource {
	r, ok := a.Stacks[0].Resource(id)
	require.True(t, ok)
	return r
}

// TestRoundTrip: what is written as CloudFormation's JSON is read back unchanged.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z0-9/<>"'\\ ]{1,20}`)
		rule := webacl.Rule{
			Name: rapid.StringMatching(`[A-Za-z]{1,8}`).Draw(t, "name"), Priority: rapid.IntRange(0, 9).Draw(t, "priority"),
			Action:           &webacl.Action{Block: &webacl.BlockAction{}},
			VisibilityConfig: &webacl.Visibility{MetricName: "m", SampledRequestsEnabled: rapid.Bool().Draw(t, "sampled")},
			Statement: &webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: text.Draw(t, "search"), PositionalConstraint: "EXACTLY",
				Inspected: webacl.Inspected{
					FieldToMatch:        &webacl.Field{SingleHeader: &webacl.Named{Name: text.Draw(t, "header")}},
					TextTransformations: []webacl.Transformation{{Type: "NONE"}}}}},
		}
		data, err := json.Marshal(map[string]any{"Resources": map[string]any{"ACL": map[string]any{"Type": "AWS::WAFv2::WebACL",
			"Properties": map[string]any{"Scope": "REGIONAL", "Rules": []any{rule}}}}})
		require.NoError(t, err)
		a, err := cfn.Read("T.template.json", data, nil)
		require.NoError(t, err)
		all, _ := Read(a)
		require.Len(t, all, 1)
		require.Empty(t, all[0].Problems)
		require.Equal(t, []webacl.Rule{rule}, all[0].ACL.Rules)
	})
}
