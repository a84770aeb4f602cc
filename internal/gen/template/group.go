package template

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

func groupPath(tier string) string { return tier + "/SecurityGroup/Resource" }

// groupID is the group of a tier as rules name it.
func (r *renderer) groupID(tier string) any {
	if t := r.tiers[tier]; t.Imported != nil {
		return r.operand(t.Imported.Group)
	}
	return r.attribute(groupPath(tier), "GroupId")
}

// group makes the group of a tier with its inline rules.
func (r *renderer) group(g plan.Group) {
	properties := object{
		"VpcId": r.vpcID(), "GroupDescription": plan.GroupDescription(g.Tier), "Tags": tags("Tier", g.Tier),
		"SecurityGroupEgress": r.inline(g.AllEgress(), plan.Egress),
	}
	if len(g.Ingress) > 0 {
		properties["SecurityGroupIngress"] = r.inline(g.Ingress, plan.Ingress)
	}
	r.put(groupPath(g.Tier), "EC2::SecurityGroup", properties)
}

func (r *renderer) inline(rules []plan.Rule, direction plan.Direction) []any {
	out := make([]any, len(rules))
	for i, rule := range rules {
		out[i] = r.properties(rule, direction)
	}
	return out
}

// rule makes a standalone rule. Its two ends are groups.
func (r *renderer) rule(s plan.StandaloneRule) {
	properties := r.properties(s.Rule, s.Direction)
	properties["GroupId"] = r.groupID(s.Group)
	id := strings.ReplaceAll(s.ID, "/", "--") // As the CDK spells ids.
	r.put(s.Scope+"/"+id, "EC2::SecurityGroup"+s.Direction.String(), properties)
}

// properties are the properties that inline and standalone rules share.
func (r *renderer) properties(rule plan.Rule, direction plan.Direction) object {
	far := "Source"
	if direction == plan.Egress {
		far = "Destination"
	}
	out := object{"IpProtocol": string(rule.Ports.Protocol), "Description": rule.Description}
	if !rule.Ports.IsAll() {
		out["FromPort"], out["ToPort"] = rule.Ports.From, rule.Ports.To
	}
	_, six := rule.Peer.Families(false)
	switch {
	case rule.Peer.Kind.IsTier():
		out[far+"SecurityGroupId"] = r.groupID(rule.Peer.Text)
	case rule.Peer.Kind == arch.PrefixList:
		out[far+"PrefixListId"] = r.operand(rule.Peer.Operand)
	case six:
		out["CidrIpv6"] = r.operand(rule.Peer.Operand)
	default:
		out["CidrIp"] = r.operand(rule.Peer.Operand)
	}
	return out
}
