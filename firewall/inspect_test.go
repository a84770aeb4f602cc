package firewall_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesisfirehose"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestImportedPolicy checks that an imported policy is not changed, and that outputs tell its owner which groups to add.
func TestImportedPolicy(t *testing.T) {
	const arn = "arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/company"
	stack := tierstest.Stack(t)
	network := shop(stack)
	firewall.Inspect(network, &firewall.Props{Paths: firewall.EastWest, Policy: firewall.ImportPolicy(stack, "Company", arn)})
	// The templates do not contain the company's policy. The proof reports that, and the app acknowledges it.
	for _, id := range unknowns(t, stack) {
		awscdk.Validations_Of(stack).Acknowledge(&awscdk.Acknowledgment{Id: &id, Reason: new("the company's policy")})
	}
	all := resources(t, stack)
	assert.Empty(t, of(all, "NetworkFirewall::FirewallPolicy"))
	assert.Equal(t, arn, of(all, "NetworkFirewall::Firewall")[0]["FirewallPolicyArn"])
	var template struct {
		Outputs map[string]struct {
			Description string
			Value       any
		}
	}
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	var said []string
	for id, o := range template.Outputs {
		if strings.HasPrefix(id, "CompanyPriority") {
			said = append(said, o.Description+" "+fmt.Sprint(o.Value))
		}
	}
	assert.Len(t, said, 3)
	const want = "Rule group to add to the firewall policy with priority 1000 map[Fn::GetAtt:[NetworkFirewallFlows"
	assert.Contains(t, strings.Join(said, "\n"), want)
}

// unknowns returns the ids of a synthesis' findings, with which they can be acknowledged.
func unknowns(t *testing.T, stack awscdk.Stack) []string {
	t.Helper()
	err := tierstest.Synth(t, stack)
	require.Error(t, err)
	return findings(t, err)
}

// TestStreams checks that the name of a delivery stream is taken from its ARN.
func TestStreams(t *testing.T) {
	stack := tierstest.Stack(t)
	made := awskinesisfirehose.NewCfnDeliveryStream(stack, new("Stream"), nil)
	firewall.Inspect(small(stack), &firewall.Props{Paths: firewall.EastWest, Logging: &firewall.LoggingProps{
		Alert: logs.ToFirehose(*made.AttrArn()), Flow: logs.ToFirehose(*awscdk.Fn_ImportValue(new("Stream"))), TLS: logs.None,
	}})
	logging := of(resources(t, stack), "NetworkFirewall::LoggingConfiguration")
	require.Len(t, logging, 1)
	data, err := json.Marshal(logging[0]["LoggingConfiguration"])
	require.NoError(t, err)
	assert.Contains(t, string(data), `{"deliveryStream":{"Ref":"Stream"}}`)
	assert.Contains(t, string(data), `{"deliveryStream":{"Fn::Select":[1,{"Fn::Split":["/",{"Fn::ImportValue":"Stream"}]}]}}`)
}

