package waf_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// TestStandalone checks every construct and every kind of statement, field, key and action in one template.
func TestStandalone(t *testing.T) {
	stack := tierstest.Stack(t)
	office := waf.NewIPSet(stack, "Office", &waf.IPSetProps{
		Addresses:   []string{"203.0.113.128/25", "203.0.113.0/25", "2001:db8::/32", *awscdk.Fn_ImportValue(new("OfficeBlock"))},
		Description: "The office",
	})
	bots := waf.NewRegexSet(stack, "Bots", &waf.RegexSetProps{Patterns: []string{`(?i)curl/`, `^python-requests`}})
	group := waf.NewRuleGroup(stack, "Group", &waf.RuleGroupProps{
		Bodies: map[string]waf.ResponseBody{"slow": {Type: "APPLICATION_JSON", Content: `{"error": "slow down"}`}},
		Rules: []waf.InGroup{
			waf.RateRule{
				Name: "PerKey", Priority: 1, Limit: 100, Window: time.Minute,
				By:     []waf.RateKey{waf.ByHeader("x-api-key"), waf.ByIP, waf.ByMethod, waf.ByASN, waf.ByURIPath(waf.Lowercase)},
				Action: waf.BlockWith(waf.Response{Code: 429, Body: "slow", Headers: []waf.HTTPHeader{{Name: "Retry-After", Value: "60"}}}),
			},
			waf.RateRule{
				Name: "PerVisit", Priority: 2, Limit: 100, Action: waf.Captcha,
				By: []waf.RateKey{
					waf.ByCookie("visit"), waf.ByQueryArgument("page"), waf.ByQueryString(), waf.ByLabel("known"), waf.ByJA3(waf.InvalidMatch),
				},
			},
			waf.RateRule{
				Name: "Together", Priority: 3, Limit: 100_000, All: true, Only: waf.ByteMatch{Field: waf.Method, Text: "POST"},
				Action: waf.Count, Labels: []string{"busy"},
			},
			waf.RateRule{
				Name: "Proxied", Priority: 4, Limit: 500, Forwarded: &waf.ForwardedIP{Header: "X-Forwarded-For"}, Action: waf.Challenge,
			},
			waf.MatchRule{
				Name: "Bots", Priority: 5, Statement: waf.RegexSetMatch{Field: waf.Header("User-Agent"), Set: bots}, Action: waf.Count,
				Labels: []string{"known:bot"},
			},
		},
	})
	acl := waf.NewWebACL(stack, "WebACL", &waf.WebACLProps{
		Default: waf.Block, Description: "Everything there is", TokenDomains: []string{"example.com"},
		BodyLimits: map[waf.ResourceKind]int{waf.RESTAPIs: 64},
		Bodies:     map[string]waf.ResponseBody{"no": {Type: "TEXT_HTML", Content: "<p>No.</p>"}},
		Rules: []waf.Rule{
			waf.ManagedRule{
				Priority: 10, Group: waf.CommonRuleSet, Version: "Version_1.4",
				Overrides: map[string]waf.Action{"SizeRestrictions_BODY": waf.Count, "NoUserAgent_HEADER": waf.Challenge},
				Only:      waf.Not(waf.ByteMatch{Field: waf.URIPath, Position: waf.StartsWith, Text: "/health"}),
			},
			waf.ManagedRule{Priority: 11, Group: waf.BotControl(true)},
			waf.ManagedRule{Priority: 12, Group: waf.AccountTakeover("/login", &waf.Form{JSON: true, User: "/user", Password: "/password"})},
			waf.ManagedRule{Priority: 13, Group: waf.AccountCreation("/new", "/users", &waf.Form{
				User: "user", Password: "password", Email: "mail", PhoneNumbers: []string{"phone"}, Addresses: []string{"street"},
			})},
			waf.ManagedRule{Priority: 14, Group: waf.AntiDDoS(`^/api/`), Counting: true},
			waf.GroupRule{Name: "Ours", Priority: 20, Group: group, Overrides: map[string]waf.Action{"Bots": waf.Block}},
			waf.GroupRule{
				Name: "Theirs", Priority: 21, Counting: true,
				Group: waf.ImportRuleGroup(stack, "Theirs", "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/Theirs/a1b2c3", 100),
			},
			waf.MatchRule{Name: "Fields", Priority: 30, Immunity: 10 * time.Minute, Action: waf.Challenge, Statement: everyField()},
			waf.MatchRule{
				Name: "Statements", Priority: 31, Action: waf.BlockWith(waf.Response{Code: 403, Body: "no"}), Statement: everyStatement(office),
			},
			waf.MatchRule{
				Name: "Office", Priority: 40, Statement: waf.IPSetMatch{Set: office},
				Action: waf.Allow.WithHeaders(waf.HTTPHeader{Name: "from", Value: "office"}), Labels: []string{"office"},
			},
			waf.RawRule(`{"Name": "Raw", "Priority": 50, "Statement": {"GeoMatchStatement": {"CountryCodes": ["FR"]}}, "Action": {"Count": {}},
				"VisibilityConfig": {"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": "Raw"}}`),
		},
		Logging: &waf.LoggingProps{RedactQueryString: true, RedactPath: true, DropRest: true, Filters: []waf.LogFilter{
			{Actions: []waf.LogAction{waf.LoggedBlock, waf.LoggedCaptcha}},
			{Drop: true, All: true, Labels: []string{"office", "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"}},
		}},
	})
	acl.Add(waf.MatchRule{
		Name: "Later", Priority: 60, Action: waf.Captcha, Immunity: time.Minute,
		Statement: waf.ByteMatch{Field: waf.Header("x-secret"), Text: "{{resolve:secretsmanager:origin:SecretString}}"},
	})
	acl.Associate("Stage", waf.ARN("arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/live"))

	bucket := awss3.Bucket_FromBucketName(stack, new("Logs"), new("aws-waf-logs-shop"))
	edge := waf.NewWebACL(stack, "Bucketed", &waf.WebACLProps{
		Logging: &waf.LoggingProps{To: logs.ToBucket(bucket, ""), RedactHeaders: []string{}},
	})
	edge.Associate("Pool", waf.ARN("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a1b2c3"))
	waf.ImportWebACL(stack, "Imported", "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/Theirs/a1b2c3").
		Associate("Runner", waf.ARN("arn:aws:apprunner:eu-west-1:123456789012:service/shop/a1b2c3"))
	tierstest.Snapshot(t, stack)
}

