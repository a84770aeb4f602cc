package upgrade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// networkACLs finds subnets that get a network ACL before its entries are there: until then it denies everything.
func (u *update) networkACLs() {
	entries := map[*cfn.Resource][]string{} // ACL -> entries that the update makes in the same stack
	for _, r := range sorted(u.after) {
		if acl := r.Get("NetworkAclId"); r.Type == "AWS::EC2::NetworkAclEntry" && acl.Kind == cfn.Reference && u.isCreated(r) && acl.Resource.Stack == r.Stack {
			entries[acl.Resource] = append(entries[acl.Resource], r.ID)
		}
	}
	for _, r := range sorted(u.after) {
		acl, subnet := r.Get("NetworkAclId"), r.Get("SubnetId")
		if r.Type != "AWS::EC2::SubnetNetworkAclAssociation" || !u.isCreated(r) || acl.Kind != cfn.Reference || acl.Resource.Stack != r.Stack {
			continue
		}
		if subnet.Kind == cfn.Reference && u.isCreated(subnet.Resource) {
			continue // Nothing runs in it yet.
		}
		missing := slices.DeleteFunc(slices.Clone(entries[acl.Resource]), func(id string) bool { return slices.Contains(r.DependsOn, id) })
		if len(missing) > 0 {
			u.add(r, "acl-before-entries", "a live subnet gets a network ACL before its entries are there",
				fmt.Sprintf("%s may be made after the association, and until then %s denies everything", strings.Join(missing, ", "), acl.Resource),
				"let the association depend on every entry (DependsOn)", acl.Resource)
		}
	}
}
