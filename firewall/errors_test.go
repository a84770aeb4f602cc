package firewall_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// one is a rule that is good.
const one = `pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (msg:"one"; flow:to_server; sid:1000001; rev:1;)`

// TestBadInput: every mistake fails the synth with its words and the line that made it, and nothing panics.
func TestBadInput(t *testing.T) {
	group := func(rules firewall.Rules, change ...func(*firewall.RuleGroupProps)) func(awscdk.Stack) {
		return func(s awscdk.Stack) {
			props := &firewall.RuleGroupProps{Rules: rules}
			for _, c := range change {
				c(props)
			}
			firewall.NewRuleGroup(s, "Group", props)
		}
	}
	text := func(rules string) func(awscdk.Stack) { return group(firewall.Suricata(rules)) }
	policy := func(props *firewall.PolicyProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { firewall.NewPolicy(s, "Policy", props) }
	}
	feed := func(read func(string, *strings.Reader) firewall.Rules, name, list string) func(awscdk.Stack) {
		return group(read(name, strings.NewReader(list)))
	}
	ips := func(name string, r *strings.Reader) firewall.Rules { return firewall.IPFeed(name, r) }
	names := func(name string, r *strings.Reader) firewall.Rules { return firewall.DomainFeed(name, r) }
	inspect := func(props *firewall.Props) func(awscdk.Stack) {
		return func(s awscdk.Stack) { firewall.Inspect(shop(s), props) }
	}
	stands := func(change func(awscdk.Stack, *firewall.FirewallProps)) func(awscdk.Stack) {
		return func(s awscdk.Stack) {
			vpc := awsec2.NewVpc(s, new("Vpc"), &awsec2.VpcProps{AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")}})
			p := firewall.NewPolicy(s, "Policy", nil)
			p.Add(firewall.NewRuleGroup(s, "Group", &firewall.RuleGroupProps{Rules: firewall.Suricata(one)}), 1)
			props := &firewall.FirewallProps{Policy: p, Vpc: vpc, VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}}
			change(s, props)
			firewall.NewFirewall(s, "Firewall", props)
		}
	}
	huge := func() string {
		var b strings.Builder
		for i := range 15001 {
			fmt.Fprintf(&b, "h%d.example.com\n", i)
		}
		return b.String()
	}
	tests := map[string]struct {
		declare func(awscdk.Stack)
		want    []string
	}{
		"no rules":  {group(firewall.Rules{}), []string{"the rule group has no rules"}},
		"nil props": {func(s awscdk.Stack) { firewall.NewRuleGroup(s, "G", nil) }, []string{"has no rules"}},
		"dynamic references": {group(firewall.Suricata(`pass tcp any any -> any any (msg:"{{resolve:ssm:a}}"; sid:1;)`), func(p *firewall.RuleGroupProps) {
			p.Description = "{{resolve:ssm:b}}"
		}), []string{"the rules have a dynamic reference", "a description has a dynamic reference"}},
		"no rule":            {text("permit everything"), []string{"this line is not a rule: column 1", "in line 1"}},
		"all at once":        {text(one + "\n" + one + "\nreject udp any any -> any 53 (sid:2;)\ndrop tcp 10.0.0.1/8 any -> any any (sid:3;)"), []string{"two rules have the sid 1000001", "AWS cannot reject", "host bits", "in line 4"}},
		"breaking out":       {text(`pass tcp any any -> any any (msg:"a"; sid:1;) pass ip any any -> any any (sid:2;)`), []string{"expected nothing after the options"}},
		"control character":  {text("pass tcp any any -> any any (msg:\"a\x00b\"; sid:1;)"), []string{"not printable ASCII"}},
		"message in a tuple": {group(firewall.Tuples(firewall.Tuple{Action: firewall.Pass, Protocol: "tcp", SID: 1, Message: "a\nb"})), []string{"a message is invalid", "in rule 1"}},
		"field in a tuple":   {group(firewall.Tuples(firewall.Tuple{Action: firewall.Pass, Protocol: "tcp", SID: 1, Source: `any any -> any any (sid:9;) #`})), []string{"a field of a rule is invalid"}},
		"tuple without SID":  {group(firewall.Tuples(firewall.Tuple{Action: firewall.Drop, Protocol: "tcp"})), []string{"a rule has no sid"}},
		"mixed families": {group(firewall.Suricata("drop ip $BAD any -> any any (sid:1;)"), func(p *firewall.RuleGroupProps) {
			p.IPSets = map[string][]string{"BAD": {"10.0.0.0/8", "2001:db8::/32"}}
		}), []string{"mixes IPv4 and IPv6"}},
		"capacity":  {group(firewall.Suricata(one), func(p *firewall.RuleGroupProps) { p.Capacity = 30001 }), []string{"capacity is out of range", "1 to 30000"}},
		"too small": {group(firewall.Suricata(one+"\n"+strings.Replace(one, "sid:1000001", "sid:2", 1)), func(p *firewall.RuleGroupProps) { p.Capacity = 1 }), []string{"more rules than its capacity"}},
		"name":      {group(firewall.Suricata(one), func(p *firewall.RuleGroupProps) { p.Name = "my group" }), []string{`RuleGroupName "my group"`}},
		"references": {group(firewall.Suricata("drop ip @A any -> any any (sid:1;)"), func(p *firewall.RuleGroupProps) {
			p.References = map[string]string{"A": "arn:1", "B": "arn:1"}
		}), []string{"two references name the same IP set"}},
		"empty list":          {group(firewall.Domains(firewall.DomainList{Action: firewall.AllowList})), []string{"a domain list is empty"}},
		"list of wildcards":   {group(firewall.Domains(firewall.DomainList{Action: firewall.DenyList, Names: []string{"*.example.com", "https://a.com", "a.com", "a.com"}})), []string{"has a wildcard", "has a scheme", "a.com twice"}},
		"feed, empty":         {feed(ips, "bad", "# nothing\n\n"), []string{"the feed \"bad\" is empty"}},
		"feed, rubbish":       {feed(ips, "bad", "192.0.2.1\n<html>\n10.0.0.1/8\n0.0.0.0/0\n"), []string{"line 2: \"<html>\"", "line 3: 10.0.0.1/8 has host bits set", "line 4: 0.0.0.0/0 is too large"}},
		"feed, much rubbish":  {feed(names, "bad", strings.Repeat("not a name\n", 25)), []string{"line 10:", "and 15 more lines"}},
		"feed, huge":          {feed(names, "bad", huge()), []string{"is too long", "15001 entries make 30002 rules"}},
		"feed, name":          {feed(ips, `x"; sid:1;`, "192.0.2.1"), []string{"has an invalid name"}},
		"two drops":           {policy(&firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{firewall.DropStrict, firewall.DropEstablished, firewall.AlertStrict}}), []string{"two default actions that drop"}},
		"two families":        {policy(&firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{firewall.DropEstablished, firewall.AlertEstablishedAppLayer}}), []string{"default actions of two families"}},
		"unlogged":            {policy(&firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{firewall.DropStrict}}), []string{"nothing logs"}},
		"no default":          {policy(&firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{}}), []string{"no default action", "packets that no rule decides pass"}},
		"unknown default":     {policy(&firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{"aws:pass"}}), []string{`got "aws:pass"`}},
		"idle timeout":        {policy(&firewall.PolicyProps{IdleTimeout: 10 * time.Second}), []string{"allowed are 60 to 6000"}},
		"holding sessions":    {policy(&firewall.PolicyProps{HoldTLSSessions: true}), []string{"the policy holds TLS sessions"}},
		"home with host bits": {policy(&firewall.PolicyProps{HomeNet: []string{"10.0.0.1/8"}}), []string{"host bits"}},
		"budget": {policy(&firewall.PolicyProps{Managed: []firewall.ManagedGroup{firewall.AttackInfrastructure, firewall.ThreatSignaturesPhishing, firewall.ThreatSignaturesMalwareMobile,
			firewall.ThreatSignaturesBotnetWindows, firewall.ThreatSignaturesMalwareWeb, firewall.ThreatSignaturesWebAttacks}}), []string{"reserve 31300 including managed groups"}},
		"managed twice": {policy(&firewall.PolicyProps{Managed: []firewall.ManagedGroup{firewall.MalwareDomains, firewall.MalwareDomains.Dropping()}}), []string{"in the policy twice"}},
		"managed name":  {policy(&firewall.PolicyProps{Managed: []firewall.ManagedGroup{firewall.Managed("MalwareDomainsStrictOrder", 200)}}), []string{"without the suffix StrictOrder"}},
		"priorities": {func(s awscdk.Stack) {
			p := firewall.NewPolicy(s, "Policy", nil)
			p.Add(firewall.NewRuleGroup(s, "A", &firewall.RuleGroupProps{Rules: firewall.Suricata(one)}), 0)
			p.Add(firewall.NewRuleGroup(s, "B", &firewall.RuleGroupProps{Rules: firewall.Suricata(one)}), 0)
			p.Add(nil, 1)
		}, []string{"1 to 65535", "two rule groups have priority 0", "a rule group to add is nil", "SID 1000001 is in two rule groups"}},
		"list under strict": {func(s awscdk.Stack) {
			p := firewall.NewPolicy(s, "Policy", &firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{firewall.DropStrict, firewall.AlertStrict}})
			p.Add(firewall.NewRuleGroup(s, "A", &firewall.RuleGroupProps{Rules: firewall.Domains(firewall.DomainList{Action: firewall.AllowList, Names: []string{"a.example"}})}), 1)
		}, []string{"an allow list can pass nothing in a policy with aws:drop_strict"}},
		"imported ARNs": {func(s awscdk.Stack) {
			firewall.ImportPolicy(s, "P", "policy")
			firewall.ImportRuleGroup(s, "G", "arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/x", 0)
		}, []string{`got "policy"`, "the ARN of a rule group is invalid"}},
		"TLS inspection": {func(s awscdk.Stack) {
			firewall.NewTLSInspection(s, "A", nil)
			firewall.NewTLSInspection(s, "B", &firewall.TLSInspectionProps{ServerCertificates: make([]string, 11), RejectRevoked: true,
				Scopes: []firewall.TLSScope{{Sources: []string{"10.0.0.1/8"}, DestinationPorts: []firewall.Ports{{From: 443, To: 80}}}}})
		}, []string{"no certificate", "no scope", "got 11; allowed are 10", "without a certificate authority", "10.0.0.1/8", "got 443 to 80"}},
		"firewall of nothing": {func(s awscdk.Stack) { firewall.NewFirewall(s, "F", nil) }, []string{"has no policy", "has no VPC", "has no subnets"}},
		"zone without tiers": {stands(func(s awscdk.Stack, p *firewall.FirewallProps) {
			far := awsec2.NewSubnet(s, new("Far"), &awsec2.SubnetProps{AvailabilityZone: new("eu-west-1c"), CidrBlock: new("10.0.250.0/28"), VpcId: p.Vpc.VpcId()})
			p.VpcSubnets = &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{far}}
		}), []string{"in zone eu-west-1c, where the VPC has nothing to protect", "eu-west-1a, eu-west-1b"}},
		"zone of deployment": {stands(func(s awscdk.Stack, p *firewall.FirewallProps) {
			p.Vpc = awsec2.NewVpc(s, new("Agnostic"), nil)
		}), []string{"the zone of an endpoint's subnet is known only at deployment", "AvailabilityZones"}},
		"endpoint elsewhere": {func(s awscdk.Stack) {
			f := firewall.Inspect(shop(s), &firewall.Props{Paths: firewall.Egress})
			f.Endpoint("eu-west-1c")
		}, []string{"no endpoint in zone eu-west-1c", "eu-west-1a, eu-west-1b"}},
		"no paths": {inspect(nil), []string{"the paths to inspect are not usable"}},
		"inspected twice": {func(s awscdk.Stack) {
			n := shop(s)
			firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress})
			firewall.Inspect(n, &firewall.Props{Paths: firewall.EastWest})
		}, []string{"a second firewall inspects the network"}},
		"policy that says too much": {func(s awscdk.Stack) {
			p := firewall.NewPolicy(s, "Policy", &firewall.PolicyProps{DefaultActions: []firewall.DefaultAction{firewall.DropStrict, firewall.AlertStrict}})
			firewall.Inspect(shop(s), &firewall.Props{Paths: firewall.Egress, Policy: p, Managed: []firewall.ManagedGroup{firewall.MalwareDomains}})
		}, []string{"the policy of an inspection sets DefaultActions", "Managed and Policy are both set"}},
		"a name without a firewall": {func(s awscdk.Stack) {
			n := shop(s)
			tiers.NewAppTier(n, "More", &tiers.TierProps{Block: 9}).AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
		}, []string{"a flow to a domain name, but no firewall inspects its path", "firewall.Inspect(network"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			test.declare(stack)
			err := tierstest.Synth(t, stack)
			require.Error(t, err)
			for _, want := range test.want {
				assert.Contains(t, err.Error(), want)
			}
			assert.Contains(t, err.Error(), "firewall/errors_test.go:", "the line is named")
			assert.NotContains(t, err.Error(), "goroutine")
		})
	}
}

