package firewall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestStandalone checks the template of every standalone construct: rule groups of each kind, a policy with managed groups and TLS
// inspection, a firewall, and groups for an imported policy.
func TestStandalone(t *testing.T) {
	stack := tierstest.Stack(t)
	prefixes := func(id string) awsec2.CfnPrefixList {
		return awsec2.NewCfnPrefixList(stack, &id, &awsec2.CfnPrefixListProps{
			AddressFamily: new("IPv4"), MaxEntries: new(10.0), PrefixListName: &id,
		})
	}
	threats := firewall.NewRuleGroup(stack, "Threats", &firewall.RuleGroupProps{
		Rules: firewall.IPFeed("threats", strings.NewReader("192.0.2.0/24\n2001:db8::1\n")),
	})
	domains := firewall.NewRuleGroup(stack, "BadNames", &firewall.RuleGroupProps{
		Rules: firewall.DomainFeed("bad names", strings.NewReader(".bad.example\n")),
	})
	text := firewall.NewRuleGroup(stack, "Text", &firewall.RuleGroupProps{
		Rules: firewall.Suricata("# one rule\n" +
			"pass tcp $WEB any -> @PARTNERS $WEB_PORTS (msg:\"partners\"; flow:to_server; sid:1000001; rev:1;)\n" +
			"alert tcp @LIST any -> @OFFICE any (flow:to_server; sid:1000002; rev:1;)"),
		IPSets:   map[string][]string{"WEB": {"10.0.1.0/24", "10.0.2.0/24"}},
		PortSets: map[string][]string{"WEB_PORTS": {"443", "8000:8010"}},
		References: map[string]string{
			"PARTNERS": *prefixes("Partners").AttrPrefixListId(), "OFFICE": *prefixes("Office").AttrArn(), "LIST": "pl-0123456789abcdef0",
		},
		Description: "Partners",
	})
	tuples := firewall.NewRuleGroup(stack, "Tuples", &firewall.RuleGroupProps{
		Rules: firewall.Tuples(
			firewall.Tuple{Action: firewall.Pass, Protocol: "icmp", SID: 1000003, Message: "path MTU discovery", Options: "itype:3; icode:4"},
			firewall.Tuple{
				Action: firewall.Reject, Protocol: "tcp", Source: "10.0.0.0/8", DestinationPort: "23", Flow: "to_server", SID: 1000004,
				Message: `no "telnet"; ever`,
			},
		),
		Name: "tuples", Capacity: 50,
	})
	names := firewall.NewRuleGroup(stack, "Names", &firewall.RuleGroupProps{
		Rules: firewall.Domains(firewall.DomainList{
			Action: firewall.AllowList, Names: []string{"api.example.com", ".amazonaws.com"}, HTTP: true, TLS: true,
		}),
		IPSets: map[string][]string{"HOME_NET": {"10.0.0.0/8"}, "EXTERNAL_NET": {"0.0.0.0/0"}},
	})
	inspection := firewall.NewTLSInspection(stack, "Decryption", &firewall.TLSInspectionProps{
		ServerCertificates:   []string{"arn:aws:acm:eu-west-1:123456789012:certificate/server"},
		CertificateAuthority: "arn:aws:acm:eu-west-1:123456789012:certificate/authority",
		RejectRevoked:        true,
		Scopes: []firewall.TLSScope{
			{DestinationPorts: []firewall.Ports{{From: 443, To: 443}}},
			{Sources: []string{"10.0.0.0/8"}, Destinations: []string{"2001:db8::/32"}, SourcePorts: []firewall.Ports{{From: 1024, To: 65535}}},
		},
	})
	policy := firewall.NewPolicy(stack, "Policy", &firewall.PolicyProps{
		HomeNet: []string{"10.0.0.0/8", "2001:db8::/32"}, Midstream: firewall.MidstreamDrop, IdleTimeout: 10 * time.Minute,
		Description:    "Everything",
		DefaultActions: []firewall.DefaultAction{firewall.DropEstablished, firewall.AlertEstablished},
		Managed:        []firewall.ManagedGroup{firewall.MalwareDomains.Dropping(), firewall.ThreatSignaturesBotnet},
		TLSInspection:  inspection, HoldTLSSessions: true,
	})
	for i, g := range []*firewall.RuleGroup{names, text, tuples} { // Out of order.
		policy.Add(g, 500-10*i)
	}
	policy.Add(threats, 10)
	policy.Add(domains, 20)
	policy.AddManaged(firewall.AbusedLegitMalwareDomains, 30)
	vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Vpc"), &awsec2.VpcAttributes{
		VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a")},
		IsolatedSubnetIds: &[]*string{new("subnet-0123456789abcdef0")}, IsolatedSubnetRouteTableIds: &[]*string{new("rtb-0123456789abcdef0")},
	})
	firewall.NewFirewall(stack, "Firewall", &firewall.FirewallProps{
		Policy: policy, Vpc: vpc, VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}, Production: true,
	})

	theirs := firewall.ImportPolicy(stack, "Theirs", "arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/theirs")
	theirs.Add(text, 2000)
	const company = "arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/company"
	theirs.Add(firewall.ImportRuleGroup(stack, "Company", company, 0), 3000)
	theirs.AddManaged(firewall.MalwareDomains, 100)
	theirs.AddManaged(firewall.AttackInfrastructure.Dropping(), 110)
	tierstest.Snapshot(t, stack)
}

// TestGrowth checks that a group keeps its name and capacity until its step is full. It then gets another name and capacity, so that the
// new group can exist beside the old one.
func TestGrowth(t *testing.T) {
	made := func(rules int) (string, float64) {
		stack := cdktest.Stack(t)
		var b strings.Builder
		for i := range rules {
			b.WriteString(strings.NewReplacer("1000001", fmt.Sprint(1_000_001+i), " 443", fmt.Sprint(" ", 1000+i)).Replace(one) + "\n")
		}
		g := firewall.NewRuleGroup(stack, "Group", &firewall.RuleGroupProps{Rules: firewall.Suricata(b.String())})
		properties := of(resources(t, stack), "NetworkFirewall::RuleGroup")
		require.Len(t, properties, 1)
		assert.EqualValues(t, g.Capacity(), properties[0]["Capacity"])
		return properties[0]["RuleGroupName"].(string), properties[0]["Capacity"].(float64)
	}
	small, capacity := made(1)
	assert.EqualValues(t, 100, capacity)
	same, capacity := made(80)
	assert.EqualValues(t, 100, capacity)
	assert.Equal(t, small, same)
	large, capacity := made(81)
	assert.EqualValues(t, 200, capacity)
	assert.Equal(t, strings.TrimSuffix(small, "100")+"200", large)
}

// TestIndentedRules: Suricata leaves out lines that begin with a blank, so that rules written in an indented literal would be lost.
func TestIndentedRules(t *testing.T) {
	stack := tierstest.Stack(t)
	firewall.NewRuleGroup(stack, "Group", &firewall.RuleGroupProps{Rules: firewall.Suricata(`
		pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (flow: to_server; sid: 1;)
		# a remark
		pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 80 (flow: to_server; sid: 2;)`)})
	template := tierstest.Template(t, stack)
	assert.Contains(t, string(template), `\npass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443`)
	assert.NotContains(t, string(template), `\tpass`)
}
