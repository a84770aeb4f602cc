package examples

import (
	"flag"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/proof/prooftest"
)

var properties = flag.Int("properties", 20, "how many changes of properties of controls TestProperties makes in each template; 0 makes all")

// silence is a pattern for changes that the proof need not report, with the reason.
type silence struct{ change, reason string }

// mayBeSilent lists changes after which a control stops and logs as much as before.
var mayBeSilent = []silence{
	{`RuleNumber: `, "all entries of a network ACL allow, so that their order decides nothing"},
	{`(SecurityGroup|NetworkAcl) \w+ VpcId: `, "AWS refuses a group or network ACL of another VPC than that of its interfaces and subnets"},
	{`SecurityGroupEgress\.0(\.\w+)?: `,
		"the rule for an address that nobody has keeps AWS's own rule away, whatever its ports, and other rules do as well"},
	{`SecurityGroup \w+ SecurityGroupEgress: taken away`, "standalone rules keep AWS's own rule away"},
	{`^Shop .*(SecurityGroupEgress NetworkEndpointsecretsmanagerAppEgress|NetworkAppSecurityGroup\w+ SecurityGroupEgress\.2)`,
		"App's flow to a name opens the same port to every address, that of the endpoint included"},
	{`^Proxy .*(SecurityGroupEgress NetworkEndpoint\w+Egress|NetworkEgressSecurityGroup\w+ SecurityGroupEgress\.\d)`,
		"the proxy's flow to a name opens the same port to every address, that of the endpoint included"},
	{`(Name|PolicyName): `, "what a resource is called says nothing of what it does"},
	{`LoadBalancer \w+ Subnets\.\d: taken away`, "the balancer stands in one zone less"},
	{`TargetGroup \w+ (TargetType|TargetGroupAttributes|Matcher|HealthCheck\w+)`, "it says how targets are found and asked for their health"},
	{`^Workloads AWS::ElasticLoadBalancingV2::`,
		"the app makes its load balancer itself, with CDK's own constructs: nothing was declared of its listeners"},
	{`^Shop AWS::(CloudWatch::\w+|Logs::MetricFilter|Logs::QueryDefinition|Scheduler::Schedule) `,
		"alarms, queries and messages tell people; they stop and log nothing"},
	{`^Shop AWS::(SNS::\w+|KMS::Key|IAM::\w+) Network(Alarms|Calendar)`, "what the messages of alarms and of the calendar need"},
	{`^Response AWS::(CloudWatch::Alarm|Logs::(LogGroup|MetricFilter|SubscriptionFilter)) NetworkResponse`,
		"alarms tell people, and logs feed and record a function: they stop nothing"},
	{`^(NetworkFirewall|Response) AWS::Logs::LogGroup (NetworkFirewallLogGroup|Requests)`, "the app makes this log group itself"},
}

// TestProperties: the proof reports each change of a control's property, or the table says why the change has no effect.
func TestProperties(t *testing.T) {
	forEach(t, func(t *testing.T, e *example) {
		p := proven(t, e)
		reported, total := 0, 0
		var silent []string
		p.forEach(t, prooftest.Properties, *properties, func(name string, mutant *cfn.Assembly) {
			total++
			report, err := proof.Prove(mutant, p.declared)
			if err != nil || !report.Exact() {
				reported++
			} else {
				silent = append(silent, name)
			}
		})
		t.Logf("%s: %d changes of properties, %d of them are reported", e.name, total, reported)
		assert.Empty(t, slices.DeleteFunc(silent, isAllowed))
	})
}

// isAllowed reports whether the proof may keep quiet about a change.
func isAllowed(change string) bool {
	return slices.ContainsFunc(mayBeSilent, func(m silence) bool { return regexp.MustCompile(m.change).MatchString(change) })
}
