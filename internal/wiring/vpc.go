package wiring

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// ownVpc holds the parts of a VPC that the network made itself.
type ownVpc struct {
	allocations []string
	scope       constructs.Construct     // of the subnets
	subnets     map[string]awsec2.Subnet // by address.Subnet.Key
	ranges      map[string]*string       // the IPv4 blocks of the subnets
	asked       []address.Purpose        // the purposes whose subnets were requested
	internet    awsec2.CfnInternetGateway
	attachment  awsec2.CfnVPCGatewayAttachment
	egressOnly  awsec2.CfnEgressOnlyInternetGateway
	nat         constructs.Construct            // the scope of the NAT gateways
	nats        map[string]awsec2.CfnNatGateway // by address.Subnet.Key
	ipv6Range   *string                         // the VPC's /56

	aclScope constructs.Construct            // of the network ACLs
	acls     map[string]awsec2.CfnNetworkAcl // by plan.NetworkACL.Key

	transitScope constructs.Construct
	transit      map[string]awsec2.CfnTransitGatewayAttachment // by the id or symbol of the gateway
	edgeTable    awsec2.CfnRouteTable                          // of the internet gateway

	answers map[any]*string         // see answer
	divided map[division]*[]*string // see cut
}

// answer returns what CDK answers to a question, which it asks once: each is a call of another process. key is the question.
func (v *ownVpc) answer(key any, ask func() *string) *string {
	if _, ok := v.answers[key]; !ok {
		v.keep(key, ask())
	}
	return v.answers[key]
}

// keep keeps an answer that is known already.
func (v *ownVpc) keep(key any, answer *string) {
	if v.answers == nil {
		v.answers = map[any]*string{}
	}
	v.answers[key] = answer
}

// subnetID returns the id of a subnet by its key.
func (v *ownVpc) subnetID(key string) *string { return v.idOf(v.subnets[key]) }

// idOf returns the id of a subnet.
func (v *ownVpc) idOf(subnet awsec2.ISubnet) *string { return v.answer(subnet, subnet.SubnetId) }

// internetID returns the id of the internet gateway.
func (v *ownVpc) internetID() *string { return v.answer(v.internet, v.internet.Ref) }

// aclID returns the id of a network ACL by its key.
func (v *ownVpc) aclID(key string) *string { return v.answer(v.acls[key], v.acls[key].AttrId) }

// egressOnlyID returns the id of the egress-only internet gateway.
func (v *ownVpc) egressOnlyID() *string { return v.answer(v.egressOnly, v.egressOnly.Ref) }

// natID returns the id of a NAT gateway by the key of its subnet.
func (v *ownVpc) natID(key string) *string { return v.answer(v.nats[key], v.nats[key].Ref) }

// vpcID returns the id of the network's VPC.
func (n *Network) vpcID() *string { return n.own.answer("vpc", n.vpc.VpcId) }

// vpcRange returns the IPv4 block of the network's VPC.
func (n *Network) vpcRange() *string { return n.own.answer("range", n.vpc.VpcCidrBlock) }

// division divides a range into blocks, as the function Fn::Cidr of CloudFormation does.
type division struct {
	of          string
	count, bits int // bits are those of the hosts
}

// cut returns a block of a divided range, which only the deployment knows.
func (v *ownVpc) cut(of *string, index, count, bits int) *string {
	type block struct {
		division
		index int
	}
	d := division{*of, count, bits}
	return v.answer(block{d, index}, func() *string {
		if v.divided == nil {
			v.divided = map[division]*[]*string{}
		}
		if v.divided[d] == nil {
			v.divided[d] = awscdk.Fn_Cidr(of, new(float64(count)), new(strconv.Itoa(bits)))
		}
		return awscdk.Fn_Select(new(float64(index)), v.divided[d])
	})
}

