package waf_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"

	"github.com/tierwall/tierwall/internal/bench/rounds"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// BenchmarkSynth compares the synthesis of web ACLs of 20 rules with that of the same ones written with CDK's own types, which check
// nothing.
func BenchmarkSynth(b *testing.B) {
	way := func(build func(awscdk.Stack, string)) func() {
		return func() {
			stack := tierstest.Stack(b)
			for i := range 10 {
				build(stack, fmt.Sprint("ACL", i))
			}
			if err := tierstest.Synth(b, stack); err != nil {
				b.Fatal(err)
			}
		}
	}
	rounds.Compare(b, way(func(awscdk.Stack, string) {}), way(buildTyped), rounds.Peer{Name: "L1", Do: way(buildL1)})
}

func buildTyped(stack awscdk.Stack, id string) {
	props := &waf.WebACLProps{Logging: &waf.LoggingProps{To: logs.None}}
	for i := range 20 {
		props.Rules = append(props.Rules, waf.MatchRule{
			Name: fmt.Sprint("Rule", i), Priority: i, Action: waf.Block,
			Statement: waf.Not(waf.ByteMatch{
				Field: waf.URIPath, Position: waf.StartsWith, Text: "/x", Transformations: []waf.Transformation{waf.Lowercase},
			}),
		})
	}
	waf.NewWebACL(stack, id, props)
}

func buildL1(stack awscdk.Stack, id string) {
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
	awswafv2.NewCfnWebACL(stack, &id, &awswafv2.CfnWebACLProps{
		Scope: new("REGIONAL"), VisibilityConfig: visible("ACL"), Rules: rules,
		DefaultAction: &awswafv2.CfnWebACL_DefaultActionProperty{Allow: map[string]any{}},
	})
}
