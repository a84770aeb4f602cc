package waf_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesisfirehose"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// balancer is the ARN of an application load balancer.
const balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/a1b2c3"

// TestBadInput checks that every mistake fails synthesis with a message and the line that made it, and that nothing panics.
func TestBadInput(t *testing.T) {
	var all mistakes.Cases
	acl := func(props *waf.WebACLProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { waf.NewWebACL(s, "ACL", props) }
	}
	with := func(r waf.Rule) func(awscdk.Stack) { return acl(&waf.WebACLProps{Rules: []waf.Rule{r}}) }
	matching := func(s waf.Statement) func(awscdk.Stack) {
		return with(waf.MatchRule{Name: "Rule", Priority: 1, Statement: s, Action: waf.Block})
	}
	associated := func(arn string) func(awscdk.Stack) {
		return func(s awscdk.Stack) { waf.NewWebACL(s, "ACL", nil).Associate("With", waf.ARN(arn)) }
	}
	set := func(addresses ...string) func(awscdk.Stack) {
		return func(s awscdk.Stack) { waf.NewIPSet(s, "Set", &waf.IPSetProps{Addresses: addresses}) }
	}
	protect := func(props *waf.Props) func(awscdk.Stack) {
		return func(s awscdk.Stack) { waf.Protect(shop(s, tiers.Internet), "WebACL", props) }
	}
	patterns := func(props *waf.RegexSetProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { waf.NewRegexSet(s, "Set", props) }
	}
	logging := func(props *waf.LoggingProps) func(awscdk.Stack) { return acl(&waf.WebACLProps{Logging: props}) }
	counted := waf.CountedRule{Group: waf.CommonRuleSet, Rule: "SizeRestrictions_Body", Reason: "uploads"}
	for name, test := range map[string]struct {
		make func(awscdk.Stack)
		want []string
	}{
		"a rule of nothing": {with(waf.MatchRule{}), []string{`a name is not usable`, `a statement is empty`, `an action is empty`}},
		"no statement":      {matching(nil), []string{"a statement is empty"}},
		"no field":          {matching(waf.ByteMatch{Text: "x"}), []string{"FieldToMatch is empty"}},
		"nil in an And":     {matching(waf.And(nil, waf.GeoMatch{Countries: []string{"DE"}})), []string{"a statement is empty"}},
		"no set":            {matching(waf.IPSetMatch{}), []string{"a reference is empty"}},
		"no regex set":      {matching(waf.RegexSetMatch{Field: waf.URIPath}), []string{"a reference is empty"}},
		"no group":          {with(waf.GroupRule{Name: "Rule", Priority: 1}), []string{"a reference is empty"}},
		"no managed group":  {with(waf.ManagedRule{Name: "Rule", Priority: 1}), []string{"a managed rule group has no name or vendor"}},
		"raw, wrong case": {
			make: matching(waf.Raw(`{"geoMatchStatement": {"CountryCodes": ["DE"]}}`)),
			want: []string{"a member is unknown", "write GeoMatchStatement"},
		},
		"raw, nested": {
			make: matching(waf.Raw(`{"ByteMatchStatement": {
				"FieldToMatch": {"SingleHeader": {"name": "host"}}, "SearchString": "x", "PositionalConstraint": "EXACTLY"
			}}`)),
			want: []string{"ByteMatchStatement.FieldToMatch.SingleHeader.name", "write Name"},
		},
		"raw, no JSON": {matching(waf.Raw(`{`)), []string{"a text is not JSON"}},
		"raw, kind": {
			make: matching(waf.Raw(`{"RateBasedStatement": {"Limit": "many", "AggregateKeyType": "IP"}}`)),
			want: []string{"a value has the wrong type", "got a string; allowed is a number"},
		},
		"raw rule":       {with(waf.RawRule(`{"Name": "R", "Priority": 1, "Statements": {}}`)), []string{"write Statement"}},
		"raw, several":   {with(waf.RawRule(`{"Name": "R"} {}`)), []string{"a text is not JSON"}},
		"default action": {acl(&waf.WebACLProps{Default: waf.Count}), []string{"the default action neither allows nor blocks"}},
		"name":           {acl(&waf.WebACLProps{Name: "a b"}), []string{`got "a b"`}},
		"description":    {acl(&waf.WebACLProps{Description: "it's"}), []string{"a description is not usable"}},
		"network load balancer": {
			make: associated("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/shop/a1b2c3"),
			want: []string{"a network load balancer accepts no web ACL"},
		},
		"HTTP API":     {associated("arn:aws:apigateway:eu-west-1::/apis/a1b2c3/stages/live"), []string{"an HTTP API accepts no web ACL"}},
		"distribution": {associated("arn:aws:cloudfront::123456789012:distribution/E1"), []string{"set its WebAclId"}},
		"bucket":       {associated("arn:aws:s3:::logs"), []string{"a resource accepts no web ACL"}},
		"Amplify":      {associated("arn:aws:amplify:eu-west-1:123456789012:apps/a1"), []string{"of the other scope"}},
		"associated with nothing": {
			make: func(s awscdk.Stack) { waf.NewWebACL(s, "ACL", nil).Associate("With", waf.Protectable{}) },
			want: []string{"a web ACL is associated with the zero Protectable"},
		},
		"two web ACLs": {func(s awscdk.Stack) {
			waf.NewWebACL(s, "A", nil).Associate("With", waf.ARN(balancer))
			waf.NewWebACL(s, "B", nil).Associate("With", waf.ARN(balancer))
		}, []string{"a resource has two web ACLs", "Test/A is also associated with it"}},
		"one id": {func(s awscdk.Stack) {
			w := waf.NewWebACL(s, "A", nil)
			w.Associate("Logs", waf.ARN(balancer))
		}, []string{"two associations have the same id"}},
		"added to an import": {func(s awscdk.Stack) {
			waf.ImportWebACL(s, "A", "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/A/a1").Add(waf.ManagedRule{Group: waf.CommonRuleSet})
		}, []string{"a rule is added to an imported web ACL"}},
		"set of everybody": {set("0.0.0.0/0"), []string{"a block covers every address"}},
		"set, host bits":   {set("203.0.113.1/24"), []string{"write 203.0.113.0/24"}},
		"set, no length":   {set("203.0.113.1"), []string{"write 203.0.113.1/32"}},
		"set, words":       {set("office"), []string{"a block is not usable"}},
		"no patterns":      {patterns(nil), []string{"the number of expressions is not usable"}},
		"pattern":          {patterns(&waf.RegexSetProps{Patterns: []string{`(a)\1`}}), []string{"a backreference"}},
		"empty group":      {func(s awscdk.Stack) { waf.NewRuleGroup(s, "Group", nil) }, []string{"the rule group has no rules"}},
		"log group's name": {
			make: logging(&waf.LoggingProps{To: logs.ToFirehose("arn:aws:firehose:eu-west-1:123456789012:deliverystream/logs")}),
			want: []string{"allowed are names that begin with aws-waf-logs-"},
		},
		"log filter": {
			make: logging(&waf.LoggingProps{Filters: []waf.LogFilter{{Actions: []waf.LogAction{"BLOCKED"}}}}),
			want: []string{"write BLOCK"},
		},
		"protected twice": {func(s awscdk.Stack) {
			lb := shop(s, tiers.Internet)
			waf.Protect(lb, "WebACL", nil)
			waf.Protect(lb, "WebACL", nil)
		}, []string{"a tier has two web ACLs", "the id of a web ACL is taken"}},
		"protected by mode": {protect(&waf.Props{Mode: 2}), []string{"the mode of a web ACL is unknown"}},
		"no HTTP": {
			make: protect(&waf.Props{Serves: waf.Serves{Ports: []int{8000}}}),
			want: []string{"a web ACL is for a tier that serves nothing over HTTP", "loadBalancer.AllowFrom(tiers.Internet, tiers.HTTPS)"},
		},
		"exception's rule": {
			make: protect(&waf.Props{CountedRules: []waf.CountedRule{counted}}),
			want: []string{"an exception is for a rule that the managed group does not have", "write SizeRestrictions_BODY"},
		},
		"set of another scope": {
			make: func(s awscdk.Stack) {
				set := waf.IPSetMatch{Set: waf.NewIPSet(s, "Set", &waf.IPSetProps{Addresses: []string{"203.0.113.0/24"}})}
				waf.NewRuleGroup(s, "Group", &waf.RuleGroupProps{
					Scope: waf.CloudFront,
					Rules: []waf.InGroup{nil, waf.MatchRule{Name: "Rule", Statement: set, Action: waf.Block}},
				})
			},
			want: []string{"a set or rule group has another scope", "Test/Set has scope REGIONAL, and this resource CLOUDFRONT"},
		},
		"empty secret": {
			make: protect(&waf.Props{Origin: &waf.Origin{Header: "X-Origin", Secrets: []string{""}}}),
			want: []string{"a secret of the origin is empty"},
		},
		"log prefix": {func(s awscdk.Stack) {
			to := logs.ToBucket(awss3.Bucket_FromBucketName(s, new("B"), new("aws-waf-logs-x")), "shop")
			waf.NewWebACL(s, "ACL", &waf.WebACLProps{Logging: &waf.LoggingProps{To: to}})
		}, []string{"the logs of a web ACL cannot have a prefix in a bucket"}},
		"a distribution's resource": {func(s awscdk.Stack) {
			waf.Protect(shop(s, tiers.Internet), "WebACL", &waf.Props{CloudFront: s, Resource: waf.ARN(balancer)})
		}, []string{"CloudFront and Resource are both set"}},
	} {
		all.Add(name, test.make, test.want...)
	}
	all.Require(t, "waf/errors_test.go:")
}

