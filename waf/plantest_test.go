package waf_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/waf"
)

// TestRenderedTemplates compares the web ACLs in templates that are written without the CDK with those of the constructs.
func TestRenderedTemplates(t *testing.T) {
	const first, second = "{{resolve:secretsmanager:origin}}", "{{resolve:secretsmanager:next}}"
	for name, test := range map[string]struct {
		props func(awscdk.Stack) *waf.Props
		in    template.WebACL
	}{
		"nothing chosen": {func(awscdk.Stack) *waf.Props { return nil }, template.WebACL{}},
		"everything": {func(awscdk.Stack) *waf.Props {
			return &waf.Props{
				Name: "Front", Resource: waf.ARN(balancer), Origin: &waf.Origin{Header: "X-Origin", Secrets: []string{first, second}},
				Serves: waf.Serves{
					Hosts: []string{"shop.example.com"}, Admin: []string{"/admin"}, Login: []string{"/login"}, Uploads: []string{"/files/*"},
					Routes:       []waf.Route{{Path: "/"}, {Path: "/api/*", Methods: []string{"GET", "POST"}}},
					AdminSources: []tiers.BlockPeer{tiers.CIDR("198.51.100.0/24")}, Technologies: []waf.Technology{waf.Linux, waf.PHP},
				},
				BlockedSources: []tiers.BlockPeer{tiers.CIDR("203.0.113.64/26")}, BlockedCountries: []string{"DE"},
				RateLimits:   []waf.Rate{{Name: "Search", Paths: []string{"/search"}, Limit: 100}},
				CountedRules: []waf.CountedRule{{Group: waf.CommonRuleSet, Rule: "NoUserAgent_HEADER", Reason: "monitors"}},
				BotControl:   true, AntiDDoS: true, BlockAnonymousIPs: true,
				Bodies: map[string]waf.ResponseBody{"slow": {Type: "APPLICATION_JSON", Content: `{"error": "slow"}`}},
				Logging: &waf.LoggingProps{
					RedactQueryString: true, DropRest: true, Filters: []waf.LogFilter{{Actions: []waf.LogAction{waf.LoggedBlock}}},
				},
			}
		}, template.WebACL{
			Name: "Front", Resource: balancer, Secrets: []any{first, second},
			Bodies:   map[string]webacl.ResponseBody{"slow": {ContentType: "APPLICATION_JSON", Content: `{"error": "slow"}`}},
			Redacted: append(webacl.SecretHeaders(), webacl.Field{QueryString: &webacl.Empty{}}),
			LogFilter: &webacl.LoggingFilter{DefaultBehavior: "DROP", Filters: []webacl.LogFilter{{
				Behavior: "KEEP", Requirement: "MEETS_ANY",
				Conditions: []webacl.LogCondition{{ActionCondition: &webacl.ActionCondition{Action: "BLOCK"}}},
			}}},
		}},
		"observed, logs to a bucket": {func(s awscdk.Stack) *waf.Props {
			bucket := awss3.Bucket_FromBucketName(s, new("Bucket"), new("aws-waf-logs-shop"))
			return &waf.Props{Mode: waf.Observe, RateLimit: -1, Logging: &waf.LoggingProps{To: logs.ToBucket(bucket, "")}}
		}, template.WebACL{Log: template.Log{Bucket: "aws-waf-logs-shop"}}},
		"logs to a bucket whose ARN only the deployment knows": {func(s awscdk.Stack) *waf.Props {
			bucket := awss3.Bucket_FromBucketArn(s, new("Bucket"), awscdk.Fn_ImportValue(new("Bucket")))
			return &waf.Props{Logging: &waf.LoggingProps{To: logs.ToBucket(bucket, "")}}
		}, template.WebACL{Log: template.Log{Bucket: "any", BucketARN: map[string]any{"Fn::ImportValue": "Bucket"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			waf.Protect(shop(stack, tiers.CIDR("203.0.113.0/24")), "WebACL", test.props(stack))
			require.NoError(t, tiers.Synth(app))
			in := template.Input{WebACLs: map[string]template.WebACL{"LoadBalancer": test.in}}
			plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), in, plantest.Apart{})
		})
	}
}
