package wiring

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// ownVpc holds the parts of a VPC that the network made itself.
type ownVpc struct {
	allocations []string
	scope       constructs.Construct     // of the subnets
	subnets     map[string]awsec2.Subnet // by address.Subnet.Key
	asked       []address.Purpose        // whose subnets somebody was handed
	internet    awsec2.CfnInternetGateway
	attachment  awsec2.CfnVPCGatewayAttachment
	egressOnly  awsec2.CfnEgressOnlyInternetGateway
	nat         constructs.Construct            // scope of the NAT gateways
	nats        map[string]awsec2.CfnNatGateway // by address.Subnet.Key
	ipv6Range   *string                         // the VPC's /56

	aclScope constructs.Construct            // of the network ACLs
	acls     map[string]awsec2.CfnNetworkAcl // by plan.NetworkACL.Key

	transitScope constructs.Construct
	transit      map[string]awsec2.CfnTransitGatewayAttachment // by the gateway's id or symbol
	edgeTable    awsec2.CfnRouteTable                          // the internet gateway's
}

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
		// Subnets and gateways are made from the plan.
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{}, CreateInternetGateway: new(false),
	})
	n.vpc = vpc
	n.own.scope = constructs.NewConstruct(n.self, new("Subnets"))
	n.own.subnets = map[string]awsec2.Subnet{}
	if n.model.Network.IPv6 {
		n.ipv6 = awsec2.NewCfnVPCCidrBlock(vpc, new("Ipv6"), &awsec2.CfnVPCCidrBlockProps{
			VpcId: vpc.VpcId(), AmazonProvidedIpv6CidrBlock: new(true),
		})
		n.own.ipv6Range = awscdk.Fn_Select(new(0.0), vpc.VpcIpv6CidrBlocks())
	}
}

// makeSubnets makes the subnets that do not exist yet and returns all of them. label names them in the console.
func (n *Network) makeSubnets(planned []address.Subnet, label string) []awsec2.ISubnet {
	out := make([]awsec2.ISubnet, len(planned))
	for i, p := range planned {
		if _, ok := n.own.subnets[p.Key]; !ok {
			n.own.subnets[p.Key] = n.makeSubnet(p, label)
		}
		out[i] = n.own.subnets[p.Key]
	}
	return out
}

func (n *Network) makeSubnet(p address.Subnet, label string) awsec2.Subnet {
	props := &awsec2.SubnetProps{AvailabilityZone: new(p.Zone.Name), VpcId: n.vpc.VpcId(), MapPublicIpOnLaunch: new(false)}
	if p.Prefix.IsValid() {
		props.CidrBlock = new(p.Prefix.String())
	} else {
		props.CidrBlock = awscdk.Fn_Select(new(float64(p.Index)),
			awscdk.Fn_Cidr(n.vpc.VpcCidrBlock(), new(float64(p.Index+1)), new(strconv.Itoa(32-p.Bits))))
	}
	if p.IPv6 >= 0 {
		props.Ipv6CidrBlock = awscdk.Fn_Select(new(float64(p.IPv6)), awscdk.Fn_Cidr(n.own.ipv6Range, new(256.0), new("64")))
		props.AssignIpv6AddressOnCreation = new(true)
	}
	subnet := awsec2.NewSubnet(n.own.scope, new(p.Key), props)
	if p.IPv6 >= 0 {
		subnet.Node().DefaultChild().(awsec2.CfnSubnet).AddResourceDependency(n.ipv6, nil)
	}
	tags := awscdk.Tags_Of(subnet)
	tags.Add(new("Name"), new(fmt.Sprintf("%s/%s %s", n.declared.Path, label, p.Zone.Name)), nil)
	tags.Add(new("Tier"), new(label), nil)
	return subnet
}

// FirewallSubnets returns the network's subnets for firewall endpoints, planned or exactly stated, one
// for each zone. They are made at the first call. It is nil for a network that wraps a VPC.
func (n *Network) FirewallSubnets() *awsec2.SubnetSelection {
	return n.purposeSubnets(address.ForFirewall, "Firewall")
}

