package deployed

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
)

// TestCheck: each change of a valid template is reported with its line, and nothing else is.
func TestCheck(t *testing.T) {
	t.Parallel()
	fine := `
Resources:
  ACL:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
      DefaultAction: {Allow: {}}
      VisibilityConfig: &v {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}
      Rules:
        - {Name: Known, Priority: 1, Action: {Count: {}}, VisibilityConfig: *v,
          Statement: {IPSetReferenceStatement: {Arn: !GetAtt Set.Arn}}}
        - {Name: Words, Priority: 2, Action: {Count: {}}, VisibilityConfig: *v,
          Statement: {RegexPatternSetReferenceStatement: {Arn: !GetAtt Words.Arn, FieldToMatch: {UriPath: {}},
            TextTransformations: [{Priority: 0, Type: NONE}]}}}
        - {Name: Ours, Priority: 3, OverrideAction: {None: {}}, VisibilityConfig: *v,
          Statement: {RuleGroupReferenceStatement: {Arn: !GetAtt Ours.Arn}}}
      TokenDomains: [example.com]
  Set: {Type: AWS::WAFv2::IPSet, Properties: {Scope: REGIONAL, IPAddressVersion: IPV4, Addresses: [192.0.2.0/24]}}
  Words: {Type: AWS::WAFv2::RegexPatternSet, Properties: {Scope: REGIONAL, RegularExpressionList: ["^/a"]}}
  Ours: {Type: AWS::WAFv2::RuleGroup, Properties: {Name: Ours, Scope: REGIONAL, Capacity: 4900, VisibilityConfig: *v, Rules: [{Name: G,
    Priority: 1, Action: {Count: {}}, VisibilityConfig: *v, Statement: {GeoMatchStatement: {CountryCodes: [DE]}}}]}}
  LB: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Other: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Distribution: {Type: AWS::CloudFront::Distribution}
  Association: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref LB, WebACLArn: !GetAtt ACL.Arn}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: aws-waf-logs-acl}}
  Logging: {Type: AWS::WAFv2::LoggingConfiguration, Properties: {ResourceArn: !GetAtt ACL.Arn, LogDestinationConfigs: [!GetAtt Logs.Arn],
    RedactedFields: [{UriPath: {}}]}}
  Shield: {Type: AWS::Shield::Protection, Properties: {Name: lb,
    ResourceArn: !Ref Other, ApplicationLayerAutomaticResponseConfiguration: {Status: ENABLED, Action: {Block: {}}}}}
`
	check := func(text string) []string {
		a, err := cfn.Read("t.yaml", []byte(text), nil)
		require.NoError(t, err)
		var out []string
		for _, d := range Check(a) {
			if d.Rule != "waf-wcu-price" {
				out = append(out, d.Message())
			}
		}
		return out
	}
	require.Empty(t, check(fine))
	for _, test := range []struct{ from, to, says, at string }{
		{"Priority: 2", "Priority: 1", "two rules have the same priority", "t.yaml:12"},
		{"{Name: Words, Priority: 2", "{name: Words, Priority: 2", "a member is unknown", "t.yaml:12"},
		{"DefaultAction: {Allow: {}}", "DefaultAction: {Count: {}}", "a member is unknown", "t.yaml:7"},
		{"DefaultAction: {Allow: {}}", "Description: well", "DefaultAction is missing", "t.yaml:3"},
		{"TokenDomains: [example.com]", "TokenDomains: ['exam ple.com']", "a domain is not usable", "t.yaml:17"},
		{"TokenDomains: [example.com]", "CaptchaConfig: {ImmunityTimeProperty: {ImmunityTime: 1}}", "CaptchaConfig", "t.yaml:17"},
		{
			"TokenDomains: [example.com]", "AssociationConfig: {RequestBody: {API_GATEWAY: {DefaultSizeInspectionLimit: KB_64}}}",
			"a body limit has no effect", "t.yaml:17",
		},
		{"192.0.2.0/24", "2001:db8::/32", "a block has the wrong IP version", "t.yaml:18"},
		{"Set: {Type: AWS::WAFv2::IPSet, Properties: {Scope: REGIONAL", "Set: {Type: AWS::WAFv2::IPSet, Properties: {Scope: CLOUDFRONT",
			"a reference has another scope", "t.yaml:11"},
		{`"^/a"`, `"(a"`, "a regular expression is invalid", "t.yaml:19"},
		{"Capacity: 4900, ", "", "the rule group has no capacity", "t.yaml:20"},
		{"CountryCodes: [DE]", "CountryCodes: [de]", "a country is unknown", "t.yaml:21"},
		{"ResourceArn: !Ref LB, WebACLArn", "ResourceArn: !Ref Distribution, WebACLArn", "a web ACL cannot be associated with a distribution",
			"t.yaml:25"},
		{"LB: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}",
			"LB: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Type: network}}",
			"a network load balancer accepts no web ACL", "t.yaml:25"},
		{"ResourceArn: !Ref LB, WebACLArn", "ResourceArn: !Sub 'arn:aws:apigateway:${AWS::Region}::/apis/a1/stages/live', WebACLArn",
			"an HTTP API accepts no web ACL", "t.yaml:25"},
		{"ResourceArn: !Ref LB, WebACLArn", "ResourceArn: 'arn:aws:s3:::b', WebACLArn", "a resource accepts no web ACL", "t.yaml:25"},
		{"Logs: {Type: AWS::Logs",
			"Second: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref LB, WebACLArn: x}}\n  Logs: {Type: AWS::Logs",
			"a resource has two web ACLs", "t.yaml:26"},
		{"aws-waf-logs-acl", "acl", "the name of a log group is not usable", "t.yaml:27"},
		{"RedactedFields: [{UriPath: {}}]", "RedactedFields: [{Body: {}}]", "a field cannot be redacted", "t.yaml:28"},
		{"RedactedFields: [{UriPath: {}}]", "RedactedFields: [{uriPath: {}}]", "a member is unknown", "t.yaml:28"},
		{"[!GetAtt Logs.Arn]", "[!GetAtt Logs.Arn, !GetAtt Logs.Arn]", "the number of destinations is not usable", "t.yaml:27"},
		{"ResourceArn: !Ref Other, Application", "ResourceArn: !Ref LB, Application", "costs more than AWS accepts", "t.yaml:3"},
	} {
		require.Equal(t, 1, strings.Count(fine, test.from), test.from)
		found := check(strings.Replace(fine, test.from, test.to, 1))
		require.NotEmpty(t, found, test.to)
		assert.Contains(t, found[0], test.says)
		assert.Contains(t, found[0], test.at)
		assert.Len(t, found, 1, "%s: %q", test.to, found)
	}
}

