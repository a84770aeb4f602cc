package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// guest is a class of interfaces in the subnets of tiers without a group of a tier, for example because SecurityGroups was forgotten.
type guest struct {
	class *reach.Class
	tiers []string // the tiers in these subnets
}

// answersOnly lists the resource types whose interfaces answer but never open connections.
var answersOnly = map[string]bool{"AWS::EC2::VPCEndpoint": true, "AWS::EFS::MountTarget": true}

// withoutInterfaces lists the types without interfaces of their own: outsiders use the interfaces of a load balancer, which is checked
// itself.
var withoutInterfaces = map[string]bool{"AWS::EC2::VPCEndpointService": true, "AWS::ApiGateway::VpcLink": true}

// compareGuests finds traffic between guests and the outside, because no tier declares it. Their traffic with tiers is compared like that
// of all other pairs.
func (n *network) compareGuests() {
	all := n.findGuests()
	if n.model.Network.Wrapped {
		n.noteGuests(all)
		return
	}
	nothing := &reach.Group{Name: "nothing was declared"}
	for _, g := range all {
		class := []*reach.Class{n.top.Class(g.class.Name, []*reach.Group{nothing}, g.class.Subnets)}
		p := &party{
			name: g.class.Name, real: g.class, tiers: []string{""}, declared: class, declaredOutside: class,
			unusual: fmt.Sprintf("%s is in the subnets of %s but has no group of a tier: give it the group of the tier (SecurityGroups), "+
				"or a tier of its own", namesOf(g.class.Members), strings.Join(g.tiers, ", ")),
		}
		parts := slices.DeleteFunc(n.top.Outsides(g.class, nil), func(o reach.Outside) bool { return o.Inside })
		if !slices.ContainsFunc(g.class.Members, func(r *cfn.Resource) bool { return !answersOnly[r.Type] }) {
			n.compareDirection(p, parts, false)
			continue
		}
		n.compareDirection(p, parts, true)
		n.compareDirection(p, parts, false)
	}
}

// findGuests returns the guests in the subnets of the network's tiers.
func (n *network) findGuests() []guest {
	var out []guest
	for _, c := range n.top.Classes {
		member := slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { _, ok := n.groups[g]; return ok })
		if member || n.isInOtherNetwork(c) || slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool { return withoutInterfaces[r.Type] }) {
			continue
		}
		if hosts := n.tiersInSubnetsOf(c); len(hosts) > 0 {
			out = append(out, guest{c, hosts})
		}
	}
	return out
}

// isInOtherNetwork reports whether interfaces have the group of a tier in another network.
func (n *network) isInOtherNetwork(c *reach.Class) bool {
	return slices.ContainsFunc(n.otherNetworks, func(o *network) bool {
		return slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { _, ok := o.groups[g]; return ok })
	})
}

// tiersInSubnetsOf returns the tiers in the subnets of some interfaces.
func (n *network) tiersInSubnetsOf(c *reach.Class) []string {
	var out []string
	for _, s := range c.Subnets {
		out = union(out, n.ownership.tiersIn[s])
	}
	slices.Sort(out)
	return out
}

// noteGuests adds a note that guests are not checked, because the VPC and its other workloads have another owner.
func (n *network) noteGuests(all []guest) {
	var members []*cfn.Resource
	for _, g := range all {
		members = append(members, g.class.Members...)
	}
	if len(members) > 0 {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: these resources are in subnets of tiers but have other groups: %s; "+
			"their traffic with the outside is not checked, because the VPC has another owner",
			n.name(), namesOf(members)))
	}
}

// namesOf returns the names of resources, shortened to the first few.
func namesOf(resources []*cfn.Resource) string {
	const most = 3
	var out []string
	for i, r := range resources {
		if i == most && len(resources) > most+1 {
			out = append(out, fmt.Sprintf("%d more", len(resources)-most))
			break
		}
		out = append(out, r.String())
	}
	return strings.Join(out, ", ")
}
