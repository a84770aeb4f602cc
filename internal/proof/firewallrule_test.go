package proof_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestFirewallAlone: what the firewall lets through by itself is a finding, although groups and network ACLs stop the traffic.
func TestFirewallAlone(t *testing.T) {
	t.Parallel()
	policy := func(r map[string]object) object {
		for _, resource := range r {
			if resource["Type"] == "AWS::NetworkFirewall::FirewallPolicy" {
				return resource["Properties"].(object)["FirewallPolicy"].(object)
			}
		}
		return nil
	}
	// pass puts a rule before those of the flows.
	pass := func(rule string) func(map[string]object) {
		return func(r map[string]object) {
			for _, resource := range r {
				if resource["Type"] != "AWS::NetworkFirewall::RuleGroup" {
					continue
				}
				source := resource["Properties"].(object)["RuleGroup"].(object)["RulesSource"].(object)
				source["RulesString"] = rule + "\n" + source["RulesString"].(string)
				return
			}
		}
	}
	both := []string{"weakened[Shop/Network:App->Web:", "weakened[Shop/Network:Data->App:"}
	internet := arch.EgressPath | arch.IngressPath
	for name, c := range map[string]struct {
		paths  arch.Paths
		mode   arch.Mode
		change func(map[string]object)
		want   []string // how ids of findings begin
	}{
		"as planned":      {arch.EastWestPath, arch.Enforce, func(map[string]object) {}, nil},
		"no default drop": {arch.EastWestPath, arch.Enforce, func(r map[string]object) { delete(policy(r), "StatefulDefaultActions") }, both},
		"everything":      {arch.EastWestPath, arch.Enforce, pass(`pass ip any any -> any any (sid:1;)`), both},
		"one port": {arch.EastWestPath, arch.Enforce, pass(`pass tcp any any -> any 22 (flow:to_server; sid:1;)`),
			[]string{"weakened[Shop/Network:App->Web:firewallrulesfortcp/22]"}},
		"clients that choose their port": {arch.EastWestPath, arch.Enforce, pass(`pass tcp any 3306 -> any 22 (flow:to_server; sid:1;)`),
			[]string{"weakened[Shop/Network:App->Web:firewallrulesfortcp/22]"}},
		"messages without answers": {arch.EastWestPath, arch.Enforce, pass(`pass udp any any -> any 514 (flow:to_server; sid:1;)`),
			[]string{"weakened[Shop/Network:App->Web:firewallrulesforudp/514]"}},
		"messages of clients that choose their port": {arch.EastWestPath, arch.Enforce,
			pass(`pass udp any 53 -> any 514 (flow:to_server; sid:1;)`), []string{"weakened[Shop/Network:App->Web:firewallrulesforudp/514]"}},
		"servers that open connections": {arch.EastWestPath, arch.Enforce, pass(`pass tcp any 22 <> any 3306 (flow:to_server; sid:1;)`),
			[]string{"weakened[Shop/Network:App->Web:firewallrulesfortcp/22,tcp/3306]"}},
		"egress as planned": {internet, arch.Enforce, func(map[string]object) {}, nil},
		"no default drop for the internet": {internet, arch.Enforce, func(r map[string]object) { delete(policy(r), "StatefulDefaultActions") },
			[]string{"weakened[Shop/Network:App->addresses:firewallrules"}},
		"tiers that open connections to the internet from the port of a service": {internet, arch.Enforce,
			pass(`pass tcp !10.0.0.0/16 any <> 10.0.0.0/16 3306 (flow:to_server; sid:1;)`),
			[]string{"weakened[Shop/Network:App->addresses:firewallrules"}},
		"observing": {arch.EastWestPath, arch.Observe, func(map[string]object) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := inspected()
			a.Network.Inspection.Paths, a.Network.Inspection.Mode = c.paths, c.mode
			template, declared := planned(t, a)
			found := ids(t, changed(t, template, c.change), declared)
			for _, want := range c.want {
				begins := func(id string) bool { return strings.HasPrefix(id, want) }
				assert.True(t, slices.ContainsFunc(found, begins), "%s is not in %q", want, found)
			}
			assert.Equal(t, len(c.want) > 0, len(found) > 0, found)
		})
	}
}