// everyField returns a statement about every field that the other rules of TestStandalone do not inspect.
func everyField() waf.Statement {
	return waf.Or(
		waf.ByteMatch{Field: waf.AllQueryArguments, Position: waf.ContainsWord, Text: "x"},
		waf.ByteMatch{Field: waf.QueryArgument("q"), Position: waf.EndsWith, Text: "x"},
		waf.ByteMatch{Field: waf.Headers(waf.KeysAndValues, waf.OversizeContinue), Text: "x"},
		waf.ByteMatch{Field: waf.HeadersExcept(waf.Values, waf.OversizeNoMatch, "cookie"), Text: "x"},
		waf.ByteMatch{Field: waf.Cookies(waf.Keys, waf.OversizeMatch, "visit"), Text: "x"},
		waf.ByteMatch{Field: waf.CookiesExcept(waf.Values, waf.OversizeMatch, "visit"), Text: "x"},
		waf.ByteMatch{Field: waf.HeaderOrder(waf.OversizeMatch), Text: "host:x"},
		waf.ByteMatch{Field: waf.JSONBody(waf.Values, waf.OversizeMatch, waf.InvalidAsText, "/a"), Text: "x"},
		waf.ByteMatch{Field: waf.JA3(waf.InvalidNoMatch), Text: "0123"},
		waf.ByteMatch{Field: waf.JA4(waf.InvalidMatch), Text: "t13d"},
		waf.ByteMatch{Field: waf.URIFragment(waf.InvalidNoMatch), Text: "x"},
	)
}

// everyStatement returns a statement of all kinds that the other rules of TestStandalone do not use.
func everyStatement(office *waf.IPSet) waf.Statement {
	body := waf.Body(waf.OversizeMatch)
	return waf.And(
		waf.RegexMatch{Field: waf.URIPath, Regex: `^/(?:a|b)/`, Transformations: []waf.Transformation{waf.URLDecode, waf.NormalizePath}},
		waf.SizeConstraint{Field: body, Is: waf.LargerThan, Size: 4096},
		waf.SQLiMatch{Field: waf.QueryString, Sensitive: true, Transformations: []waf.Transformation{waf.URLDecode}},
		waf.XSSMatch{Field: body},
		waf.GeoMatch{Countries: []string{"DE"}, Forwarded: &waf.ForwardedIP{Header: "X-Forwarded-For", Match: true}},
		waf.ASNMatch{ASNs: []int{64500}},
		waf.IPSetMatch{Set: office, Forwarded: &waf.ForwardedIP{Header: "X-Forwarded-For", Position: waf.AnyAddress}},
		waf.LabelMatch{Label: "known", Namespace: true},
		waf.Raw(`{"ByteMatchStatement": {
			"SearchStringBase64": "eA==", "PositionalConstraint": "CONTAINS", "FieldToMatch": {"UriPath": {}},
			"TextTransformations": [{"Priority": 0, "Type": "NONE"}]
		}}`),
	)
}