// TestLogNames checks that the name of a log destination begins with aws-waf-logs-, whether it is given, generated or imported.
func TestLogNames(t *testing.T) {
	group := func(name *string) func(awscdk.Stack) logs.Destination {
		return func(s awscdk.Stack) logs.Destination {
			return logs.ToLogGroup(awslogs.NewLogGroup(s, new("Group"), &awslogs.LogGroupProps{LogGroupName: name}))
		}
	}
	bucket := func(name *string) func(awscdk.Stack) logs.Destination {
		return func(s awscdk.Stack) logs.Destination {
			return logs.ToBucket(awss3.NewBucket(s, new("Bucket"), &awss3.BucketProps{BucketName: name}), "")
		}
	}
	stream := func(name *string) func(awscdk.Stack) logs.Destination {
		return func(s awscdk.Stack) logs.Destination {
			return logs.ToFirehose(*awskinesisfirehose.NewCfnDeliveryStream(s, new("Stream"),
				&awskinesisfirehose.CfnDeliveryStreamProps{DeliveryStreamName: name}).AttrArn())
		}
	}
	for name, test := range map[string]struct {
		to   func(awscdk.Stack) logs.Destination
		want string // empty is fine
	}{
		"group, given":        {group(new("/aws/wafv2/logs")), `got "/aws/wafv2/logs"`},
		"group, generated":    {group(nil), "the name of a log group is not usable"},
		"group":               {group(new("aws-waf-logs-shop")), ""},
		"group, joined":       {group(new("aws-waf-logs-" + *awscdk.Aws_STACK_NAME())), ""},
		"group, badly joined": {group(new("waf-" + *awscdk.Aws_STACK_NAME())), `got a name that begins with "waf-"`},
		"group, imported": {func(s awscdk.Stack) logs.Destination {
			return logs.ToLogGroup(awslogs.LogGroup_FromLogGroupName(s, new("Group"), new("waf")))
		}, `got "waf"`},
		"group, good import": {func(s awscdk.Stack) logs.Destination {
			return logs.ToLogGroup(awslogs.LogGroup_FromLogGroupName(s, new("Group"), new("aws-waf-logs-x")))
		}, ""},
		"group, unknown name": {func(s awscdk.Stack) logs.Destination {
			return logs.ToLogGroup(awslogs.LogGroup_FromLogGroupName(s, new("Group"), awscdk.NewCfnParameter(s, new("P"),
				nil).ValueAsString()))
		}, ""},
		"bucket, given":     {bucket(new("logs")), `got "logs"`},
		"bucket, generated": {bucket(nil), "the name of a bucket is not usable"},
		"bucket":            {bucket(new("aws-waf-logs-shop")), ""},
		"bucket, imported": {func(s awscdk.Stack) logs.Destination {
			return logs.ToBucket(awss3.Bucket_FromBucketName(s, new("B"), new("logs")), "")
		}, `got "logs"`},
		"stream, given":     {stream(new("logs")), `got "logs"`},
		"stream, generated": {stream(nil), "the name of a delivery stream is not usable"},
		"stream":            {stream(new("aws-waf-logs-shop")), ""},
		"stream, unknown name": {func(awscdk.Stack) logs.Destination { return logs.ToFirehose(*awscdk.Fn_ImportValue(new("Stream"))) },
			""},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			waf.NewWebACL(stack, "ACL", &waf.WebACLProps{Logging: &waf.LoggingProps{To: test.to(stack)}})
			if err := tierstest.Synth(t, stack); test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
				require.ErrorContains(t, err, "aws-waf-logs-")
			}
		})
	}
}

// TestRegion checks that a web ACL for CloudFront is created in us-east-1.
func TestRegion(t *testing.T) {
	for region, want := range map[string]string{"us-east-1": "", "eu-west-1": "a web ACL for CloudFront is in another Region than us-east-1"} {
		stack := awscdk.NewStack(tierstest.App(t), new("Edge"), &awscdk.StackProps{Env: &awscdk.Environment{Region: &region}})
		waf.NewWebACL(stack, "ACL", &waf.WebACLProps{Scope: waf.CloudFront})
		err := tierstest.Synth(t, stack)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

// TestNil checks that a nil scope or tier panics with a message.
func TestNil(t *testing.T) {
	for name, f := range map[string]func(){
		"web ACL":    func() { waf.NewWebACL(nil, "A", nil) },
		"IP set":     func() { waf.NewIPSet(nil, "A", nil) },
		"regex set":  func() { waf.NewRegexSet(nil, "A", nil) },
		"rule group": func() { waf.NewRuleGroup(nil, "A", nil) },
		"tier":       func() { waf.Protect((*tiers.EdgeTier)(nil), "WebACL", nil) },
	} {
		func() {
			defer func() { assert.Contains(t, recover(), "nil", name) }()
			f()
		}()
	}
}
