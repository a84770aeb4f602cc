package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

func networkACLTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::EC2::NetworkAcl": {replacing: "VpcId"},
		"AWS::EC2::NetworkAclEntry": {
			replacing: "Egress NetworkAclId RuleNumber",
			keys: []key{{
				properties: "NetworkAclId Egress=false RuleNumber", description: "entry {RuleNumber} of {NetworkAclId} (egress: {Egress})",
				awsError: "NetworkAclEntryAlreadyExists", interim: "the same entry with a free number",
			}},
		},
		"AWS::EC2::SubnetNetworkAclAssociation": {
			replacing: "NetworkAclId SubnetId",
			keys: []key{{
				properties: "SubnetId", description: "the network ACL of {SubnetId}",
				afterCleanup: "the subnet falls back to the VPC's default network ACL, which allows all traffic unless it was changed",
			}},
		},
	}
}

// findACLsBeforeEntries finds existing subnets that get a network ACL before its entries exist. Until then it denies
// everything.
func (u *update) findACLsBeforeEntries() {
	entries := map[*cfn.Resource][]*cfn.Resource{} // by network ACL: the entries that the update creates in its stack
	for r := range resources(u.after) {
		acl := r.Get("NetworkAclId")
		if r.Type == "AWS::EC2::NetworkAclEntry" && u.created[r] && acl.Kind == cfn.Reference && acl.Resource.Stack == r.Stack {
			entries[acl.Resource] = append(entries[acl.Resource], r)
		}
	}
	for r := range resources(u.after) {
		acl, subnet := r.Get("NetworkAclId"), r.Get("SubnetId")
		if r.Type != "AWS::EC2::SubnetNetworkAclAssociation" || !u.created[r] || acl.Kind != cfn.Reference {
			continue
		}
		if subnet.Kind == cfn.Reference && u.created[subnet.Resource] {
			continue // Nothing runs in it yet.
		}
		var late []string
		for _, e := range entries[acl.Resource] {
			if !dependsOn(r, e) {
				late = append(late, e.ID)
			}
		}
		if len(late) > 0 {
			u.report("acl-before-entries", r, diag.Diagnostic{
				Summary: "an existing subnet gets the network ACL " + acl.Resource.ID + " before all of its entries exist",
				Detail:  strings.Join(late, ", ") + " may be created after the association, and until then the network ACL denies what they allow",
				Fix:     "make " + r.ID + " depend on every entry (DependsOn)",
			}, acl.Resource)
		}
	}
}