// IngressSubnets returns the network's subnets for the firewall endpoints that traffic from the internet passes, planned or
// exactly stated, one for each zone. They are made at the first call. It is nil for a network that wraps a VPC.
func (n *Network) IngressSubnets() *awsec2.SubnetSelection {
	return n.purposeSubnets(address.ForIngress, "Ingress")
}

// TransitSubnets returns the network's subnets for transit gateway attachments, planned or exactly stated, one
// for each zone. They are made at the first call. It is nil for a network that wraps a VPC.
func (n *Network) TransitSubnets() *awsec2.SubnetSelection {
	return n.purposeSubnets(address.ForTransit, "Transit")
}

func (n *Network) purposeSubnets(purpose address.Purpose, label string) *awsec2.SubnetSelection {
	if n.declared.Wrapped {
		return nil
	}
	subnets := n.makeSubnets(address.PurposeSubnets(n.model, purpose), label)
	n.own.asked = append(n.own.asked, purpose)
	return &awsec2.SubnetSelection{Subnets: &subnets}
}

// prepareTier makes what a tier needs of the VPC as soon as it is there.
func (n *Network) prepareTier(t *Tier) {
	if t.declared.FacesInternet() {
		n.needInternetGateway()
	}
}

// prepare makes the gateways that a flow needs as soon as it is wired: what can be tagged exists from then on.
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

func (n *Network) needInternetGateway() {
	if n.declared.Wrapped || n.own.internet != nil {
		return
	}
	n.own.internet = awsec2.NewCfnInternetGateway(n.self, new("InternetGateway"), &awsec2.CfnInternetGatewayProps{
		Tags: &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(n.declared.Path)}},
	})
	n.own.attachment = awsec2.NewCfnVPCGatewayAttachment(n.own.internet, new("Attachment"), &awsec2.CfnVPCGatewayAttachmentProps{
		VpcId: n.vpc.VpcId(), InternetGatewayId: n.own.internet.Ref(),
	})
}

func (n *Network) needEgressOnlyGateway() {
	if n.declared.Wrapped || n.own.egressOnly != nil {
		return
	}
	n.own.egressOnly = awsec2.NewCfnEgressOnlyInternetGateway(n.self, new("EgressOnlyGateway"), &awsec2.CfnEgressOnlyInternetGatewayProps{
		VpcId: n.vpc.VpcId(),
	})
}

// needNAT makes the NAT gateways, in subnets of their own: a firewall later stands between the tiers and these.
func (n *Network) needNAT() {
	if n.declared.Wrapped || n.own.nat != nil {
		return
	}
	n.needInternetGateway()
	n.own.nat = constructs.NewConstruct(n.self, new("NAT"))
	n.own.nats = map[string]awsec2.CfnNatGateway{}
	planned := plan.NATSubnets(n.model)
	n.makeSubnets(planned, "NAT")
	for i, p := range planned {
		subnet := n.own.subnets[p.Key]
		scope := constructs.NewConstruct(n.own.nat, new(fmt.Sprintf("Slot%d", p.Zone.Slot)))
		awscdk.Tags_Of(scope).Add(new("Name"), new(n.declared.Path+"/NAT "+p.Zone.Name), nil)
		gateway := awsec2.NewCfnNatGateway(scope, new("Gateway"), &awsec2.CfnNatGatewayProps{
			SubnetId: subnet.SubnetId(), AllocationId: n.allocation(scope, i),
		})
		gateway.Node().AddDependency(subnet.InternetConnectivityEstablished())
		n.own.nats[p.Key] = gateway
	}
}

// allocation returns the i-th Elastic IP given, or makes one.
func (n *Network) allocation(scope constructs.Construct, i int) *string {
	if i < len(n.own.allocations) {
		return new(n.own.allocations[i])
	}
	address := awsec2.NewCfnEIP(scope, new("Address"), &awsec2.CfnEIPProps{Domain: new("vpc")})
	return address.AttrAllocationId()
}

// removeUnneeded takes away the gateways that some flow asked for and the whole wiring does not need: a tier that turned
// out to face the internet itself.
func (n *Network) removeUnneeded(p *plan.Plan) {
	if n.own.nat != nil && len(p.NAT) == 0 {
		n.self.Node().TryRemoveChild(new("NAT"))
		for key := range n.own.nats {
			n.own.scope.Node().TryRemoveChild(new(key))
			delete(n.own.subnets, key)
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
