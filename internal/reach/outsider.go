package reach

import (
	"github.com/tierwall/tierwall/internal/cfn"
)

// Some resources let outsiders act as if they were in the network: what a VPN client, a caller of an API or a consumer of an
// endpoint service sends comes from an interface in the VPC, with its groups. Their interfaces are peers of their own, so
// that nobody takes them for members of a tier without a word.

// outsiders says who comes in by interfaces of a type, which the type places itself.
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

// Outsiders says who outside acts by the class's interfaces, empty if nobody does: "clients of a VPN".
func (c *Class) Outsiders() string { return c.outsiders }

// readBehind makes the classes of outsiders that come in by a load balancer: they act as it does.
func (t *Topology) readBehind(r *cfn.Resource) {
	way, ok := behind[r.Type]
	if !ok {
		return
	}
	for _, v := range elements(r.Get(way.property)) {
		if v.Kind != cfn.Reference {
			continue // Of a load balancer that is not in the templates, nothing is known anyway.
		}
		for _, c := range t.membersOf(v.Resource) {
			own := t.Class(r.String(), c.Groups, c.Subnets)
			own.Members, own.outsiders, own.public, own.Unfiltered = []*cfn.Resource{r}, way.who, c.public, c.Unfiltered
			own.Unseen, own.Unsure = c.Unseen, c.Unsure
			t.Classes = append(t.Classes, own)
		}
	}
}

// membersOf are the classes of a resource's interfaces.
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