func TestNilPanicsInWords(t *testing.T) {
	says := func(want string, f func()) {
		t.Helper()
		defer func() {
			message, _ := recover().(string)
			assert.Contains(t, message, want)
			assert.Contains(t, message, "firewall/errors_test.go:")
		}()
		f()
	}
	says("the scope of a rule group is nil", func() { firewall.NewRuleGroup(nil, "G", nil) })
	says("the scope of a policy is nil", func() { firewall.NewPolicy(nil, "P", nil) })
	says("the scope of a firewall is nil", func() { firewall.NewFirewall(nil, "F", nil) })
	says("the network to inspect is nil", func() { firewall.Inspect(nil, nil) })
}

// TestShadowedRules: a rule that can never decide anything is a finding, which names those that decide before it.
func TestShadowedRules(t *testing.T) {
	stack := tierstest.Stack(t)
	p := firewall.NewPolicy(stack, "Policy", nil)
	p.Add(firewall.NewRuleGroup(stack, "A", &firewall.RuleGroupProps{Rules: firewall.Suricata("drop ip any any -> 10.0.0.0/8 any (sid:1;)")}), 1)
	p.Add(firewall.NewRuleGroup(stack, "B", &firewall.RuleGroupProps{Rules: firewall.Suricata(one)}), 2)
	err := tierstest.Synth(t, stack)
	require.Error(t, err)
	_, file, _ := strings.Cut(err.Error(), "found in: ")
	report, err := os.ReadFile(strings.TrimSpace(file))
	require.NoError(t, err)
	for _, want := range []string{"because earlier rules decide the opposite", "line 1 of Test/A", "rule-contradicted[Test/B:1000001]", "firewall/errors_test.go:"} {
		assert.Contains(t, string(report), want)
	}
}
