package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// AWS cannot change these properties in place, and CloudFormation does not replace the resource for them.
func TestFixedProperties(t *testing.T) {
	t.Parallel()
	const strict = "StatefulRuleOptions: {RuleOrder: STRICT_ORDER}"
	rules := func(name, options string) string {
		return resource("Rules", "NetworkFirewall::RuleGroup", "RuleGroupName: "+name+", Type: STATEFUL, Capacity: 9, RuleGroup: {"+options+"}")
	}
	policy := func(name, options string) string {
		return resource("Policy", "NetworkFirewall::FirewallPolicy", "FirewallPolicyName: "+name+", FirewallPolicy: {"+options+"}")
	}
	set := func(name, version, scope string) string {
		return resource("Set", "WAFv2::IPSet", name+"Scope: "+scope+", IPAddressVersion: "+version+", Addresses: []")
	}
	weighing := func(name, capacity string) string {
		return resource("Group", "WAFv2::RuleGroup", "Name: "+name+", Scope: REGIONAL, Capacity: "+capacity)
	}
	balancer := func(kind, groups string) string {
		return resource("Lb", "ElasticLoadBalancingV2::LoadBalancer", "Type: "+kind+", SecurityGroups: ["+groups+"]")
	}
	list := func(id, family string) string {
		return resource(id, "EC2::PrefixList", "PrefixListName: l, MaxEntries: 1, AddressFamily: "+family)
	}
	logs := func(name, class string) string {
		return resource("Logs", "Logs::LogGroup", "LogGroupName: "+name+class)
	}
	const rulesFound, policyFound = "fixed-property[Shop/Rules:RuleGroup.StatefulRuleOptions.RuleOrder]",
		"fixed-property[Shop/Policy:FirewallPolicy.StatefulEngineOptions.RuleOrder]"
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"the order of a rule group":         {rules("r", strict), rules("r", ""), []string{rulesFound}},
		"the order of a rule group, stated": {rules("r", ""), rules("r", "StatefulRuleOptions: {RuleOrder: DEFAULT_ACTION_ORDER}"), nil},
		"the order of a renamed rule group": {rules("r", strict), rules("s", ""), nil},
		"the order of a policy": {policy("p", ""), policy("p", "StatefulEngineOptions: {RuleOrder: STRICT_ORDER}"),
			[]string{policyFound}},
		"the order of a renamed policy": {policy("p", ""), policy("q", "StatefulEngineOptions: {RuleOrder: STRICT_ORDER}"), nil},
		"other engine options":          {policy("p", ""), policy("p", "StatefulEngineOptions: {StreamExceptionPolicy: DROP}"), nil},
		"a policy's first TLS inspection": {policy("p", ""), policy("p", "TLSInspectionConfigurationArn: a"),
			[]string{"fixed-property[Shop/Policy:FirewallPolicy.TLSInspectionConfigurationArn]"}},
		"a policy loses its TLS inspection": {policy("p", "TLSInspectionConfigurationArn: a"), policy("p", ""),
			[]string{"fixed-property[Shop/Policy:FirewallPolicy.TLSInspectionConfigurationArn]"}},
		"a policy's other TLS inspection": {policy("p", "TLSInspectionConfigurationArn: a"), policy("p",
			"TLSInspectionConfigurationArn: b"), nil},
		"the version of an IP set": {set("Name: s, ", "IPV4", "REGIONAL"), set("Name: s, ", "IPV6", "REGIONAL"),
			[]string{"fixed-property[Shop/Set:IPAddressVersion]"}},
		"the version of a set without a name": {set("", "IPV4", "REGIONAL"), set("", "IPV6", "REGIONAL"),
			[]string{"fixed-property[Shop/Set:IPAddressVersion]"}},
		"the version of a renamed IP set": {set("Name: s, ", "IPV4", "REGIONAL"), set("Name: t, ", "IPV6", "REGIONAL"), nil},
		"the scope of an IP set": {set("Name: s, ", "IPV4", "REGIONAL"), set("Name: s, ", "IPV4", "CLOUDFRONT"),
			[]string{"scope-changed[Shop/Set]"}},
		"the capacity of a web ACL rule group": {weighing("g", "50"), weighing("g", "60"), []string{"fixed-property[Shop/Group:Capacity]"}},
		"the capacity of a renamed group":      {weighing("g", "50"), weighing("h", "60"), nil},
		"a network load balancer's first group": {balancer("network", ""), balancer("network", "sg-1"),
			[]string{"fixed-property[Shop/Lb:SecurityGroups]"}},
		"a network load balancer's last group": {balancer("network", "sg-1"), balancer("network", ""),
			[]string{"fixed-property[Shop/Lb:SecurityGroups]"}},
		"a network load balancer's other group": {balancer("network", "sg-1"), balancer("network", "sg-2"), nil},
		"another balancer's groups":             {balancer("application", ""), balancer("application", "sg-2"), nil},
		"the family of a prefix list": {list("List", "IPv4"), list("List", "IPv6"),
			[]string{"fixed-property[Shop/List:AddressFamily]"}},
		"another prefix list": {list("List", "IPv4"), list("Six", "IPv6"), nil},
		"the class of a log group": {logs("l", ""), logs("l", ", LogGroupClass: INFREQUENT_ACCESS"),
			[]string{"fixed-property[Shop/Logs:LogGroupClass]"}},
		"the class of a log group, stated": {logs("l", ""), logs("l", ", LogGroupClass: STANDARD"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
	unnamed := Check(add(t, set("", "IPV4", "REGIONAL")), add(t, set("", "IPV6", "REGIONAL")))
	assert.Contains(t, unnamed[0].Fix, "with another logical id")
}

// A VPC is replaced when its tenancy changes to dedicated, and updated in place when it changes back.
func TestTenancy(t *testing.T) {
	t.Parallel()
	vpc := func(tenancy string) string {
		return strings.Replace(base, "{CidrBlock: 10.0.0.0/16}", "{CidrBlock: 10.0.0.0/16, InstanceTenancy: "+tenancy+"}", 1)
	}
	assert.Contains(t, ids(Check(read(t, vpc("default")), read(t, vpc("dedicated")))), "vpc-replaced[Shop/Vpc]")
	assert.Empty(t, Check(read(t, vpc("dedicated")), read(t, vpc("default"))))
}

// The size changes first when a list grows, and the entries change first when it shrinks.
func TestPrefixListsGrowInTwoSteps(t *testing.T) {
	t.Parallel()
	list := func(most, entries string) string {
		return resource("List", "EC2::PrefixList", "PrefixListName: l, AddressFamily: IPv4, MaxEntries: "+most+", Entries: ["+entries+"]")
	}
	one, two := "{Cidr: 10.0.0.0/8}", "{Cidr: 10.0.0.0/8}, {Cidr: 11.0.0.0/8}"
	for _, c := range []struct{ before, between, after, fix string }{
		{list("1", one), list("2", one), list("2", two), "first with the new size, then with the new entries"},
		{list("2", two), list("2", one), list("1", one), "first with the new entries, then with the new size"},
	} {
		found := Check(add(t, c.before), add(t, c.after))
		assert.Equal(t, []string{"prefix-list-resize[Shop/List]"}, ids(found))
		assert.Contains(t, found[0].Fix, c.fix)
		assert.Empty(t, Check(add(t, c.before), add(t, c.between)))
		assert.Empty(t, Check(add(t, c.between), add(t, c.after)))
	}
}
