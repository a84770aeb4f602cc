package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// party is a class of interfaces with what is declared for it.
type party struct {
	name  string
	real  *reach.Class
	tiers []string // the tiers that the interfaces belong to; empty for a stranger
	// declared holds a class for each of the tiers, with the flows as rules instead of the rules in the templates. Traffic is allowed if
	// all of these classes allow it. For strangers and imported tiers the class is open, because the proof does not judge their rules.
	declared []*reach.Class
	// declaredOutside is like declared, for addresses outside the network. The two differ for flows to names: outside the network, the
	// firewall checks the name; inside, only the groups decide, and they cannot check names.
	declaredOutside []*reach.Class
	// requiredOutside is declaredOutside without the rules that EKS adds to the groups of a cluster; nil if there are none.
	requiredOutside []*reach.Class
	// members holds the resources in the templates that have the interfaces.
	members  []*cfn.Resource
	imported bool // a tier with another owner
	// declaredSubnets holds the declared subnets of each tier if the party is not simply a tier. It is nil if the interfaces may be
	// anywhere.
	declaredSubnets [][]*reach.Subnet
	// unusual says what is unusual about the party, for findings. It may be empty.
	unusual string

	known []reach.End // see ends
}

// mayBeIn reports whether the declaration allows the interfaces to be in the subnet.
func (p *party) mayBeIn(s *reach.Subnet) bool {
	return !slices.ContainsFunc(p.declaredSubnets, func(of []*reach.Subnet) bool { return !slices.Contains(of, s) })
}

// addStranger adds a party without a tier.
func (n *network) addStranger(c *reach.Class) {
	n.parties = append(n.parties, &party{
		name: c.Name, real: c, declared: []*reach.Class{{Name: c.Name, Groups: n.clusterGroupsOf(c), Subnets: c.Subnets, Unfiltered: true}},
	})
}
