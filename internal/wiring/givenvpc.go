package wiring

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// recordVPC records an existing VPC with the subnets that tiers use. A selection of subnets gets the name of the first tier that has it.
func (n *Network) recordVPC() {
	n.calls.VPC, n.calls.Subnets = &document.VPC{ID: *n.vpcID(), CIDR: cidrOf(n.vpc)}, map[string]string{}
	seen := map[*awsec2.SubnetSelection]string{}
	add := func(tier string, selection *awsec2.SubnetSelection) {
		if selection == nil {
			return
		}
		if _, ok := seen[selection]; !ok {
			seen[selection] = n.recordSubnets(tier, selection)
		}
		n.calls.Subnets[tier] = seen[selection]
	}
	for _, t := range n.tiers {
		if t.kind != arch.Endpoint {
			add(t.id, t.subnets)
		}
	}
	add("", n.granted.given)
}

// recordSubnets records a selection, and returns its name.
func (n *Network) recordSubnets(tier string, selection *awsec2.SubnetSelection) string {
	set := document.SubnetSet{Name: "endpoints"}
	if tier != "" {
		set.Name = tier + "-subnets"
	}
	for _, s := range n.selected(selection) {
		one := document.ZoneSubnet{Zone: *s.AvailabilityZone(), ID: *s.SubnetId()}
		if table := tableID(s); table != nil {
			one.RouteTable = *table
		}
		set.Subnets = append(set.Subnets, one)
	}
	same := func(o document.SubnetSet) bool { return slices.Equal(o.Subnets, set.Subnets) }
	if i := slices.IndexFunc(n.calls.VPC.Subnets, same); i >= 0 {
		return n.calls.VPC.Subnets[i].Name
	}
	n.calls.VPC.Subnets = append(n.calls.VPC.Subnets, set)
	return set.Name
}

// selected returns the subnets of a selection. It asks CDK once, and not at all if the selection lists them.
func (n *Network) selected(selection *awsec2.SubnetSelection) []awsec2.ISubnet {
	if selection != nil && selection.Subnets != nil && *selection == (awsec2.SubnetSelection{Subnets: selection.Subnets}) {
		return *selection.Subnets
	}
	found, ok := n.selections[selection]
	if !ok {
		if n.selections == nil {
			n.selections = map[*awsec2.SubnetSelection][]awsec2.ISubnet{}
		}
		found = batch.SelectSubnets(n.vpc, selection)
		n.selections[selection] = found
	}
	return found
}

// cidrOf returns the range of a VPC, or an empty text if CDK does not know it. CDK then throws.
func cidrOf(vpc awsec2.IVpc) (cidr string) {
	defer func() {
		if recover() != nil {
			cidr = ""
		}
	}()
	return *vpc.VpcCidrBlock()
}
