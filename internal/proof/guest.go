package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// guest is interfaces in the subnets of tiers that have none of the tiers' groups, as of a construct whose SecurityGroups were forgotten.
type guest struct {
	class *reach.Class
	hosts []string // the tiers
}

// silent are the types whose interfaces answer and never open connections.
var silent = map[string]bool{"AWS::EC2::VPCEndpoint": true, "AWS::EFS::MountTarget": true}

// borrowers are the types without interfaces of their own: outsiders come in by those of a load balancer, which is looked at itself.
var borrowers = map[string]bool{"AWS::EC2::VPCEndpointService": true, "AWS::ApiGateway::VpcLink": true}

// guests finds what interfaces exchange with the outside by the subnets of tiers, and no tier declares. What they exchange with tiers is
// compared with all other pairs.
func (n *network) guests() {
	all := n.findGuests()
	if n.model.Network.Wrapped {
		n.noteGuests(all)
		return
	}
	nothing := &reach.Group{Name: "nothing was declared"}
	for _, g := range all {
		class := []*reach.Class{n.top.Class(g.class.Name, []*reach.Group{nothing}, g.class.Subnets)}
		p := &party{
			name: g.class.Name, real: g.class, tiers: []string{""}, declared: class, abroad: class,
			why: fmt.Sprintf("%s is in the subnets of %s and has the group of no tier: give it the tier's, as in SecurityGroups, or a tier of its "+
				"own", names(g.class.Members), strings.Join(g.hosts, ", ")),
		}
		parts := slices.DeleteFunc(n.top.Outsides(g.class, nil), func(o reach.Outside) bool { return o.Inside })
		if !slices.ContainsFunc(g.class.Members, func(r *cfn.Resource) bool { return !silent[r.Type] }) {
			n.toward(p, parts, false)
			continue
		}
		n.toward(p, parts, true)
		n.toward(p, parts, false)
	}
}

// findGuests are the guests of the network's tiers, by name.
func (n *network) findGuests() []guest {
	var out []guest
	for _, c := range n.top.Classes {
		member := slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { _, ok := n.groups[g]; return ok })
		if member || n.isElsewhere(c) || slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool { return borrowers[r.Type] }) {
			continue
		}
		if hosts := n.hosts(c); len(hosts) > 0 {
			out = append(out, guest{c, hosts})
		}
	}
	return out
}

// isElsewhere reports whether interfaces have the group of a tier of another network.
func (n *network) isElsewhere(c *reach.Class) bool {
	return slices.ContainsFunc(n.others, func(o *network) bool {
		return slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { _, ok := o.groups[g]; return ok })
	})
}

// hosts are the tiers in whose subnets some interfaces are.
func (n *network) hosts(c *reach.Class) []string {
	var out []string
	for _, s := range c.Subnets {
		out = union(out, n.plots.tenants[s])
	}
	slices.Sort(out)
	return out
}

// noteGuests says that guests are not judged: the VPC is somebody else's, and so are its other workloads.
func (n *network) noteGuests(all []guest) {
	var members []*cfn.Resource
	for _, g := range all {
		members = append(members, g.class.Members...)
	}
	if len(members) > 0 {
		n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: in subnets that tiers use, but with groups of their own: %s; what they "+
			"exchange with the outside is not held against any declaration, as the VPC is somebody else's",
			n.name(), names(members)))
	}
}

// names are those of resources, the first few of many.
func names(resources []*cfn.Resource) string {
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
