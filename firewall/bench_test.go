package firewall_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
)

// BenchmarkConstructs measures the creation of a policy with 20 groups of 50 rules, with these constructs and with CDK's own types.
func BenchmarkConstructs(b *testing.B) {
	var texts []string
	for g := range 20 {
		var text strings.Builder
		for i := range 50 {
			fmt.Fprintf(&text, "pass tcp 10.0.%d.0/24 any -> 10.1.%d.0/24 %d (flow:to_server; sid:%d;)\n", g, i, 1000+i, 1_000_000+100*g+i)
		}
		texts = append(texts, text.String())
	}
	b.Run("typed", func(b *testing.B) {
		for b.Loop() {
			stack := cdktest.Stack(b)
			p := firewall.NewPolicy(stack, "Policy", nil)
			for i, text := range texts {
				p.Add(firewall.NewRuleGroup(stack, fmt.Sprint("Group", i), &firewall.RuleGroupProps{Rules: firewall.Suricata(text)}), 1+i)
			}
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			stack := cdktest.Stack(b)
			var references []any
			for i, text := range texts {
				g := awsnetworkfirewall.NewCfnRuleGroup(stack, new(fmt.Sprint("Group", i)), &awsnetworkfirewall.CfnRuleGroupProps{
					RuleGroupName: new(fmt.Sprint("group", i)), Type: new("STATEFUL"), Capacity: new(100.0),
					RuleGroup: &awsnetworkfirewall.CfnRuleGroup_RuleGroupProperty{
						RulesSource:         &awsnetworkfirewall.CfnRuleGroup_RulesSourceProperty{RulesString: new(text)},
						StatefulRuleOptions: &awsnetworkfirewall.CfnRuleGroup_StatefulRuleOptionsProperty{RuleOrder: new("STRICT_ORDER")},
					},
				})
				references = append(references, &awsnetworkfirewall.CfnFirewallPolicy_StatefulRuleGroupReferenceProperty{
					ResourceArn: g.AttrRuleGroupArn(), Priority: new(float64(1 + i)),
				})
			}
			forward := &[]*string{new("aws:forward_to_sfe")}
			awsnetworkfirewall.NewCfnFirewallPolicy(stack, new("Policy"), &awsnetworkfirewall.CfnFirewallPolicyProps{
				FirewallPolicyName: new("policy"),
				FirewallPolicy: &awsnetworkfirewall.CfnFirewallPolicy_FirewallPolicyProperty{
					StatelessDefaultActions: forward, StatelessFragmentDefaultActions: forward, StatefulRuleGroupReferences: references,
					StatefulEngineOptions: &awsnetworkfirewall.CfnFirewallPolicy_StatefulEngineOptionsProperty{RuleOrder: new("STRICT_ORDER")},
				},
			})
		}
	})
}
