package reach

import (
	"cmp"
	"slices"
)

// place is where packets are sent: an address of a subnet, of the rest of the VPC, of the outside, or of a list whose addresses are not
// known.
type place struct {
	subnet           *Subnet // nil outside the known subnets
	cell             Cell
	list             string
	inside           bool // within the sender's VPC
	ignoreUnresolved bool // no unresolved block holds the addresses: see [IgnoreUnresolved]
	anyone           bool // interfaces there may have any groups; only groups use this
}

// path is the way of packets in one direction.
type path struct {
	end         Target
	route       Route     // the route to end
	through     []*Subnet // the subnets of the NAT gateways and middleboxes on the way
	middleboxes []Target
	nat         *Subnet // the subnet of the NAT gateway on the way; nil if there is none
	beforeNAT   int     // the number of middleboxes before the NAT gateway
	private     bool    // the NAT gateway gives them a private address
	unsure      string  // why packets may take another way; empty if the way is sure
}

// maxHops limits paths, because routes may lead in a circle.
const maxHops = 16

// path follows the routes from a subnet to a place.
func (t *Topology) path(from *Subnet, to place) path {
	var p path
	if to.subnet == from && !from.Several { // Within a subnet nothing is routed.
		p.end = Target{Kind: Local, Name: "the subnet itself"}
		return p
	}
	for at := from; ; {
		next, goesOn := t.hop(&p, at, to)
		switch {
		case !goesOn:
			return p
		case t.failed[p.end.Resource] && p.end.Resource != nil:
			p.end = Target{Kind: Nowhere, Name: p.end.Name + ", which has failed"}
			return p
		case next == nil || len(p.through) == maxHops:
			p.unsure = "where packets go from " + p.end.Name + " is not in the templates"
			return p
		}
		p.through = append(p.through, next)
		at = next
	}
}

// hop follows the route out of one subnet. It returns the next subnet, or nil if that is not known, and whether the path goes on.
func (t *Topology) hop(p *path, at *Subnet, to place) (next *Subnet, goesOn bool) {
	if at.Table == nil {
		p.unsure = at.missing()
		return nil, false
	}
	p.route, p.unsure = at.Table.lookup(to, at.VPC)
	if p.unsure = cmp.Or(p.unsure, at.Unsure); p.unsure != "" {
		return nil, false
	}
	switch p.end = p.route.Target; p.end.Kind {
	case InternetGateway, Attachment:
		t.leaveBy(p, at.VPC)
	case EgressOnly:
		if !to.cell.Is6() {
			p.end = Target{Kind: Nowhere, Name: p.end.Name + ", which is for IPv6 alone"}
		}
	case UnknownTarget:
		p.unsure = "where " + p.end.Name + " leads is only known at deployment"
	case NATGateway:
		return t.translateBy(p)
	case Middlebox:
		p.middleboxes = append(p.middleboxes, p.end)
		return t.endpointSubnet(p.end), true
	}
	return nil, false
}

// leaveBy ends a path at a gateway, if the gateway is attached to the VPC.
func (t *Topology) leaveBy(p *path, v *VPC) {
	switch {
	case p.private && p.end.Kind == InternetGateway:
		p.end = Target{Kind: Nowhere, Name: p.end.Name + ", to which a private NAT gateway sends private addresses"}
		return
	case p.end.Kind == Attachment && (p.end.Resource == nil || p.end.Resource.Type != "AWS::EC2::VPNGateway"):
		return
	}
	var attached bool
	if attached, p.unsure = t.attached(p.end, v); !attached {
		p.end = Target{Kind: Nowhere, Name: p.end.Name + ", which is not attached"}
	}
}

// translateBy continues a path from a NAT gateway.
func (t *Topology) translateBy(p *path) (next *Subnet, goesOn bool) {
	next = t.natSubnets[p.end.Resource]
	if p.nat != nil {
		p.unsure = "packets come to a second NAT gateway, " + p.end.Name
		return nil, false
	}
	p.nat, p.beforeNAT = next, len(p.middleboxes)
	kind, literal := p.end.connectivity()
	if !literal {
		p.unsure = "whether " + p.end.Name + " is public is only known at deployment"
		return nil, false
	}
	p.private = kind == "private"
	return next, true
}

// connectivity returns the connectivity of a NAT gateway, "public" or "private". It reports false if only a deployment knows it.
func (target Target) connectivity() (kind string, literal bool) {
	if target.Resource == nil {
		return "public", true
	}
	v := target.Resource.Get("ConnectivityType")
	if v.IsMissing() {
		return "public", true
	}
	return v.Literal()
}

// translated reports whether a NAT gateway on the way gives the packets its own address.
func (p path) translated() bool { return p.nat != nil }

// attached reports whether a gateway is attached to the VPC, and why it may not be. A gateway that is not in the templates is taken to be
// attached.
func (t *Topology) attached(target Target, v *VPC) (attached bool, unsure string) {
	if target.Resource == nil {
		return true, ""
	}
	g := t.gateways[target.Name]
	switch {
	case v == nil || v.Resource == nil && (g == nil || !slices.Contains(g.vpcs, v.Name)):
		return true, "whether " + target.Name + " is attached is not in the templates"
	case g != nil && slices.Contains(g.vpcs, v.Name):
		return true, g.unsure
	case g != nil && g.perhaps != "":
		return true, g.perhaps
	case v.unsure != "":
		return true, v.unsure
	}
	return false, ""
}

// endpointSubnet returns the subnet of an endpoint that has only one, or nil if it is not known.
func (t *Topology) endpointSubnet(target Target) *Subnet {
	if e, ok := t.endpoints[target]; ok {
		return e.subnet
	}
	if target.Resource == nil || target.Resource.Type != "AWS::EC2::VPCEndpoint" {
		return nil
	}
	if subnets := elements(target.Resource.Get("SubnetIds")); len(subnets) == 1 && subnets[0].unsure == "" {
		return t.Subnet(subnets[0].Value)
	}
	return nil
}