// makeVpc makes the VPC without subnets and gateways.
func (n *Network) makeVpc(pool *IPAM) {
	var addresses awsec2.IIpAddresses
	if n.model.Network.Range.Symbolic {
		addresses = awsec2.IpAddresses_AwsIpamAllocation(&awsec2.AwsIpamProps{
			Ipv4IpamPoolId: new(pool.PoolID), Ipv4NetmaskLength: new(float64(pool.NetmaskLength)),
		})
	} else {
		addresses = awsec2.IpAddresses_Cidr(new(n.model.Network.Range.Text))
	}
	zones := make([]*string, len(n.model.Zones))
	for i, z := range n.model.Zones {
		zones[i] = new(z.Name)
	}
	vpc := awsec2.NewVpc(n.self, new("Vpc"), &awsec2.VpcProps{
		IpAddresses: addresses, AvailabilityZones: &zones,
		// The network makes subnets and gateways itself, from the plan.
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{}, CreateInternetGateway: new(false),
	})
	n.vpc = vpc
	n.own.scope = constructs.NewConstruct(n.self, new("Subnets"))
	n.own.subnets, n.own.ranges = map[string]awsec2.Subnet{}, map[string]*string{}
	if n.model.Network.IPv6 {
		n.ipv6 = awsec2.NewCfnVPCCidrBlock(vpc, new("Ipv6"), &awsec2.CfnVPCCidrBlockProps{
			VpcId: vpc.VpcId(), AmazonProvidedIpv6CidrBlock: new(true),
		})
		n.own.ipv6Range = awscdk.Fn_Select(new(0.0), vpc.VpcIpv6CidrBlocks())
	}
}

// makeSubnets returns the constructs of planned subnets, and makes those that do not exist yet. label is part of their names in the
// console.
func (n *Network) makeSubnets(planned []address.Subnet, label string) []awsec2.ISubnet {
	var missing []batch.Subnet
	for _, p := range planned {
		if n.own.subnets[p.Key] == nil {
			missing = append(missing, n.subnetOf(p, label))
		}
	}
	if len(missing) > 0 {
		made, ids := batch.MakeSubnets(n.own.scope, missing, n.ipv6)
		for i, subnet := range made {
			n.own.subnets[missing[i].ID] = subnet
			n.own.ranges[missing[i].ID] = missing[i].Props.CidrBlock
			n.own.keep(subnet, ids[i])
		}
	}
	out := make([]awsec2.ISubnet, len(planned))
	for i, p := range planned {
		out[i] = n.own.subnets[p.Key]
	}
	return out
}

// subnetOf returns a planned subnet as it is made.
func (n *Network) subnetOf(p address.Subnet, label string) batch.Subnet {
	props := &awsec2.SubnetProps{AvailabilityZone: new(p.Zone.Name), VpcId: n.vpcID(), MapPublicIpOnLaunch: new(false)}
	if p.Prefix.IsValid() {
		props.CidrBlock = new(p.Prefix.String())
	} else {
		props.CidrBlock = n.own.cut(n.vpcRange(), p.Index, p.Index+1, 32-p.Bits)
	}
	if p.IPv6 >= 0 {
		props.Ipv6CidrBlock = n.own.cut(n.own.ipv6Range, p.IPv6, 256, 64)
		props.AssignIpv6AddressOnCreation = new(true)
	}
	name := fmt.Sprintf("%s/%s %s", n.declared.Path, label, p.Zone.Name)
	return batch.Subnet{ID: p.Key, Props: props, Tags: []batch.Tag{{Key: "Name", Value: name}, {Key: "Tier", Value: label}}}
}

// FirewallSubnets returns the network's subnets for firewall endpoints, one for each zone. The first call makes them. The result is nil if
// the network wraps a VPC.
func (n *Network) FirewallSubnets() *awsec2.SubnetSelection {
	return n.purposeSubnets(address.ForFirewall, "Firewall")
}

