package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/plan"
)

// emitGroup sets the inline rules of a group.
func (n *Network) emitGroup(b *batch.Batch, t *Tier, g plan.Group, byID map[string]*Tier) {
	ingress := []any{}
	for _, r := range g.Ingress {
		to, ports := n.target(r.Peer, byID), portsOf(r)
		ingress = append(ingress, &awsec2.CfnSecurityGroup_IngressProperty{
			IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to,
			CidrIp: to.cidr, CidrIpv6: to.cidr6, SourcePrefixListId: to.prefixList, SourceSecurityGroupId: to.group,
			Description: new(r.Description),
		})
	}
	egress := []any{}
	for _, r := range g.AllEgress() {
		to, ports := n.target(r.Peer, byID), portsOf(r)
		egress = append(egress, &awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to,
			CidrIp: to.cidr, CidrIpv6: to.cidr6, DestinationPrefixListId: to.prefixList, DestinationSecurityGroupId: to.group,
			Description: new(r.Description),
		})
	}
	b.Tag(t.group, "Tier", t.id)
	if len(ingress) > 0 {
		b.Set(t.group, "securityGroupIngress", ingress)
	}
	b.Set(t.group, "securityGroupEgress", egress)
}

// rulePorts are the protocol and ports of a rule as properties of CloudFormation. A rule for all protocols has no ports.
type rulePorts struct {
	protocol *string
	from, to *float64
}

func portsOf(r plan.Rule) rulePorts {
	out := rulePorts{protocol: new(string(r.Ports.Protocol))}
	if !r.Ports.IsAll() {
		out.from, out.to = new(float64(r.Ports.From)), new(float64(r.Ports.To))
	}
	return out
}

// target is the peer of a rule as properties of CloudFormation. One of them is set.
type target struct{ cidr, cidr6, prefixList, group *string }

func (n *Network) target(p arch.Peer, byID map[string]*Tier) target {
	switch {
	case p.Kind.IsTier():
		return target{group: byID[p.Text].groupID}
	case p.Kind == arch.PrefixList:
		return target{prefixList: n.literal(p.Operand)}
	}
	if _, six := p.Families(false); six {
		return target{cidr6: n.literal(p.Operand)}
	}
	return target{cidr: n.literal(p.Operand)}
}

// emitRule makes a standalone rule. Its two ends are groups.
func (n *Network) emitRule(b *batch.Batch, r plan.StandaloneRule, byID map[string]*Tier) {
	scope := byID[r.Scope].self
	holder, peer := byID[r.Group].groupID, byID[r.Peer.Text].groupID
	ports := portsOf(r.Rule)
	if r.Direction == plan.Ingress {
		b.Make(batch.Resource{Scope: scope, ID: r.ID, New: awsec2.NewCfnSecurityGroupIngress, Props: &awsec2.CfnSecurityGroupIngressProps{
			GroupId: holder, IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to, SourceSecurityGroupId: peer,
			Description: &r.Description,
		}})
	} else {
		b.Make(batch.Resource{Scope: scope, ID: r.ID, New: awsec2.NewCfnSecurityGroupEgress, Props: &awsec2.CfnSecurityGroupEgressProps{
			GroupId: holder, IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to, DestinationSecurityGroupId: peer,
			Description: &r.Description,
		}})
	}
	n.emitted.children = append(n.emitted.children, child{scope, r.ID})
}
