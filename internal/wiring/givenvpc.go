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
	b := &batch.Batch{}
	cidr := batch.Get[string](b, n.vpc, "vpcCidrBlock")
	b.Run()
	n.calls.VPC, n.calls.Subnets = &document.VPC{ID: *n.vpcID(), CIDR: *cidr}, map[string]string{}
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
	set.Subnets = zoneSubnets(n.selected(selection))
	same := func(o document.SubnetSet) bool { return slices.Equal(o.Subnets, set.Subnets) }
	if i := slices.IndexFunc(n.calls.VPC.Subnets, same); i >= 0 {
		return n.calls.VPC.Subnets[i].Name
	}
	n.calls.VPC.Subnets = append(n.calls.VPC.Subnets, set)
	return set.Name
}

// zoneSubnets returns subnets with their zones and route tables. It asks CDK once.
func zoneSubnets(subnets []awsec2.ISubnet) []document.ZoneSubnet {
	b := &batch.Batch{}
	zones, ids, tables := make([]*string, len(subnets)), make([]*string, len(subnets)), make([]*string, len(subnets))
	for i, s := range subnets {
		zones[i], ids[i] = batch.Get[string](b, s, "availabilityZone"), batch.Get[string](b, s, "subnetId")
		tables[i] = batch.Get[string](b, s, "routeTable.routeTableId")
	}
	b.Run()
	var out []document.ZoneSubnet
	for i := range subnets {
		out = append(out, document.ZoneSubnet{Zone: *zones[i], ID: *ids[i], RouteTable: *tables[i]})
	}
	return out
}

// selected returns the subnets of a selection. It asks CDK once.
func (n *Network) selected(selection *awsec2.SubnetSelection) []awsec2.ISubnet {
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
