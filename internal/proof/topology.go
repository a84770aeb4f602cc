package proof

import (
	"errors"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// Topology computes which traffic an assembly carries, with the help of its declaration: the groups of different tiers are different, and
// a tier without interfaces in the templates is in its declared subnets.
func Topology(a *cfn.Assembly, d *Declaration) (*reach.Topology, error) {
	top := reach.BuildWith(a, reach.Options{Distinct: tierGroups(a, d)})
	return top, placeTiers(a, top, d)
}

// Within returns the part of a declaration that is about the stacks of an assembly: the networks all of whose templates are there. It
// returns nil if there is none. A nil declaration has none.
func (d *Declaration) Within(a *cfn.Assembly) *Declaration {
	if d == nil {
		return nil
	}
	part := *d
	part.Networks = slices.DeleteFunc(slices.Clone(d.Networks), func(n Network) bool {
		return slices.ContainsFunc(n.values(), func(v Value) bool {
			_, ok := a.Stack(v.Template)
			return !ok
		})
	})
	if len(part.Networks) == 0 {
		return nil
	}
	return &part
}

// values returns what places a network and its tiers.
func (n Network) values() []Value {
	out := []Value{n.Vpc}
	for _, t := range n.Tiers {
		out = append(append(out, t.Group), t.Subnets...)
	}
	return out
}

// tierGroups returns the groups of all tiers. bind reports the groups that are not in the templates.
func tierGroups(a *cfn.Assembly, d *Declaration) []cfn.Value {
	var out []cfn.Value
	for _, n := range d.Networks {
		for _, t := range n.Tiers {
			if v, err := a.Evaluate(t.Group.Template, t.Group.Expression); err == nil {
				out = append(out, v)
			}
		}
	}
	return out
}

// placeTiers tells the topology the declared groups and subnets of the tiers.
func placeTiers(a *cfn.Assembly, top *reach.Topology, d *Declaration) error {
	if err := d.check(); err != nil {
		return err
	}
	var problems []error
	for _, declared := range d.Networks {
		n := &network{Network: declared, assembly: a, top: top, model: &arch.Model{Network: declared.Architecture.Network}}
		imported := map[string]*arch.Imported{}
		for _, t := range declared.Architecture.Tiers {
			imported[t.ID] = t.Imported
		}
		for id, t := range declared.Tiers {
			value, err := n.evaluate(t.Group)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			group := top.Group(value)
			assumeEgress(group, imported[id])
			if len(t.Subnets) == 0 {
				if vpc, err := n.evaluate(declared.Vpc); err == nil { // The proof makes the same assumption.
					top.Place(group, []*reach.Subnet{top.UnknownSubnet("tier "+id, top.VPCOf(vpc))})
				}
				continue
			}
			subnets, err := n.resolveSubnets(t)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			top.Place(group, subnets)
		}
	}
	return errors.Join(problems...)
}

// assumeEgress gives a group that is not in the templates its declared egress.
func assumeEgress(g *reach.Group, imported *arch.Imported) {
	if g.Foreign && imported != nil && imported.Egress == arch.EgressOpen {
		g.Egress = append(g.Egress, reach.OpenEgress()...)
	}
}

// resolveSubnets returns the subnets of a tier in the topology.
func (n *network) resolveSubnets(t Tier) ([]*reach.Subnet, error) {
	var out []*reach.Subnet
	for _, v := range t.Subnets {
		subnet, err := n.evaluate(v)
		if err != nil {
			return nil, err
		}
		out = append(out, n.top.Subnet(subnet))
	}
	return out, nil
}
