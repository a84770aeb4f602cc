package reach_test

import "testing"

func TestACLs(t *testing.T) {
	t.Parallel()
	const everything4, everythingOut4 = "in 100 allow all 0.0.0.0/0", "out 100 allow all 0.0.0.0/0"
	for _, test := range []struct {
		name, resources string
		rows            []row
	}{
		{"the default ACL lets everything through", twoSubnets + openGroups, []row{{allow, "Web@A", "App@B", "all"}}},
		{"an ACL without entries lets nothing through, and within a subnet there is none", twoSubnets + openGroups + acl("B"), []row{
			{deny, "Web@A", "App@B", "tcp/80"}, {deny, "Web@B", "App@A", "tcp/80"}, {allow, "Web@B", "App@B", "all"},
			{allow, "Web@A", "App@A", "all"},
		}},
		{"both directions of both subnets count", twoSubnets + openGroups +
			acl("A", "out 1 allow tcp/80-90 10.0.2.0/24", "in 1 allow tcp/1024-65535 10.0.2.0/24") +
			acl("B", "in 1 allow tcp/85-99 10.0.1.0/24", "out 1 allow tcp/1024-65535 10.0.1.0/24"), []row{
			{allow, "Web@A", "App@B", "tcp/85-90"}, {deny, "Web@A", "App@B", "tcp/84"}, {deny, "Web@A", "App@B", "tcp/91"},
			{deny, "Web@A", "App@B", "udp/85"},
			{deny, "Web@B", "App@A", "tcp/80-90"}, {deny, "Web@B", "App@A", "tcp/1024-65535"},
		}},
		{"of entries that match, the lowest number decides, in whatever order they stand", twoSubnets + openGroups +
			acl("B", "in 30 allow tcp/1-100 10.0.1.0/24", "in 20 deny tcp/50-60 10.0.0.0/16", "in 10 allow tcp/55 10.0.1.0/24",
				"in 40 deny all 0.0.0.0/0", "in 50 allow all 0.0.0.0/0", everythingOut4), []row{
			{allow, "Web@A", "App@B", "tcp/1-49"}, {deny, "Web@A", "App@B", "tcp/50-54"}, {allow, "Web@A", "App@B", "tcp/55"},
			{deny, "Web@A", "App@B", "tcp/56-60"}, {allow, "Web@A", "App@B", "tcp/61-100"}, {deny, "Web@A", "App@B", "tcp/101-65535"},
		}},
		{"a deny before an allow, for a part of the subnet", twoSubnets + openGroups +
			acl("B", "in 1 deny tcp/22 10.0.1.0/26", "in 2 allow all 10.0.0.0/16", everythingOut4), []row{
			{deny, "Web@10.0.1.63", "App@B", "tcp/22"}, {allow, "Web@10.0.1.64", "App@B", "tcp/22"}, {allow, "Web@A", "App@B", "tcp/23"},
		}},
		{"replies must pass to all client ports: 1024-65535", twoSubnets + openGroups +
			acl("B", "in 1 allow tcp/443 10.0.0.0/16", "out 1 allow tcp/1024-65535 10.0.0.0/16"), []row{{allow, "Web@A", "App@B", "tcp/443"},
			{deny, "Web@B", "App@A", "tcp/443"}}},
		{"replies that pass to some client ports may do", twoSubnets + openGroups +
			acl("B", "in 1 allow tcp/443 10.0.0.0/16", "out 1 allow tcp/32768-60999 10.0.0.0/16"), []row{{unknown, "Web@A", "App@B", "tcp/443"},
			{deny, "Web@A", "App@B", "tcp/80"}}},
		{"two entries together may let all replies pass", twoSubnets + openGroups +
			acl("B", "in 1 allow tcp/443 10.0.0.0/16", "out 1 allow tcp/1024-40000 10.0.0.0/16",
				"out 2 allow tcp/40001-65535 10.0.0.0/16"), []row{{allow, "Web@A", "App@B", "tcp/443"}}},
		{"a denied client port leaves a doubt", twoSubnets + openGroups +
			acl("B", "in 1 allow tcp/443 10.0.0.0/16", "out 1 deny tcp/3389 10.0.0.0/16", "out 2 allow tcp/1024-65535 10.0.0.0/16"), []row{{unknown,
			"Web@A", "App@B", "tcp/443"}}},
		{"without replies nothing works", twoSubnets + openGroups +
			acl("B", everything4, "out 1 allow tcp/443 10.0.0.0/16", "out 2 allow udp/1024-65535 10.0.0.0/16"), []row{{deny, "Web@A", "App@B",
			"tcp/443"}, {allow, "Web@A", "App@B", "udp/53"}}},
		{"the replies' address is the client's", twoSubnets + openGroups +
			acl("B", everything4, "out 1 allow all 10.0.1.0/25"), []row{{allow, "Web@10.0.1.1", "App@B", "tcp/1"},
			{deny, "Web@10.0.1.200", "App@B", "tcp/1"}}},
		{"the client's own ACL must let replies in", twoSubnets + openGroups +
			acl("A", everythingOut4, "in 1 allow tcp/1-1023 0.0.0.0/0"), []row{{deny, "Web@A", "App@B", "tcp/443"},
			{deny, "App@B", "Web@A", "udp/1"}, {allow, "App@B", "Web@A", "tcp/443"}}},
		{"pings need their replies, other ICMP messages none", twoSubnets + openGroups +
			acl("B", "in 1 allow icmp 0.0.0.0/0", "out 1 allow tcp 0.0.0.0/0"), []row{{unknown, "Web@A", "App@B", "icmp/8/0"},
			{allow, "Web@A", "App@B", "icmp/3/4"}}},
		{"pings with their replies", twoSubnets + openGroups +
			acl("B", "in 1 allow icmp/8 0.0.0.0/0", "out 1 allow icmp/0/0 0.0.0.0/0"), []row{{allow, "Web@A", "App@B", "icmp/8/0"},
			{deny, "Web@A", "App@B", "icmp/3/4"}, {deny, "Web@A", "App@B", "tcp/80"}}},
		{"timestamp requests are answered by replies of their own, and an echo reply is none", twoSubnets + openGroups +
			acl("B", "in 1 allow icmp 0.0.0.0/0", "out 1 allow icmp/14/0 0.0.0.0/0"), []row{
			{allow, "Web@A", "App@B", "icmp/13/0"}, {unknown, "Web@A", "App@B", "icmp/17/0"}, {unknown, "Web@A", "App@B", "icmp/8/0"}, {allow,
				"Web@A", "App@B", "icmp/14/0"},
		}},
		{"protocols without ports answer in kind", twoSubnets + openGroups +
			acl("B", everything4, "out 1 allow protocol/47 0.0.0.0/0", "out 2 allow protocol/50 10.0.9.0/24"), []row{{allow, "Web@A", "App@B",
			"protocol/47"}, {unknown, "Web@A", "App@B", "protocol/50"}}},
		{"entries of one family say nothing of the other", dual + openGroups +
			acl("B", everything4, everythingOut4, "in 200 allow icmpv6/128/0 ::/0", "in 201 allow tcp/22 2001:db8:1:1::/64",
				"out 200 allow icmpv6/129 ::/0", "out 201 allow tcp/1024-65535 ::/0"), []row{
			{allow, "Web@A@4", "App@B", "tcp/80"}, {deny, "Web@A@6", "App@B", "tcp/80"}, {allow, "Web@A@6", "App@B", "tcp/22"},
			{allow, "Web@A@6", "App@B", "icmpv6/128/0"}, {deny, "Web@A@6", "App@B", "icmpv6/2"},
		}},
		{"entries on the default ACL come beside its own", twoSubnets + openGroups + aclEntries("Default", "!GetAtt Vpc.DefaultNetworkAcl",
			"in 90 deny tcp/22 0.0.0.0/0", "in 200 deny tcp/23 0.0.0.0/0", "out 90 deny tcp/24 10.0.2.0/24"), []row{
			{deny, "Web@A", "App@B", "tcp/22"}, {allow, "Web@A", "App@B", "tcp/23"}, {deny, "Web@A", "App@B", "tcp/24"},
			{allow, "Web@B", "App@A", "tcp/24"}, {allow, "Web@A", "App@A", "tcp/22"},
		}},
		{"the default ACL's own entries let IPv6 through as well", dual + openGroups + aclEntries("Default", "!GetAtt Vpc.DefaultNetworkAcl",
			"in 90 deny tcp/22 0.0.0.0/0"), []row{
			{allow, "Web@A@6", "App@B", "tcp/22"}, {deny, "Web@A@4", "App@B", "tcp/22"},
		}},
		{"an ACL that is not in the templates may hold anything", twoSubnets + openGroups + `
  Of: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref B, NetworkAclId: acl-1234}}
`, []row{{unknown, "Web@A", "App@B", "tcp/22"}, {allow, "Web@B", "App@B", "tcp/22"}}},
		{"an action that only a deployment knows may be either", twoSubnets + openGroups + acl("B", "in 1 allow tcp/1 0.0.0.0/0",
			"in 2 !Ref=P tcp/1-2 0.0.0.0/0", "in 3 allow tcp/3 0.0.0.0/0", "in 4 allow tcp/2 10.0.1.0/25", everythingOut4), []row{
			{allow, "Web@A", "App@B", "tcp/1"}, {unknown, "Web@A", "App@B", "tcp/2"}, {allow, "Web@A", "App@B", "tcp/3"},
			{deny, "Web@A", "App@B", "tcp/4"},
		}},
		{"an entry that may not be there", twoSubnets + openGroups + acl("B", "in 5 allow tcp/1-2 0.0.0.0/0", everythingOut4) + `
  Deny: {Type: AWS::EC2::NetworkAclEntry, Condition: Maybe,
    Properties: {NetworkAclId: !Ref AclB, RuleNumber: 1, RuleAction: deny, Protocol: 6, PortRange: {From: 2, To: 3}, CidrBlock: 0.0.0.0/0}}
  Allow: {Type: AWS::EC2::NetworkAclEntry, Condition: Maybe,
    Properties: {NetworkAclId: !Ref AclB, RuleNumber: 2, RuleAction: allow, Protocol: 6, PortRange: {From: 4, To: 4}, CidrBlock: 0.0.0.0/0}}
`, []row{{allow, "Web@A", "App@B", "tcp/1"}, {unknown, "Web@A", "App@B", "tcp/2"}, {deny, "Web@A", "App@B", "tcp/3"},
			{unknown, "Web@A", "App@B", "tcp/4"}}},
		{"a subnet's network ACL decides about addresses outside too", twoSubnets + openGroups + internet + table("B", toInternet) +
			acl("B", "in 1 allow tcp/443 0.0.0.0/0", "in 2 allow tcp/1024-65535 198.51.100.0/24", "out 1 allow tcp/1024-65535 0.0.0.0/0",
				"out 2 allow tcp/80 198.51.100.0/24"), []row{
			{allow, "203.0.113.9", "App@B", "tcp/443"}, {deny, "203.0.113.9", "App@B", "tcp/80"}, {deny, "203.0.113.9", "App@B", "tcp/1024-65535"},
			{allow, "198.51.100.9", "App@B", "tcp/1024-65535"}, {allow, "App@B", "198.51.100.9", "tcp/80"},
			{deny, "App@B", "203.0.113.9", "tcp/80"}, {deny, "App@B", "203.0.113.9", "tcp/1024"},
		}},
		{"two associations leave it open which ACL it is", twoSubnets + openGroups + acl("B", everything4, everythingOut4) + `
  Again: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref B, NetworkAclId: acl-1234}}
`, []row{{unknown, "Web@A", "App@B", "tcp/22"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check(t, buildTemplate(t, parameters+"Resources:\n"+test.resources), test.rows)
		})
	}
}