// TestLogs checks the logging configuration and the policies that it needs.
func TestLogs(t *testing.T) {
	stack := tierstest.Stack(t)
	bucket, key := awss3.NewBucket(stack, new("Bucket"), nil), awskms.NewKey(stack, new("Key"), nil)
	firewall.Inspect(small(stack), &firewall.Props{Paths: firewall.EastWest, Logging: &firewall.LoggingProps{
		Flow: logs.ToBucket(bucket, "flows"), TLS: logs.ToFirehose("arn:aws:firehose:eu-west-1:123456789012:deliverystream/stream"), Key: key,
	}})
	all := resources(t, stack)
	logging := of(all, "NetworkFirewall::LoggingConfiguration")
	require.Len(t, logging, 1, "several would undo each other")
	data, err := json.Marshal(logging[0]["LoggingConfiguration"])
	require.NoError(t, err)
	for _, want := range []string{
		`"LogDestinationType":"CloudWatchLogs","LogType":"ALERT"`, `"prefix":"flows"},"LogDestinationType":"S3","LogType":"FLOW"`,
		`{"deliveryStream":"stream"},"LogDestinationType":"KinesisDataFirehose","LogType":"TLS"`,
	} {
		assert.Contains(t, string(data), want)
	}
	group := of(all, "Logs::LogGroup")
	require.Len(t, group, 1)
	assert.EqualValues(t, 90, group[0]["RetentionInDays"])
	assert.Contains(t, fmt.Sprint(group[0]["KmsKeyId"]), "Key")
	assert.Len(t, of(all, "Logs::ResourcePolicy"), 1)
	assert.Contains(t, fmt.Sprint(of(all, "S3::BucketPolicy")), "delivery.logs.amazonaws.com")
	assert.Contains(t, fmt.Sprint(of(all, "KMS::Key")), "kms:EncryptionContext:aws:logs:arn")

	stack = tierstest.Stack(t)
	none := &firewall.LoggingProps{Alert: logs.None, Flow: logs.None}
	firewall.Inspect(small(stack), &firewall.Props{Paths: firewall.EastWest, Logging: none})
	assert.Empty(t, of(resources(t, stack), "NetworkFirewall::LoggingConfiguration"))
}

// TestProduction checks the protection against deletion and changes by mistake.
func TestProduction(t *testing.T) {
	for _, on := range []bool{false, true} {
		stack := tierstest.Stack(t)
		firewall.Inspect(small(stack), &firewall.Props{Paths: firewall.EastWest, Production: on})
		f := of(resources(t, stack), "NetworkFirewall::Firewall")[0]
		for _, flag := range []string{"DeleteProtection", "SubnetChangeProtection", "FirewallPolicyChangeProtection"} {
			assert.Equal(t, on, f[flag], flag)
		}
	}
}

// TestPolicyOfOnesOwn checks that threats and managed groups decide before the flows, in the order of their priorities, and that managed
// groups only log unless they may drop.
func TestPolicyOfOnesOwn(t *testing.T) {
	stack := tierstest.Stack(t)
	feed := firewall.NewRuleGroup(stack, "Feed", &firewall.RuleGroupProps{
		Rules: firewall.IPFeed("threats", strings.NewReader("192.0.2.0/24 # bad\n198.51.100.7\n2001:db8::/32\n")),
	})
	p := firewall.NewPolicy(stack, "Policy", &firewall.PolicyProps{
		Managed: []firewall.ManagedGroup{firewall.MalwareDomains, firewall.ThreatSignaturesBotnet.Dropping()},
	})
	firewall.Inspect(small(stack), &firewall.Props{Paths: firewall.Egress, Policy: p, Threats: []*firewall.RuleGroup{feed}})
	all := resources(t, stack)
	policy := of(all, "NetworkFirewall::FirewallPolicy")
	require.Len(t, policy, 1)
	data, err := json.Marshal(policy[0]["FirewallPolicy"].(map[string]any)["StatefulRuleGroupReferences"])
	require.NoError(t, err)
	text := string(data)
	at := -1
	for _, want := range []string{
		`"Priority":100`, `{"Override":{"Action":"DROP_TO_ALERT"},"Priority":200`, `{"Priority":210,`, `"Priority":1000`,
	} {
		next := strings.Index(text, want)
		assert.Greater(t, next, at, want)
		at = next
	}
	assert.Contains(t, text, "aws-managed:stateful-rulegroup/MalwareDomainsStrictOrder")
	for _, g := range of(all, "NetworkFirewall::RuleGroup") {
		rules := g["RuleGroup"].(map[string]any)["RulesSource"].(map[string]any)["RulesString"].(string)
		if strings.Contains(rules, "feed threats") {
			assert.Contains(t, rules, "drop ip any any -> [192.0.2.0/24,198.51.100.7] any")
			assert.Contains(t, rules, "drop ip 2001:db8::/32 any -> any any")
		}
	}
}
