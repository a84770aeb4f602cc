package firewall_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

var (
	lineNumber = regexp.MustCompile(`firewall/message_test\.go:\d+`)
	someNumber = regexp.MustCompile(`(SID|in line|in rule) \d+`)
)

// TestMessages checks whole messages: what is wrong, where, what was found and what is allowed, and the fix. The stack is in eu-west-1.
func TestMessages(t *testing.T) {
	group := func(props firewall.RuleGroupProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { firewall.NewRuleGroup(s, "Group", &props) }
	}
	rules := func(r firewall.Rules) func(awscdk.Stack) { return group(firewall.RuleGroupProps{Rules: r}) }
	references := func(of ...string) func(awscdk.Stack) {
		set := map[string]string{}
		for i, value := range of {
			set[string(rune('A'+i))] = value
		}
		return group(firewall.RuleGroupProps{Rules: firewall.Suricata(one), References: set})
	}
	policy := func(props firewall.PolicyProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { firewall.NewPolicy(s, "Policy", &props) }
	}
	defaults := func(actions ...firewall.DefaultAction) firewall.PolicyProps {
		return firewall.PolicyProps{DefaultActions: actions}
	}
	decrypt := func(props firewall.TLSInspectionProps) func(awscdk.Stack) {
		props.Scopes = []firewall.TLSScope{{}}
		return func(s awscdk.Stack) { firewall.NewTLSInspection(s, "TLS", &props) }
	}
	const (
		authority = "arn:aws:acm:eu-west-1:123456789012:certificate/a"
		privateCA = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/a"
		prefixes  = "arn:aws:ec2:eu-west-1:123456789012:prefix-list/pl-0123456789abcdef0"
	)
	for name, test := range map[string]struct {
		declare func(awscdk.Stack)
		want    string
	}{
		"rules of nothing": {group(firewall.RuleGroupProps{}), `
  [Test/Group] Test/Group: the rule group has no rules (line N)
    fix: set Rules to the result of firewall.Suricata, Tuples, Domains, IPFeed or DomainFeed`},
		"capacity of one's own": {group(firewall.RuleGroupProps{
			Rules: firewall.Suricata(one + "\n" + strings.Replace(one, "1000001", "1000002", 1)), Capacity: 1,
		}), `
  [Test/Group] Test/Group: the group has more rules than its capacity (line N)
    it has 2 rules, and its capacity is 1
    fix: raise Capacity and change Name with it, or leave both out`},
		"variables of a domain list": {group(firewall.RuleGroupProps{
			Rules:  firewall.Domains(firewall.DomainList{Action: firewall.DenyList, Names: []string{"a.example"}}),
			IPSets: map[string][]string{"HOME_NET": {"10.0.0.0/8"}},
		}), `
  [Test/Group] Test/Group: the group sets HOME_NET but not EXTERNAL_NET (line N)
    EXTERNAL_NET is then the policy's: all addresses outside the policy's HOME_NET
    fix: set EXTERNAL_NET as well`},
		"reference": {references("10.0.0.0/8"), `
  [Test/Group] Test/Group: the ARN of a prefix list is invalid (line N)
    got "10.0.0.0/8"
    fix: write an ARN such as "arn:aws:ec2:eu-west-1:123456789012:prefix-list/name"`},
		"reference elsewhere": {references("arn:aws:ec2:us-east-1:123456789012:prefix-list/pl-0123456789abcdef0"), `
  [Test/Group] Test/Group: the ARN of a prefix list names another Region than the stack's (line N)
    got "arn:aws:ec2:us-east-1:123456789012:prefix-list/pl-0123456789abcdef0"; the stack is in eu-west-1
    fix: name a prefix list in the stack's Region`},
		"references": {references("pl-00000000", "pl-00000001", "pl-00000002", "pl-00000003", "pl-00000004", "pl-00000000"), `
  [Test/Group] Test/Group: the group refers to too many IP sets (line N)
    got 6; allowed are 5
    fix: split the group
  [Test/Group] Test/Group: two references name the same IP set (line N)
    got A and F for pl-00000000
    fix: keep one`},
		"references by id and by ARN": {references("pl-0123456789abcdef0", prefixes), `
  [Test/Group] Test/Group: two references name the same IP set (line N)
    got A and B for pl-0123456789abcdef0
    fix: keep one`},
		"references to a list of the app": {func(s awscdk.Stack) {
			list := awsec2.NewCfnPrefixList(s, new("Partners"), &awsec2.CfnPrefixListProps{
				AddressFamily: new("IPv4"), MaxEntries: new(10.0), PrefixListName: new("partners"),
			})
			references(*list.AttrArn(), *list.AttrPrefixListId())(s)
		}, `
  [Test/Group] Test/Group: two references name the same IP set (line N)
    got A and B for map[Fn::GetAtt:[Partners Arn]]
    fix: keep one`},
		"rubbish as rules": {rules(firewall.Suricata(strings.Repeat("permit all\n", 22))), `
  [Test/Group] Test/Group: 2 more problems with the rules (line N)` + strings.Repeat(`
  [Test/Group] Test/Group: this line is not a rule: column 1: got the action "permit"; allowed are pass, drop, reject and alert (line N)
    in line %d
    fix: write one rule per line`, 20)},
		"tuple that is a comment": {rules(firewall.Tuples(
			firewall.Tuple{Action: firewall.Drop, Protocol: "tcp", SID: 1000001},
			firewall.Tuple{Action: "#drop", Protocol: "tcp", SID: 1000002},
			firewall.Tuple{SID: 1000003},
		)), `
  [Test/Group] Test/Group: a field of a rule is invalid (line N)
    in rule 2: got "#drop"; allowed is text without spaces, parentheses, semicolons and #
    fix: write only a value into each field, and set Options for options
  [Test/Group] Test/Group: a rule has no action or no protocol (line N)
    in rule 3: got the action "" and the protocol ""
    fix: set both, such as firewall.Pass and firewall.TCP`},
		"feed of private blocks": {rules(firewall.IPFeed("bogons", strings.NewReader("10.0.0.0/8\n10.1.2.3\n192.168.0.0/16"))), `
  [Test/Group] Test/Group: the feed "bogons" has invalid lines (line N)
    line 1: 10.0.0.0/8 contains the whole private block 10.0.0.0/8: dropping it would cut off your own networks
    line 3: 192.168.0.0/16 contains the whole private block 192.168.0.0/16: dropping it would cut off your own networks
    fix: correct the list, or remove these lines`},
		"feed without end": {rules(firewall.DomainFeed("all", strings.NewReader(strings.Repeat("\n", 500_001)))), `
  [Test/Group] Test/Group: the feed "all" is empty (line N)
    a list whose download failed also looks empty, and would remove all protection
    fix: remove the feed if it has nothing to drop
  [Test/Group] Test/Group: the feed "all" is too long (line N)
    it has more than 500000 lines
    fix: split or shorten the list`},
		"feed of nobody": {rules(firewall.IPFeed("none", (*strings.Reader)(nil))), `
  [Test/Group] Test/Group: the feed "none" has invalid lines (line N)
    reading failed at line 1: runtime error: invalid memory address or nil pointer dereference
    fix: correct the list, or remove these lines`},
		"feed of no file": {rules(firewall.IPFeed("none", firewall.File("testdata/none.txt"))), `
  [Test/Group] Test/Group: the feed "none" has invalid lines (line N)
    reading failed at line 1: open testdata/none.txt: no such file or directory
    fix: correct the list, or remove these lines`},
		"feed of a folder": {rules(firewall.IPFeed("none", firewall.File("testdata"))), `
  [Test/Group] Test/Group: the feed "none" has invalid lines (line N)
    reading failed at line 1: read testdata: is a directory
    fix: correct the list, or remove these lines`},
		"feed of one line": {rules(firewall.DomainFeed("wide", strings.NewReader("a.example\n"+strings.Repeat("x", 70_000)))), `
  [Test/Group] Test/Group: the feed "wide" has invalid lines (line N)
    reading failed at line 2: bufio.Scanner: token too long
    fix: correct the list, or remove these lines`},
		"two feeds of one name": {func(s awscdk.Stack) {
			for _, id := range []string{"A", "B"} {
				firewall.NewRuleGroup(s, id, &firewall.RuleGroupProps{Rules: firewall.DomainFeed("threats", strings.NewReader(".bad.example"))})
			}
		}, strings.Repeat(`
  [Test/B] Test/B: SID %d is in two rule groups (line N)
    it is in Test/A, and in rule %d of this group; logs cannot distinguish the two rules
    fix: give the feeds different names, or use one group in both places`, 2)},
		"default action twice": {policy(defaults(firewall.DropStrict, firewall.AlertStrict, firewall.AlertStrict)), `
  [Test/Policy] Test/Policy: the policy has a default action twice (line N)
    got aws:alert_strict twice
    fix: keep one`},
		"default actions": {policy(defaults(firewall.DropEstablished)), `
  [Test/Policy] Test/Policy: nothing logs what the default action drops (line N)
    the policy has aws:drop_established but not aws:alert_established
    fix: add the alert, or set Unlogged`},
		"mid-stream": {policy(firewall.PolicyProps{
			Midstream: "PASS", IdleTimeout: 6001 * time.Second, Name: "a policy", Description: "two\nlines",
		}), `
  [Test/Policy] Test/Policy: a resource has an invalid description (line N)
    got 9 characters; allowed is one line of at most 512 characters
  [Test/Policy] Test/Policy: the idle timeout is out of range (line N)
    got 6001 seconds; allowed are 60 to 6000, and 0 for AWS's 350
  [Test/Policy] Test/Policy: the stream exception policy is unknown (line N)
    got "PASS"; allowed are REJECT, DROP and CONTINUE
    fix: use one of these
  [Test/Policy] Test/Policy: a resource has an invalid name (line N)
    got FirewallPolicyName "a policy" with 8 characters; allowed are 1 to 128 letters, digits and hyphens`},
		"mid-stream of a network that is observed": {func(s awscdk.Stack) {
			firewall.Inspect(shop(s), &firewall.Props{Paths: firewall.EastWest, Mode: firewall.Observe, Midstream: "PASS"})
		}, `
  [Test/Network/Firewall] Test/Network/Firewall: the stream exception policy is unknown (line N)
    got "PASS"; allowed are REJECT, DROP and CONTINUE
    fix: use one of these`},
		"mid-stream, stated twice": {func(s awscdk.Stack) {
			p := firewall.NewPolicy(s, "Policy", &firewall.PolicyProps{Midstream: firewall.MidstreamContinue})
			firewall.Inspect(shop(s), &firewall.Props{Paths: firewall.EastWest, Policy: p, Midstream: firewall.MidstreamDrop})
		}, `
  [Test/Network/Firewall] Test/Network/Firewall: the policy and the inspection set Midstream to different values (line N)
    the policy has CONTINUE, and the inspection DROP
    fix: leave Midstream out of its PolicyProps`},
		"too many groups": {func(s awscdk.Stack) {
			p := firewall.NewPolicy(s, "Policy", nil)
			for i := range 21 {
				p.AddManaged(firewall.Managed(fmt.Sprint("Group", i), 100), 10+i)
			}
		}, `
  [Test/Policy] Test/Policy: the policy has too many rule groups (line N)
    it has 21 including managed groups; AWS allows 20
    fix: join groups that belong together`},
		"too many rules": {func(s awscdk.Stack) {
			p := firewall.NewPolicy(s, "Policy", nil)
			p.Add(firewall.NewRuleGroup(s, "Group", &firewall.RuleGroupProps{Rules: firewall.Suricata(one), Capacity: 17_001}), 1)
			for i, g := range []firewall.ManagedGroup{ // They take 13,000 together.
				firewall.ThreatSignaturesBotnet, firewall.ThreatSignaturesBotnetWeb, firewall.ThreatSignaturesIOC,
				firewall.ThreatSignaturesEmergingEvents, firewall.ThreatSignaturesExploits, firewall.ThreatSignaturesMalware,
				firewall.ThreatSignaturesMalwareCoinmining, firewall.ThreatSignaturesScanners, firewall.ThreatSignaturesSuspect,
			} {
				p.AddManaged(g, 10+i)
			}
		}, `
  [Test/Policy] Test/Policy: the policy reserves room for too many rules (line N)
    its groups reserve 30001 including managed groups; AWS allows 30000 unless the quota is raised
    fix: remove managed groups, or set smaller capacities`},
		"too much text": {group(firewall.RuleGroupProps{Rules: firewall.Suricata(one + "\n#" + strings.Repeat("x", 2_000_000))}), `
  [Test/Group] Test/Group: the rules are too long (line N)
    they have 2000094 bytes; allowed are 2000000
    fix: split the group`},
		"sessions held back": {policy(firewall.PolicyProps{
			HoldTLSSessions: true, DefaultActions: []firewall.DefaultAction{firewall.DropEstablished, firewall.AlertEstablished},
		}), `
  [Test/Policy] Test/Policy: the policy holds TLS sessions but does not inspect TLS (line N)
    AWS requires a TLS inspection configuration
    fix: set TLSInspection, or leave out HoldTLSSessions`},
		"home": {policy(firewall.PolicyProps{HomeNet: []string{"$WEB", "10.0.0.0/8", "2001:db8::1/32"}}), `
  [Test/Policy] Test/Policy: HOME_NET has an invalid block (line N)
    got "$WEB"; allowed are blocks in CIDR notation without host bits, such as 10.0.0.0/8
  [Test/Policy] Test/Policy: HOME_NET has an invalid block (line N)
    got "2001:db8::1/32"; allowed are blocks in CIDR notation without host bits, such as 10.0.0.0/8`},
		"things made by hand": {func(s awscdk.Stack) {
			firewall.NewPolicy(s, "Policy", &firewall.PolicyProps{TLSInspection: &firewall.TLSInspection{}}).Add(&firewall.RuleGroup{}, 1)
		}, `
  [Test/Policy] Test/Policy: a rule group to add is nil (line N)
    neither NewRuleGroup nor ImportRuleGroup created it
    fix: use the result of one of them, or add no group
  [Test/Policy] Test/Policy: the TLS inspection is invalid (line N)
    neither NewTLSInspection nor ImportTLSInspection created it
    fix: use the result of one of them, or leave out TLSInspection`},
		"managed group imported": {func(s awscdk.Stack) {
			firewall.ImportRuleGroup(s, "Group", "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/MalwareDomainsActionOrder", 200)
		}, `
  [Test/Group] Test/Group: a managed group is imported as a rule group (line N)
    got "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/MalwareDomainsActionOrder"
    fix: use a variable such as firewall.ThreatSignaturesBotnet, or firewall.Managed with the name of the group`},
		"imported from elsewhere": {func(s awscdk.Stack) {
			firewall.ImportPolicy(s, "Policy", "arn:aws:network-firewall:eu-west-2:123456789012:firewall-policy/p")
			firewall.ImportTLSInspection(s, "TLS", "arn:aws:network-firewall:eu-west-1:123456789012:tls-configuration/")
		}, `
  [Test/Policy] Test/Policy: the ARN of a policy names another Region than the stack's (line N)
    got "arn:aws:network-firewall:eu-west-2:123456789012:firewall-policy/p"; the stack is in eu-west-1
    fix: name a policy in the stack's Region
  [Test/TLS] Test/TLS: the ARN of a TLS inspection configuration is invalid (line N)
    got "arn:aws:network-firewall:eu-west-1:123456789012:tls-configuration/"
    fix: write an ARN such as "arn:aws:network-firewall:eu-west-1:123456789012:tls-configuration/name"`},
		"certificates": {decrypt(firewall.TLSInspectionProps{ServerCertificates: []string{"my.crt"}, CertificateAuthority: privateCA}), `
  [Test/TLS] Test/TLS: the ARN of a certificate is invalid (line N)
    got "my.crt"
    fix: write an ARN such as "arn:aws:acm:eu-west-1:123456789012:certificate/name"
  [Test/TLS] Test/TLS: the certificate authority belongs to AWS Private CA (line N)
    got "` + privateCA + `"; AWS accepts only one that was imported into AWS Certificate Manager
    fix: import the CA certificate with its key, and use its ARN`},
		"inspection that holds": {func(s awscdk.Stack) {
			decrypt(firewall.TLSInspectionProps{CertificateAuthority: authority})(s)
			inspection := firewall.ImportTLSInspection(s, "Theirs", "arn:aws:network-firewall:eu-west-1:123456789012:tls-configuration/theirs")
			firewall.NewPolicy(s, "Policy", &firewall.PolicyProps{TLSInspection: inspection, HoldTLSSessions: true})
		}, `
  [Test/Policy] Test/Policy: the policy holds TLS sessions, and its default actions wait for the application layer (line N)
    AWS rejects the two together
    fix: use DropEstablished with its alert, or leave out HoldTLSSessions`},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			env := &awscdk.Environment{Account: new("123456789012"), Region: new("eu-west-1")}
			test.declare(awscdk.NewStack(app, new("Test"), &awscdk.StackProps{Env: env}))
			err := tiers.Synth(app)
			require.Error(t, err)
			_, got, _ := strings.Cut(err.Error(), "following errors:")
			got = lineNumber.ReplaceAllString(got, "line N")
			if strings.Contains(test.want, "%d") { // Any number.
				got = someNumber.ReplaceAllString(got, "$1 %d")
			}
			assert.Equal(t, test.want, strings.TrimRight(got, "\n"))
		})
	}
}
