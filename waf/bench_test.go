package waf_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"

	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// BenchmarkSynth measures the synthesis of web ACLs of 20 rules, of the same ones written with CDK's own types, which check nothing, and of
// an empty app.
func BenchmarkSynth(b *testing.B) {
	run := func(name string, build func(awscdk.Stack)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				stack := tierstest.Stack(b)
				build(stack)
				if err := tierstest.Synth(b, stack); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("empty", func(awscdk.Stack) {})
	for _, acls := range []int{1, 10} {
		run(fmt.Sprint("typed-", acls), func(s awscdk.Stack) {
			for n := range acls {
				props := &waf.WebACLProps{Logging: &waf.LoggingProps{To: logs.None}}
				for i := range 20 {
					props.Rules = append(props.Rules, waf.MatchRule{
						Name: fmt.Sprint("Rule", i), Priority: i, Action: waf.Block,
						Statement: waf.Not(waf.ByteMatch{
							Field: waf.URIPath, Position: waf.StartsWith, Text: "/x", Transformations: []waf.Transformation{waf.Lowercase},
						}),
					})
				}
				waf.NewWebACL(s, fmt.Sprint("ACL", n), props)
			}
		})
		run(fmt.Sprint("by hand-", acls), func(s awscdk.Stack) {
			for n := range acls {
				visible := func(name string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
					return &awswafv2.CfnWebACL_VisibilityConfigProperty{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: &name}
				}
				var rules []any
				for i := range 20 {
					name := fmt.Sprint("Rule", i)
					match := &awswafv2.CfnWebACL_ByteMatchStatementProperty{
						FieldToMatch:         &awswafv2.CfnWebACL_FieldToMatchProperty{UriPath: map[string]any{}},
						PositionalConstraint: new("STARTS_WITH"), SearchString: new("/x"),
						TextTransformations: []any{&awswafv2.CfnWebACL_TextTransformationProperty{Priority: new(0.0), Type: new("LOWERCASE")}},
					}
					rules = append(rules, &awswafv2.CfnWebACL_RuleProperty{
						Name: &name, Priority: new(float64(i)), VisibilityConfig: visible(name),
						Action: &awswafv2.CfnWebACL_RuleActionProperty{Block: map[string]any{}},
						Statement: &awswafv2.CfnWebACL_StatementProperty{NotStatement: &awswafv2.CfnWebACL_NotStatementProperty{
							Statement: &awswafv2.CfnWebACL_StatementProperty{ByteMatchStatement: match},
						}},
					})
				}
				awswafv2.NewCfnWebACL(s, new(fmt.Sprint("ACL", n)), &awswafv2.CfnWebACLProps{
					Scope: new("REGIONAL"), VisibilityConfig: visible("ACL"), Rules: rules,
					DefaultAction: &awswafv2.CfnWebACL_DefaultActionProperty{Allow: map[string]any{}},
				})
			}
		})
	}
}
