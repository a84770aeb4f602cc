package firewalluse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/usage/firewalllog"
	"github.com/tierwall/tierwall/internal/usage/firewalluse"
)

const template = `
Resources:
  Group:
    Type: AWS::NetworkFirewall::RuleGroup
    Properties:
      RuleGroupName: group
      Type: STATEFUL
      Capacity: 10
      RuleGroup:
        RulesSource:
          RulesString: |
            pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 443 (msg:"quiet"; sid:100; rev:1;)
            pass tcp 10.0.0.0/24 any -> 10.0.1.0/24 444 (msg:"loud"; alert; sid:101; rev:1;)
            drop tcp any any -> any any (msg:"drop"; sid:102; rev:1;)
            drop tcp any any -> any 1 (msg:"mute"; noalert; sid:103; rev:1;)
            alert tcp any any -> any 2 (msg:"bits"; flowbits:noalert; sid:104; rev:1;)
  Other:
    Type: AWS::NetworkFirewall::RuleGroup
    Properties:
      RuleGroupName: other
      Type: STATEFUL
      Capacity: 10
      RuleGroup: {RulesSource: {RulesString: 'drop tcp any any -> any 9 (msg:"same number"; sid:102; rev:1;)'}}
  List:
    Type: AWS::NetworkFirewall::RuleGroup
    Properties:
      RuleGroupName: list
      Type: STATEFUL
      Capacity: 10
      RuleGroup: {RulesSource: {RulesSourceList: {GeneratedRulesType: ALLOWLIST, TargetTypes: [TLS_SNI], Targets: [a.example]}}}
`

// alert returns an alert of a rule in a resource.
func alert(sid int, resource, verdict string) firewalllog.Alerts {
	if resource != "" {
		resource = "arn:aws:network-firewall:eu-west-1:1:" + resource
	}
	return firewalllog.Alerts{Key: firewalllog.Key{SID: sid, Resource: resource, Verdict: verdict}, Count: 3, First: 5, Last: 9}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	require.NoError(t, os.WriteFile(file, []byte(template), 0o600))
	a, err := cfn.Load([]string{file}, nil)
	require.NoError(t, err)
	flow := arch.Flow{From: arch.TierPeer(arch.Web, "Web"), To: arch.TierPeer(arch.App, "App"), Service: "tcp/443"}
	d := &proof.Declaration{Networks: []proof.Network{{FirewallRules: []proof.FirewallRule{{SID: 100, Flows: []arch.Flow{flow}}}}}}
	for name, test := range map[string]struct {
		alerts []firewalllog.Alerts
		lost   bool
		want   string
	}{
		"no alerts at all": {want: `0 not known shop/List
100 not visible shop/Group Web->App
101 not known shop/Group
102 not known shop/Group
102 not known shop/Other
103 not visible shop/Group
104 not visible shop/Group`},
		"alerts": {
			alerts: []firewalllog.Alerts{
				alert(4, "firewall-policy/p", "drop"), alert(102, "stateful-rulegroup/other", "drop"), alert(102, "stateful-rulegroup/other", "pass"),
				alert(102, "stateful-rulegroup/third", "drop"), alert(2028401, "", "alert"), alert(2, "stateful-rulegroup/group", "drop"),
			},
			want: `0 not known shop/List
2 not declared arn:aws:network-firewall:eu-west-1:1:stateful-rulegroup/group drop 3
4 default arn:aws:network-firewall:eu-west-1:1:firewall-policy/p drop 3
100 not visible shop/Group Web->App
101 no alerts shop/Group
102 not declared arn:aws:network-firewall:eu-west-1:1:stateful-rulegroup/third drop 3
102 no alerts shop/Group
102 seen shop/Other drop 3 pass 3
103 not visible shop/Group
104 not visible shop/Group
2028401 not declared  alert 3`,
		},
		"some logs are damaged": {
			alerts: []firewalllog.Alerts{alert(101, "", "")}, lost: true,
			want: `0 not known shop/List
100 not visible shop/Group Web->App
101 seen shop/Group unknown 3
102 not known shop/Group
102 not known shop/Other
103 not visible shop/Group
104 not visible shop/Group`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range firewalluse.Join(a, d, firewalllog.Summary{Alerts: test.alerts}, test.lost) {
				line := fmt.Sprint(r.SID, " ", r.State, " ", r.Group)
				for _, f := range r.Flows {
					line += fmt.Sprintf(" %s->%s", f.From, f.To)
				}
				for _, verdict := range []string{"alert", "drop", "pass", "unknown"} {
					if n := r.Verdicts[verdict]; n > 0 {
						line += fmt.Sprint(" ", verdict, " ", n)
					}
				}
				got = append(got, line)
			}
			assert.Equal(t, test.want, strings.Join(got, "\n"))
		})
	}
}

// TestQuietRuleWithAlerts: an alert of a rule that writes none shows that the templates are not what is deployed.
func TestQuietRuleWithAlerts(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shop.yaml")
	require.NoError(t, os.WriteFile(file, []byte(template), 0o600))
	a, err := cfn.Load([]string{file}, nil)
	require.NoError(t, err)
	rules := firewalluse.Join(a, nil, firewalllog.Summary{Alerts: []firewalllog.Alerts{alert(100, "", "pass")}}, false)
	assert.Equal(t, firewalluse.Seen, rules[1].State)
	assert.Contains(t, rules[1].Note, "the deployed rule differs")
}
