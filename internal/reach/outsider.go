package reach

import (
	"github.com/tierwall/tierwall/internal/cfn"
)

// Some resources let outsiders act as if they were in the network. Packets of a VPN client, of a caller of an API or of a consumer of an
// endpoint service come from an interface in the VPC and have its groups. Such interfaces are peers of their own, so that reports never
// count them as members of a tier without saying so.

// outsiders says who comes in by the interfaces that resources of a type have.
var outsiders = map[string]string{
	"AWS::ApiGatewayV2::VpcLink":                  "callers of APIs",
	"AWS::CloudFront::VpcOrigin":                  "viewers of CloudFront",
	"AWS::EC2::ClientVpnTargetNetworkAssociation": "clients of a VPN",
	"AWS::EC2::InstanceConnectEndpoint":           "who may connect by IAM",
	"AWS::EC2::VerifiedAccessEndpoint":            "users of Verified Access",
	"AWS::GlobalAccelerator::EndpointGroup":       "clients of Global Accelerator",
	"AWS::VpcLattice::ResourceGateway":            "consumers of VPC Lattice resources",
}

// behind says who comes in by the load balancers that a property of a type names.
var behind = map[string]struct{ property, who string }{
	"AWS::EC2::VPCEndpointService": {"NetworkLoadBalancerArns", "consumers of an endpoint service"},
	"AWS::ApiGateway::VpcLink":     {"TargetArns", "callers of APIs"},
}

// Outsiders says who outside acts through the class's interfaces, such as "clients of a VPN". It is empty if nobody does.
func (c *Class) Outsiders() string { return c.outsiders }

// readBehind makes the classes of outsiders that come in by a load balancer. They act as the load balancer does.
func (t *Topology) readBehind(r *cfn.Resource) {
	way, ok := behind[r.Type]
	if !ok {
		return
	}
	for _, v := range elements(r.Get(way.property)) {
		if v.Kind != cfn.Reference {
			continue // A load balancer outside the templates is already unknown.
		}
		for _, c := range t.membersOf(v.Resource) {
			own := t.Class(r.String(), c.Groups, c.Subnets)
			own.Members, own.outsiders, own.public, own.Unfiltered = []*cfn.Resource{r}, way.who, c.public, c.Unfiltered
			own.Unseen, own.Unsure = c.Unseen, c.Unsure
			t.Classes = append(t.Classes, own)
		}
	}
}

// membersOf returns the classes of a resource's interfaces.
func (t *Topology) membersOf(r *cfn.Resource) []*Class {
	var out []*Class
	for _, c := range t.Classes {
		for _, m := range c.Members {
			if m == r {
				out = append(out, c)
			}
		}
	}
	return out
}
