package upgrade

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestRecipes follows the fixes that findings recommend: an update that fails in one deployment works in two.
func TestRecipes(t *testing.T) {
	t.Parallel()
	route := func(id, destination, target string) string {
		return resource(id, "EC2::Route", "RouteTableId: !Ref Table, DestinationCidrBlock: "+destination+", "+target)
	}
	retained := func(acl string) string {
		return "One: {Type: AWS::EC2::SubnetNetworkAclAssociation, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: " +
			"{SubnetId: !Ref Subnet, NetworkAclId: " + acl + "}}\n"
	}
	entry := func(id, number string) string {
		return resource(id, "EC2::NetworkAclEntry", "NetworkAclId: !Ref Acl, RuleNumber: "+number)
	}
	rules := func(capacity, name string) string {
		return resource("Rules", "NetworkFirewall::RuleGroup", "Type: STATEFUL, Capacity: "+capacity+", RuleGroupName: "+name)
	}
	for name, c := range map[string]struct{ before, between, after string }{
		"a route by way of its halves": {
			route("Nat", "0.0.0.0/0", "NatGatewayId: nat-1"),
			route("Low", "0.0.0.0/1", "VpcEndpointId: vpce-1") + route("High", "128.0.0.0/1", "VpcEndpointId: vpce-1"),
			route("Firewall", "0.0.0.0/0", "VpcEndpointId: vpce-1"),
		},
		"an entry by way of a free number": {entry("A", "100"), entry("A2", "101"), entry("B", "100")},
		"a rule by way of a wider one": {
			standalone("Https", tcp443+"CidrIp: 10.0.0.0/8"),
			standalone("Wide", "IpProtocol: tcp, FromPort: 443, ToPort: 444, CidrIp: 10.0.0.0/8"), standalone("Tcp443", tcp443+"CidrIp: 10.0.0.0/8"),
		},
		"a description changes, with a standalone rule in between": {
			ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: one}"),
			ingress("{"+tcp443+"CidrIp: 10.0.0.0/8, Description: one}") +
				standalone("Wide", "IpProtocol: tcp, FromPort: 443, ToPort: 444, CidrIp: 10.0.0.0/8"),
			ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8, Description: two}"),
		},
		"a split by way of both": {
			ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}"),
			ingress("{" + tcp443 + "CidrIp: 10.0.0.0/8}, {" + tcp443 + "CidrIp: 10.0.0.0/9}, {" + tcp443 + "CidrIp: 10.128.0.0/9}"),
			ingress("{" + tcp443 + "CidrIp: 10.0.0.0/9}, {" + tcp443 + "CidrIp: 10.128.0.0/9}"),
		},
		"an association, retained": {
			resource("One", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
			retained("!Ref Acl"),
			resource("Two", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"),
		},
		"another network ACL of a retained association": {
			resource("One", "EC2::SubnetNetworkAclAssociation", "SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl"), retained("!Ref Acl"),
			retained("acl-1"),
		},
		"entries by way of none": {allowed(0, 12), "", allowed(12, 24)},
		"an entry by way of both": {
			webEntry("A", 1, "443") + webEntry("B", 2, "80"), webEntry("A", 1, "443") + webEntry("B", 2, "443"), webEntry("A", 1, "8080") +
				webEntry("B", 2, "443"),
		},
		"a name changes, with another name in between": {rules("100", "egress"), rules("200", "egress-200"), rules("300", "egress")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, between, after := add(t, withGroup(c.before)), add(t, withGroup(c.between)), add(t, withGroup(c.after))
			if name != "another network ACL of a retained association" {
				assert.Len(t, Check(before, after), 1, "in one update")
			}
			assert.Empty(t, Check(before, between), "the first deploy")
			assert.Empty(t, Check(between, after), "the second deploy")
		})
	}
}

func TestFixes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a route under another logical id": "keep the logical id Nat (in CDK: OverrideLogicalId), so that it " +
			"changes in place; or deploy twice: first replace Shop/Nat by routes to the two halves of its destination, then replace that by " +
			"Shop/Firewall",
		"a second route for the same destination": "only one of the two can hold it: remove or change one of them",
		"a retained group's name": "Web is retained and keeps it permanently: import it into the stack " +
			"under Other, or delete it by hand before the update",
		"a listener rule takes a priority that another rule gives up": "make A depend on B, which gives it up in the same update; or deploy " +
			"twice: first replace Shop/B by the same rule with a free priority, then replace that by Shop/A",
		"a rule group with more capacity under the same name": "deploy twice: first replace Shop/Rules by a resource with another " +
			"name, then replace that by Shop/Rules in its new form",
		"a subnet on a part of another subnet's block": "use a free block; or deploy twice: first without Shop/C, after " +
			"moving everything out of it, then with Shop/D",
		"an inline block split in two": "deploy twice: first add the new rules and keep the old ones, then " +
			"remove the old ones",
		"an inline rule moves out of the group": "keep the rule unchanged and where it is; or deploy twice: first add " +
			"standalone ingress rules (AWS::EC2::SecurityGroupIngress) with a wider block or port range that allow its traffic, then make the " +
			"change and remove them: they are deleted last",
		"more entries of a network ACL than fit while removed ones still exist": "deploy twice: first without the network ACL and its " +
			"associations (in " +
			"a tierwall network: networkACLs: none in architecture.yaml, or NetworkACLs: tiers.NetworkACLsOff in Go), then " +
			"with the new network ACL; in between, the subnets use the VPC's " +
			"default one, which allows all traffic, and the security groups still apply; or request a higher quota",
		"an entry that may come later takes over an entry's traffic": "make A depend on B (DependsOn); or deploy twice: first add an entry " +
			"with a " +
			"free number for tcp/443 from 10.0.0.0/16, then remove it",
		"a logical id of another type": "give the resource of the other type a logical id of its own",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, ok := badUpdates[name]
			assert.True(t, ok)
			for _, d := range Check(add(t, withGroup(c.before)), add(t, withGroup(c.after))) {
				assert.Equal(t, want, d.Fix)
			}
		})
	}
}