// IngressSubnets returns the network's subnets for the firewall endpoints that inspect traffic from the internet, one for each zone. The
// first call makes them. The result is nil if the network wraps a VPC.
func (n *Network) IngressSubnets() *awsec2.SubnetSelection {
	return n.purposeSubnets(address.ForIngress, "Ingress")
}

// TransitSubnets returns the network's subnets for attachments to transit gateways, one for each zone. The first call makes them. The
// result is nil if the network wraps a VPC.
func (n *Network) TransitSubnets() *awsec2.SubnetSelection {
	return n.purposeSubnets(address.ForTransit, "Transit")
}

// purposeSubnets returns the subnets of a purpose, or nil in a wrapped VPC.
func (n *Network) purposeSubnets(purpose address.Purpose, label string) *awsec2.SubnetSelection {
	if n.declared.Wrapped {
		return nil
	}
	subnets := n.makeSubnets(address.PurposeSubnets(n.model, purpose), label)
	n.own.asked = append(n.own.asked, purpose)
	return &awsec2.SubnetSelection{Subnets: &subnets}
}

// prepareTier makes the gateway that a tier needs, as soon as the tier exists.
func (n *Network) prepareTier(t *Tier) {
	if t.declared.FacesInternet() {
		n.needInternetGateway()
	}
}

// prepare makes the gateways that a flow needs, as soon as the flow is wired, so that users can tag them.
func (n *Network) prepare(from, to Peer, f arch.Flow) {
	if f.LetsInternetIn() {
		n.needInternetGateway()
	}
	if from.Tier == nil || !f.OpensToInternet() {
		return
	}
	if from.Tier.declared.FacesInternet() {
		n.needInternetGateway()
		return
	}
	if n.declared.DefaultRoute != nil {
		n.needGateway(*n.declared.DefaultRoute)
		return
	}
	v4, v6 := to.Families(n.model.Network.IPv6)
	if v4 {
		n.needNAT()
	}
	if v6 {
		n.needEgressOnlyGateway()
	}
}

// needInternetGateway makes the internet gateway, if it does not exist yet.
func (n *Network) needInternetGateway() {
	if n.declared.Wrapped || n.own.internet != nil {
		return
	}
	n.own.internet = awsec2.NewCfnInternetGateway(n.self, new("InternetGateway"), &awsec2.CfnInternetGatewayProps{
		Tags: &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(n.declared.Path)}},
	})
	n.own.attachment = awsec2.NewCfnVPCGatewayAttachment(n.own.internet, new("Attachment"), &awsec2.CfnVPCGatewayAttachmentProps{
		VpcId: n.vpcID(), InternetGatewayId: n.own.internetID(),
	})
}

// needEgressOnlyGateway makes the egress-only internet gateway, if it does not exist yet.
func (n *Network) needEgressOnlyGateway() {
	if n.declared.Wrapped || n.own.egressOnly != nil {
		return
	}
	n.own.egressOnly = awsec2.NewCfnEgressOnlyInternetGateway(n.self, new("EgressOnlyGateway"), &awsec2.CfnEgressOnlyInternetGatewayProps{
		VpcId: n.vpcID(),
	})
}

// removeUnneeded removes gateways that prepare made for a flow and that the plan does not need, because a later flow made the tier face the
// internet.
func (n *Network) removeUnneeded(p *plan.Plan) {
	if n.own.nat != nil && len(p.NAT) == 0 {
		n.self.Node().TryRemoveChild(new("NAT"))
		for key := range n.own.nats {
			n.own.scope.Node().TryRemoveChild(new(key))
			delete(n.own.subnets, key)
			delete(n.own.ranges, key)
		}
		n.own.nat, n.own.nats = nil, nil
	}
	needed := false
	for _, r := range p.Routes {
		needed = needed || r.Target == plan.ToEgressOnlyGateway
	}
	if n.own.egressOnly != nil && !needed {
		n.self.Node().TryRemoveChild(new("EgressOnlyGateway"))
		n.own.egressOnly = nil
	}
}
