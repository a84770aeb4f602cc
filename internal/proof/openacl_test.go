package proof_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// entries returns the logical ids of the entries with a word in their properties.
func entries(resources map[string]object, acl string, egress bool, from float64, block string) []string {
	var out []string
	for id, r := range resources {
		p := r["Properties"].(object)
		ports, ok := p["PortRange"].(object)
		if ok && strings.HasPrefix(id, acl) && (p["Egress"] == true) == egress && ports["From"] == from && p["CidrBlock"] == block {
			out = append(out, id)
		}
	}
	return out
}

// TestBothLayers: traffic is carried only if both the groups and the network ACLs allow it.
func TestBothLayers(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, filtered())
	remove := func(acl string, egress bool, from float64, block string) func(map[string]object) {
		return func(r map[string]object) {
			ids := entries(r, acl, egress, from, block)
			for _, id := range ids {
				delete(r, id)
			}
			for _, other := range r {
				if on, ok := other["DependsOn"].([]any); ok {
					other["DependsOn"] = slices.DeleteFunc(on, func(id any) bool { return slices.Contains(ids, id.(string)) })
				}
			}
			if len(ids) != 1 {
				t.Errorf("found %d entries", len(ids))
			}
		}
	}
	for name, c := range map[string]struct {
		change func(map[string]object)
		want   []string
	}{
		"as planned": {func(map[string]object) {}, nil},
		"a hole in a group alone": {put("Hole", "AWS::EC2::SecurityGroupIngress", object{
			"GroupId": groupOf("Data"), "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.32.0/20"}),
			[]string{"weakened[Shop/Network:Data->10.0.32.0/20:grouprulefortcp/22]"}},
		"a hole in a network ACL alone": {put("Hole", "AWS::EC2::NetworkAclEntry", object{
			"NetworkAclId": ref("NetworkACLsBlock4"), "RuleNumber": 1, "RuleAction": "allow", "Protocol": -1, "CidrBlock": "0.0.0.0/0"}),
			[]string{"weakened[Shop/Network:Data->Test/SubnetsBlock4Slot0Subnet:networkACL]",
				"weakened[Shop/Network:Data->Test/SubnetsBlock4Slot1Subnet:networkACL]"}},
		"a wide network ACL": {put("Hole", "AWS::EC2::NetworkAclEntry", object{
			"NetworkAclId": ref("NetworkACLsBlock4"), "RuleNumber": 1, "RuleAction": "allow", "Protocol": -1, "CidrBlock": "10.0.0.0/16"}),
			[]string{"weakened[Shop/Network:Data->10.0.0.0/16:networkACLentryfromalltrafficexcepticmp/3/4]"}},
		"a subnet with the VPC's own network ACL": {func(r map[string]object) { delete(r, "SubnetsBlock4Slot0NetworkAcl") },
			[]string{"weakened[Shop/Network:Data->Test/SubnetsBlock4Slot0Subnet:networkACL]"}},
		"a hole in a group where the network ACL is open as well": {
			put("Hole", "AWS::EC2::SecurityGroupIngress", object{
				"GroupId": groupOf("Data"), "IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "CidrIp": "10.0.0.0/8"}),
			[]string{"excess[Shop/Network:10.0.48.0-10.0.71.255->Data:tcp/3306]"},
		},
		"no entry for a service": {
			remove("NetworkACLsBlock4In", false, 3306, "10.0.48.0/20"), []string{"missing[Shop/Network:App->Data:tcp/3306]"},
		},
		"no entry for replies": {
			remove("NetworkACLsBlock4Out", true, 1024, "10.0.48.0/20"), []string{"missing[Shop/Network:App->Data:tcp/3306]"},
		},
		"no replies of the internet": { // The same entry serves replies of other tiers.
			remove("NetworkACLsBlock3In", false, 1024, "0.0.0.0/0"),
			[]string{
				"missing[Shop/Network:App->0.0.0.0/0 except 10.0.0.0/16:tcp/443]", "missing[Shop/Network:App->Data:tcp/3306]",
				"missing[Shop/Network:Web->App:tcp/9000]",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := proof.Prove(read(t, changed(t, template, c.change)), declared)
			require.NoError(t, err)
			var got []string
			for _, d := range report.Findings {
				got = append(got, d.ID())
			}
			slices.Sort(got)
			assert.Equal(t, c.want, got)
		})
	}
}

// TestManyServicesInOneFlow: a flow with more services than a network ACL has entries for is widened by the plan, and proven all the
// same. One with as many as fit is exact, so that a wider entry is a finding.
func TestManyServicesInOneFlow(t *testing.T) {
	t.Parallel()
	services := func(count int) string {
		var all []string
		for i := range count {
			all = append(all, fmt.Sprint("tcp/", 5000+10*i))
		}
		return strings.Join(all, ",")
	}
	findings := func(services string, change func(map[string]object)) []string {
		a := filtered()
		a.Flows = []arch.Flow{{From: arch.TierPeer(arch.App, "App"), To: arch.TierPeer(arch.Data, "Data"), Service: services}}
		template, declared := planned(t, a)
		report, err := proof.Prove(read(t, changed(t, template, change)), declared)
		require.NoError(t, err)
		var got []string
		for _, d := range report.Findings {
			got = append(got, d.ID())
		}
		return got
	}
	asPlanned := func(map[string]object) {}
	wider := put("Hole", "AWS::EC2::NetworkAclEntry", object{
		"NetworkAclId": ref("NetworkACLsBlock4"), "RuleNumber": 1, "RuleAction": "allow", "Protocol": 6,
		"PortRange": object{"From": 1, "To": 2}, "CidrBlock": "10.0.48.0/20",
	})
	assert.Empty(t, findings(services(30), asPlanned))
	assert.Empty(t, findings(services(18), asPlanned))
	assert.Len(t, findings(services(18), wider), 1) // With the path MTU entry, the quota is used up.
}
