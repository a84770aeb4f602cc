package reach

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// VPC Block Public Access stops traffic through internet gateways and egress-only internet gateways in a whole Region of an account,
// except for VPCs and subnets that are excluded (VPC User Guide, "Block public access to VPCs and subnets").

const (
	accessOptionsType   = "AWS::EC2::VPCBlockPublicAccessOptions"
	accessExclusionType = "AWS::EC2::VPCBlockPublicAccessExclusion"
)

// publicAccess is a setting that blocks public access, in one account and Region.
type publicAccess struct {
	resource *cfn.Resource
	mode     string // "block-bidirectional" or "block-ingress"; any other mode is unknown
	unsure   string
}

func (t *Topology) readPublicAccess(r *cfn.Resource) {
	switch r.Type {
	case accessOptionsType:
		mode := r.Get("InternetGatewayBlockMode")
		a := publicAccess{resource: r, unsure: t.conditional(r)}
		switch text, ok := mode.Literal(); {
		case !ok:
			a.mode, a.unsure = "block-bidirectional", "the mode of "+r.String()+" is only known at deployment"
		case text == "off":
			return
		default:
			a.mode = text
		}
		t.publicAccess = append(t.publicAccess, a)
	case accessExclusionType:
		mode := r.Get("InternetGatewayExclusionMode")
		for _, at := range t.possibleSubnets(r.Get("SubnetId"), t.conditional(r)) {
			at.it.exclude(mode, at.unsure)
		}
		for _, at := range t.possibleVPCs(r.Get("VpcId"), t.conditional(r)) {
			for _, s := range t.Subnets {
				if s.VPC == at.it {
					s.exclude(mode, at.unsure)
				}
			}
		}
	}
}

// exclusion says how far a subnet is excluded from blocked public access.
type exclusion struct {
	both   address.Certainty // traffic in both directions is allowed
	egress address.Certainty // connections to the internet are allowed
}

func (s *Subnet) exclude(mode cfn.Value, unsure string) {
	sure := address.Yes
	text, ok := mode.Literal()
	if unsure != "" || !ok {
		sure = address.Perhaps
	}
	if text != "allow-egress" {
		s.excluded.both = max(s.excluded.both, sure)
	}
	s.excluded.egress = max(s.excluded.egress, sure)
}

// blocked says whether a setting stops connections that leave from a subnet by a gateway, or come in there: yes, perhaps with the reason,
// or no. byNAT says that the route leads through a NAT gateway or an egress-only gateway, which let nobody in.
func (t *Topology) blocked(s *Subnet, in, byNAT bool) (address.Certainty, *publicAccess, string) {
	out, by, why := address.No, (*publicAccess)(nil), ""
	for i := range t.publicAccess {
		a := &t.publicAccess[i]
		stops, reason := a.stops(s, in, byNAT)
		if stops > out {
			out, by, why = stops, a, reason
		}
	}
	return out, by, why
}

func (a *publicAccess) stops(s *Subnet, in, byNAT bool) (stops address.Certainty, reason string) {
	excluded := s.excluded.both
	if !in && byNAT {
		excluded = max(excluded, s.excluded.egress)
	}
	switch {
	case a.mode == "block-ingress" && !in && byNAT:
		return address.No, ""
	case excluded == address.Yes:
		return address.No, ""
	case excluded == address.Perhaps:
		return address.Perhaps, "whether " + s.Name + " is excluded from " + a.resource.String() + " is only known at deployment"
	case a.unsure != "":
		return address.Perhaps, a.unsure
	case s.Resource == nil || !samePlace(a.resource.Stack, s.Resource.Stack):
		return address.Perhaps, "whether " + s.Name + " is in the account and Region of " + a.resource.String() + " is only known at deployment"
	case a.mode != "block-bidirectional" && a.mode != "block-ingress":
		return address.Perhaps, "the mode " + a.mode + " of " + a.resource.String() + " is not known"
	}
	return address.Yes, ""
}

// samePlace reports whether two stacks are surely in the same account and Region.
func samePlace(a, b *cfn.Stack) bool {
	if a == b {
		return true
	}
	top := func(s *cfn.Stack) *cfn.Stack {
		for s.Parent != nil {
			s = s.Parent.Stack
		}
		return s
	}
	return top(a) == top(b) || a.Account != "" && a.Region != "" && a.Account == b.Account && a.Region == b.Region
}
