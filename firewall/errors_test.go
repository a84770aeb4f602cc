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
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// one is a valid rule.
const one = `pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (msg:"one"; flow:to_server; sid:1000001; rev:1;)`

// TestBadInput checks that every mistake fails synthesis with a message and the line that made it, and that nothing panics.
func TestBadInput(t *testing.T) {
	var all mistakes.Cases
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
	tuple := func(t firewall.Tuple) func(awscdk.Stack) { return group(firewall.Tuples(t)) }
	domains := func(action firewall.ListAction, names ...string) firewall.Rules {
		return firewall.Domains(firewall.DomainList{Action: action, Names: names})
	}
	policy := func(props *firewall.PolicyProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { firewall.NewPolicy(s, "Policy", props) }
	}
	defaults := func(actions ...firewall.DefaultAction) *firewall.PolicyProps {
		return &firewall.PolicyProps{DefaultActions: append([]firewall.DefaultAction{}, actions...)}
	}
	managed := func(groups ...firewall.ManagedGroup) func(awscdk.Stack) {
		return policy(&firewall.PolicyProps{Managed: groups})
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
			props := &firewall.FirewallProps{
				Policy: p, Vpc: vpc, VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS},
			}
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
		"dynamic references": {
			declare: group(firewall.Suricata(`pass tcp any any -> any any (msg:"{{resolve:ssm:a}}"; sid:1;)`), func(p *firewall.RuleGroupProps) {
				p.Description = "{{resolve:ssm:b}}"
			}),
			want: []string{"the rules have a dynamic reference", "a description has a dynamic reference"},
		},
		"no rule": {text("permit everything"), []string{"this line is not a rule: column 1", "in line 1"}},
		"all at once": {
			declare: text(one + "\n" + one + "\nreject udp any any -> any 53 (sid:2;)\ndrop tcp 10.0.0.1/8 any -> any any (sid:3;)"),
			want:    []string{"two rules have the sid 1000001", "AWS cannot reject", "host bits", "in line 4"},
		},
		"breaking out": {
			declare: text(`pass tcp any any -> any any (msg:"a"; sid:1;) pass ip any any -> any any (sid:2;)`),
			want:    []string{"expected nothing after the options"},
		},
		"control character": {text("pass tcp any any -> any any (msg:\"a\x00b\"; sid:1;)"), []string{"not printable ASCII"}},
		"message in a tuple": {
			declare: tuple(firewall.Tuple{Action: firewall.Pass, Protocol: "tcp", SID: 1, Message: "a\nb"}),
			want:    []string{"a message is invalid", "in rule 1"},
		},
		"field in a tuple": {
			declare: tuple(firewall.Tuple{Action: firewall.Pass, Protocol: "tcp", SID: 1, Source: `any any -> any any (sid:9;) #`}),
			want:    []string{"a field of a rule is invalid"},
		},
		"tuple without SID": {tuple(firewall.Tuple{Action: firewall.Drop, Protocol: "tcp"}), []string{"a rule has no sid"}},
		"mixed families": {
			declare: group(firewall.Suricata("drop ip $BAD any -> any any (sid:1;)"), func(p *firewall.RuleGroupProps) {
				p.IPSets = map[string][]string{"BAD": {"10.0.0.0/8", "2001:db8::/32"}}
			}),
			want: []string{"mixes IPv4 and IPv6"},
		},
		"capacity": {
			declare: group(firewall.Suricata(one), func(p *firewall.RuleGroupProps) { p.Capacity = 30001 }),
			want:    []string{"capacity is out of range", "1 to 30000"},
		},
		"too small": {
			declare: group(firewall.Suricata(one+"\n"+strings.Replace(one, "sid:1000001", "sid:2", 1)), func(p *firewall.RuleGroupProps) {
				p.Capacity = 1
			}),
			want: []string{"more rules than its capacity"},
		},
		"name": {
			declare: group(firewall.Suricata(one), func(p *firewall.RuleGroupProps) { p.Name = "my group" }),
			want:    []string{`RuleGroupName "my group"`},
		},
		"references": {
			declare: group(firewall.Suricata("drop ip @A any -> any any (sid:1;)"), func(p *firewall.RuleGroupProps) {
				p.References = map[string]string{"A": "arn:1", "B": "arn:1"}
			}),
			want: []string{"two references name the same IP set"},
		},
		"empty list": {group(domains(firewall.AllowList)), []string{"a domain list is empty"}},
		"list of wildcards": {
			declare: group(domains(firewall.DenyList, "*.example.com", "https://a.com", "a.com", "a.com")),
			want:    []string{"has a wildcard", "has a scheme", "a.com twice"},
		},
		"feed, empty": {feed(ips, "bad", "# nothing\n\n"), []string{"the feed \"bad\" is empty"}},
		"feed, rubbish": {
			declare: feed(ips, "bad", "192.0.2.1\n<html>\n10.0.0.1/8\n0.0.0.0/0\n"),
			want:    []string{"line 2: \"<html>\"", "line 3: 10.0.0.1/8 has host bits set", "line 4: 0.0.0.0/0 is too large"},
		},
		"feed, much rubbish": {feed(names, "bad", strings.Repeat("not a name\n", 25)), []string{"line 10:", "and 15 more lines"}},
		"feed, huge":         {feed(names, "bad", huge()), []string{"is too long", "15001 entries make 30002 rules"}},
		"feed, name":         {feed(ips, `x"; sid:1;`, "192.0.2.1"), []string{"has an invalid name"}},
		"two drops": {
			declare: policy(defaults(firewall.DropStrict, firewall.DropEstablished, firewall.AlertStrict)),
			want:    []string{"two default actions that drop"},
		},
		"two families": {
			declare: policy(defaults(firewall.DropEstablished, firewall.AlertEstablishedAppLayer)),
			want:    []string{"default actions of two families"},
		},
		"unlogged":            {policy(defaults(firewall.DropStrict)), []string{"nothing logs"}},
		"no default":          {policy(defaults()), []string{"no default action", "packets that no rule decides pass"}},
		"unknown default":     {policy(defaults("aws:pass")), []string{`got "aws:pass"`}},
		"idle timeout":        {policy(&firewall.PolicyProps{IdleTimeout: 10 * time.Second}), []string{"allowed are 60 to 6000"}},
		"holding sessions":    {policy(&firewall.PolicyProps{HoldTLSSessions: true}), []string{"the policy holds TLS sessions"}},
		"home with host bits": {policy(&firewall.PolicyProps{HomeNet: []string{"10.0.0.1/8"}}), []string{"host bits"}},
		"budget": {
			declare: managed(firewall.AttackInfrastructure, firewall.ThreatSignaturesPhishing, firewall.ThreatSignaturesMalwareMobile,
				firewall.ThreatSignaturesBotnetWindows, firewall.ThreatSignaturesMalwareWeb, firewall.ThreatSignaturesWebAttacks),
			want: []string{"reserve 31300 including managed groups"},
		},
		"managed twice": {managed(firewall.MalwareDomains, firewall.MalwareDomains.Dropping()), []string{"in the policy twice"}},
		"managed name":  {managed(firewall.Managed("MalwareDomainsStrictOrder", 200)), []string{"without the suffix StrictOrder"}},
		"priorities": {
			declare: func(s awscdk.Stack) {
				p := firewall.NewPolicy(s, "Policy", nil)
				p.Add(firewall.NewRuleGroup(s, "A", &firewall.RuleGroupProps{Rules: firewall.Suricata(one)}), 0)
				p.Add(firewall.NewRuleGroup(s, "B", &firewall.RuleGroupProps{Rules: firewall.Suricata(one)}), 0)
				p.Add(nil, 1)
			},
			want: []string{"1 to 65535", "two rule groups have priority 0", "a rule group to add is nil", "SID 1000001 is in two rule groups"},
		},
		"list under strict": {
			declare: func(s awscdk.Stack) {
				p := firewall.NewPolicy(s, "Policy", defaults(firewall.DropStrict, firewall.AlertStrict))
				p.Add(firewall.NewRuleGroup(s, "A", &firewall.RuleGroupProps{Rules: domains(firewall.AllowList, "a.example")}), 1)
			},
			want: []string{"an allow list can pass nothing in a policy with aws:drop_strict"},
		},
		"imported ARNs": {
			declare: func(s awscdk.Stack) {
				firewall.ImportPolicy(s, "P", "policy")
				firewall.ImportRuleGroup(s, "G", "arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/x", 0)
			},
			want: []string{`got "policy"`, "the ARN of a rule group is invalid"},
		},
		"TLS inspection": {
			declare: func(s awscdk.Stack) {
				firewall.NewTLSInspection(s, "A", nil)
				firewall.NewTLSInspection(s, "B", &firewall.TLSInspectionProps{
					ServerCertificates: make([]string, 11), RejectRevoked: true,
					Scopes: []firewall.TLSScope{{Sources: []string{"10.0.0.1/8"}, DestinationPorts: []firewall.Ports{{From: 443, To: 80}}}},
				})
			},
			want: []string{
				"no certificate", "no scope", "got 11; allowed are 10", "without a certificate authority", "10.0.0.1/8", "got 443 to 80",
			},
		},
		"firewall of nothing": {
			declare: func(s awscdk.Stack) { firewall.NewFirewall(s, "F", nil) },
			want:    []string{"has no policy", "has no VPC", "has no subnets"},
		},
		"zone without tiers": {
			declare: stands(func(s awscdk.Stack, p *firewall.FirewallProps) {
				far := awsec2.NewSubnet(s, new("Far"), &awsec2.SubnetProps{
					AvailabilityZone: new("eu-west-1c"), CidrBlock: new("10.0.250.0/28"), VpcId: p.Vpc.VpcId(),
				})
				p.VpcSubnets = &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{far}}
			}),
			want: []string{"in zone eu-west-1c, where the VPC has nothing to protect", "eu-west-1a, eu-west-1b"},
		},
		"zone of deployment": {
			declare: stands(func(s awscdk.Stack, p *firewall.FirewallProps) { p.Vpc = awsec2.NewVpc(s, new("Agnostic"), nil) }),
			want:    []string{"the zone of an endpoint's subnet is known only at deployment", "AvailabilityZones"},
		},
		"endpoint elsewhere": {
			declare: func(s awscdk.Stack) {
				f := firewall.Inspect(shop(s), &firewall.Props{Paths: firewall.Egress})
				f.Endpoint("eu-west-1c")
			},
			want: []string{"no endpoint in zone eu-west-1c", "eu-west-1a, eu-west-1b"},
		},
		"no paths": {inspect(nil), []string{"the paths to inspect are not usable"}},
		"inspected twice": {
			declare: func(s awscdk.Stack) {
				n := shop(s)
				firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress})
				firewall.Inspect(n, &firewall.Props{Paths: firewall.EastWest})
			},
			want: []string{"a second firewall inspects the network"},
		},
		"policy that says too much": {
			declare: func(s awscdk.Stack) {
				p := firewall.NewPolicy(s, "Policy", defaults(firewall.DropStrict, firewall.AlertStrict))
				firewall.Inspect(shop(s), &firewall.Props{
					Paths: firewall.Egress, Policy: p, Managed: []firewall.ManagedGroup{firewall.MalwareDomains},
				})
			},
			want: []string{"the policy of an inspection sets DefaultActions", "Managed and Policy are both set"},
		},
		"a name without a firewall": {
			declare: func(s awscdk.Stack) {
				n := shop(s)
				tiers.NewAppTier(n, "More", &tiers.TierProps{Block: 9}).AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
			},
			want: []string{"a flow to a domain name, but no firewall inspects its path", "firewall.Inspect(network"},
		},
	}
	for name, test := range tests {
		all.Add(name, test.declare, test.want...)
	}
	all.Require(t, "firewall/errors_test.go:")
}

// TestNilPanicsInWords checks that a nil scope or network panics with a message and the line.
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

// TestShadowedRules checks that a rule that can never decide anything is a finding, which names the rules that decide before it.
func TestShadowedRules(t *testing.T) {
	stack := tierstest.Stack(t)
	p := firewall.NewPolicy(stack, "Policy", nil)
	for i, rule := range []string{"drop ip any any -> 10.0.0.0/8 any (sid:1;)", one} {
		p.Add(firewall.NewRuleGroup(stack, string(rune('A'+i)), &firewall.RuleGroupProps{Rules: firewall.Suricata(rule)}), 1+i)
	}
	err := tierstest.Synth(t, stack)
	require.Error(t, err)
	_, file, _ := strings.Cut(err.Error(), "found in: ")
	report, err := os.ReadFile(strings.TrimSpace(file))
	require.NoError(t, err)
	for _, want := range []string{
		"because earlier rules decide the opposite", "line 1 of Test/A", "rule-contradicted[Test/B:1000001]", "firewall/errors_test.go:",
	} {
		assert.Contains(t, string(report), want)
	}
}