// TestCheckOnlyDeployment: parts that are known only at deployment are never reported.
func TestCheckOnlyDeployment(t *testing.T) {
	t.Parallel()
	parts := []string{"REGIONAL", "{Allow: {}}", "4", "192.0.2.0/24", "aws-waf-logs-a", "10", "IPV4", "[DE, FR]"}
	rapid.Check(t, func(t *rapid.T) {
		values := append([]string{}, parts...)
		for i := range values {
			if rapid.Bool().Draw(t, "open") {
				values[i] = rapid.SampledFrom([]string{"!Ref P", "!Select [0, !Ref L]", `!If [C, !Ref P, !Ref "AWS::Region"]`}).Draw(t,
					"how")
			}
		}
		text := `
Parameters: {P: {Type: String}, L: {Type: CommaDelimitedList}}
Conditions: {C: !Equals [!Ref P, x]}
Resources:
  ACL:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: ` + values[0] + `
      DefaultAction: ` + values[1] + `
      VisibilityConfig: &v {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}
      Rules:
        - {Name: R, Priority: ` + values[2] + `, Action: {Count: {}}, VisibilityConfig: *v,
          Statement: {RateBasedStatement: {Limit: ` + values[5] + `, AggregateKeyType: IP}}}
        - {Name: S, Priority: 5, Action: {Count: {}}, VisibilityConfig: *v, Statement: {IPSetReferenceStatement: {Arn: !GetAtt Set.Arn}}}
        - {Name: G, Priority: 6, Action: {Count: {}}, VisibilityConfig: *v,
          Statement: {GeoMatchStatement: {CountryCodes: ` + values[7] + `}}}
  Set: {Type: AWS::WAFv2::IPSet, Properties: {Scope: ` + values[0] + `, IPAddressVersion: ` + values[6] + `,
    Addresses: [` + values[3] + `]}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: ` + values[4] + `}}
  Logging: {Type: AWS::WAFv2::LoggingConfiguration, Properties: {ResourceArn: !GetAtt ACL.Arn, LogDestinationConfigs: [!GetAtt Logs.Arn]}}
`
		a, err := cfn.Read("t.yaml", []byte(text), nil)
		require.NoError(t, err)
		require.Empty(t, Check(a).String(), text)
	})
}