// resources returns the properties of the resources of a type, by logical id.
func resources(t *testing.T, stack awscdk.Stack, kind string) map[string]map[string]any {
	t.Helper()
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	out := map[string]map[string]any{}
	for id, r := range template.Resources {
		if r.Type == "AWS::WAFv2::"+kind {
			out[id] = r.Properties
		}
	}
	return out
}

// shop returns the load balancer tier of a network, which accepts HTTPS from a peer.
func shop(stack awscdk.Stack, from tiers.EdgeSource) *tiers.EdgeTier {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	lb, web := tiers.NewEdgeTier(network, "LoadBalancer", nil), tiers.NewWebTier(network, "Web", nil)
	lb.AllowFrom(from, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	return lb
}

// TestProtect checks that the emitted web ACL is that of the plan, with its IP sets and secrets.
func TestProtect(t *testing.T) {
	stack := tierstest.Stack(t)
	acl := waf.Protect(shop(stack, tiers.CIDR("203.0.113.0/24")), "WebACL", &waf.Props{
		Origin: &waf.Origin{
			Header:  "X-Origin",
			Secrets: []string{"{{resolve:secretsmanager:origin}}", "{{resolve:secretsmanager:next}}"},
		},
		Serves: waf.Serves{
			Admin:        []string{"/admin"},
			AdminSources: []tiers.BlockPeer{tiers.CIDR("198.51.100.0/24"), tiers.CIDR(*awscdk.Fn_ImportValue(new("Admins")))},
		},
		BlockedSources: []tiers.BlockPeer{tiers.CIDR("203.0.113.64/26")}, Resource: waf.ARN(balancer),
	})
	acl.Add(waf.MatchRule{Name: "Own", Priority: 6000, Statement: waf.GeoMatch{Countries: []string{"DE"}}, Action: waf.Count})
	tierstest.Snapshot(t, stack)
}

// TestSteadySets checks that further sources change an IP set in place.
func TestSteadySets(t *testing.T) {
	made := func(blocks ...string) (ids []string) {
		stack := tierstest.Stack(t)
		network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
		lb := tiers.NewEdgeTier(network, "LoadBalancer", nil)
		for _, b := range blocks {
			lb.AllowFrom(tiers.CIDR(b), tiers.HTTPS)
		}
		waf.Protect(lb, "WebACL", nil)
		for id := range resources(t, stack, "IPSet") {
			ids = append(ids, id)
		}
		require.Len(t, resources(t, stack, "WebACL"), 1)
		return ids
	}
	assert.Equal(t, made("203.0.113.0/24"), made("203.0.113.0/24", "198.51.100.0/24"))
}

// TestCapacity checks that a rule group keeps its name until its step is full, and that it then gets another name, so that both can exist.
func TestCapacity(t *testing.T) {
	made := func(rules int) (string, map[string]any) {
		stack := tierstest.Stack(t)
		var list []waf.InGroup
		for i := range rules {
			list = append(list, waf.MatchRule{
				Name: string(rune('A' + i)), Priority: i, Statement: waf.ByteMatch{Field: waf.URIPath, Text: "x"}, Action: waf.Block,
			})
		}
		waf.NewRuleGroup(stack, "Group", &waf.RuleGroupProps{Rules: list})
		for id, properties := range resources(t, stack, "RuleGroup") {
			return id, properties
		}
		return "", nil
	}
	small, first := made(1)
	same, second := made(10)
	large, third := made(11)
	assert.EqualValues(t, 25, first["Capacity"])
	assert.Equal(t, small, same)
	assert.Equal(t, first["Name"], second["Name"])
	assert.EqualValues(t, 50, third["Capacity"])
	assert.NotEqual(t, small, large)
	assert.NotEqual(t, first["Name"], third["Name"])
}
