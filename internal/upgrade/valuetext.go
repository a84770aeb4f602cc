package upgrade

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// identities lists the attributes that identify a resource, as Ref does.
var identities = []string{
	"", "AllocationId", "Arn", "DhcpOptionsId", "FirewallArn", "FirewallPolicyArn", "GroupId", "Id", "InternetGatewayId", "ListenerArn",
	"LoadBalancerArn", "NatGatewayId", "NetworkAclId", "PrefixListId", "RouteTableId", "RuleGroupArn", "SubnetId", "VpcId",
}

// plainText returns the text of a value. Ref and an attribute that identifies the same resource have the same text.
func plainText(v cfn.Value) string {
	switch {
	case v.Kind == cfn.Reference && slices.Contains(identities, v.Text):
		return v.Resource.String()
	case v.Kind == cfn.List:
		items := make([]string, len(v.Items))
		for i, item := range v.Items {
			items[i] = plainText(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case v.Kind == cfn.Text && (strings.EqualFold(v.Text, "true") || strings.EqualFold(v.Text, "false")):
		return strings.ToLower(v.Text)
	}
	return v.String()
}

// markedText is plainText with a mark for each referenced resource that the update creates, because the physical
// resource changes.
func (u *update) markedText(v cfn.Value) string {
	t := plainText(v)
	if v.Kind == cfn.Text {
		return t
	}
	for ref := range v.References() {
		if ref.Kind == cfn.Reference && u.created[ref.Resource] {
			t += " new " + ref.Resource.String()
		}
	}
	return t
}

func quote(s string) string {
	switch {
	case s == "AWS::NoValue":
		return "nothing"
	case strings.HasPrefix(s, "\""):
		return s
	}
	return "\"" + s + "\""
}
