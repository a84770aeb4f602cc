package watch_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// TestConfigRules: the rules of a network with everything, for the network and for the whole account.
func TestConfigRules(t *testing.T) {
	t.Run("default", func(t *testing.T) {
		stack := tierstest.Stack(t)
		c := watch.ConfigRules(scoped(stack), nil)
		goldenOf(t, tierstest.Template(t, stack), "NetworkConfigRules")
		tierstest.RequireExact(t, stack)
		assert.True(t, slices.IsSorted(c.IDs()))
		none := watch.LeftOutConfigRule{Identifier: "VPC_FLOW_LOGS_ENABLED", Why: "No call of watch.FlowLogs logs the whole VPC."}
		assert.Contains(t, c.LeftOut(), none)
	})
	t.Run("whole account", func(t *testing.T) {
		stack := tierstest.Stack(t)
		stack.Node().SetContext(new("@aws-cdk/aws-ec2:restrictDefaultSecurityGroup"), true)
		n := scoped(stack)
		watch.FlowLogs(n, nil)
		watch.ConfigRules(n, &watch.ConfigRulesProps{WholeAccount: true, Off: []string{"FirewallZones"}})
		goldenOf(t, tierstest.Template(t, stack), "NetworkConfigRules")
		tierstest.RequireExact(t, stack)
	})
}

// TestConfigRulesOfFlowLogs: only flow logs of the whole VPC count, and those of all traffic first.
func TestConfigRulesOfFlowLogs(t *testing.T) {
	for name, test := range map[string]struct {
		logs func(shop)
		want any
	}{
		"none":     {func(shop) {}, nil},
		"a tier's": {func(n shop) { watch.FlowLogs(n.Network, &watch.FlowLogsProps{Tiers: []tiers.Tier{n.web}}) }, nil},
		"rejected": {func(n shop) { watch.FlowLogs(n.Network, &watch.FlowLogsProps{RejectedOnly: true}) }, "REJECT"},
		"both": {func(n shop) {
			watch.FlowLogs(n.Network, nil)
			watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "Rejected", RejectedOnly: true, NewLogGroup: true})
		}, "ALL"},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			n := declare(stack, nil)
			test.logs(n)
			watch.ConfigRules(n.Network, &watch.ConfigRulesProps{WholeAccount: true})
			found := resourcesOf(t, tierstest.Template(t, stack), "NetworkConfigRulesFlowLogs")
			if test.want == nil {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			for _, r := range found {
				assert.Equal(t, map[string]any{"trafficType": test.want}, r.Properties["InputParameters"])
				assert.NotContains(t, r.Properties, "Scope")
			}
		})
	}
}

// TestConfigRulesOfWrappedVPC: what somebody else owns has no rules.
func TestConfigRulesOfWrappedVPC(t *testing.T) {
	stack := tierstest.Stack(t)
	c := watch.ConfigRules(dnsWrapped(stack), &watch.ConfigRulesProps{WholeAccount: true})
	tierstest.Template(t, stack)
	for _, id := range c.IDs() {
		assert.Regexp(t, "^Group", id)
	}
	assert.NotEmpty(t, c.IDs())
}

// TestConfigRulesRepeated: another synthesis gives the same rules, also in nested stacks.
func TestConfigRulesRepeated(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, &tiers.NetworkProps{Layout: tiers.NestedStacks})
	c := watch.ConfigRules(n.Network, nil)
	tierstest.RequireExact(t, stack)
	first := c.IDs()
	stack.Node().Root().(awscdk.App).Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
	assert.Equal(t, first, c.IDs())
}

func TestConfigRulesMistakes(t *testing.T) {
	var all mistakes.Cases
	for want, call := range map[string]func(*tiers.Network){
		`got "Unknown"; there are GroupApp, GroupWeb, `: func(n *tiers.Network) {
			watch.ConfigRules(n, &watch.ConfigRulesProps{Off: []string{"Unknown", "GroupApp"}})
		},
		"the id ConfigRules is taken": func(n *tiers.Network) {
			watch.ConfigRules(n, nil)
			watch.ConfigRules(n, nil)
		},
	} {
		all.Add(want, func(s awscdk.Stack) { call(declare(s, nil).Network) }, want)
	}
	all.Require(t, "configrules_test.go:")
	assert.Panics(t, func() { watch.ConfigRules(nil, nil) })
}
