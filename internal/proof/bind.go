package proof

import (
	"fmt"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// bind finds the parts of a declared network in the templates.
func bind(a *cfn.Assembly, top *reach.Topology, d Network, report *Report, owned claims) (*network, error) {
	model, diags := arch.Check(d.Architecture, time.Time{}) // At the zero time, no flow has expired.
	if err := diags.Err(); err != nil {
		return nil, fmt.Errorf("the declared architecture of %s: %w", d.Architecture.Network.Path, err)
	}
	n := newNetwork(a, top, d, model, report)
	vpc, err := n.evaluate(d.Vpc)
	if err != nil {
		return nil, err
	}
	if n.vpc = top.VPCOf(vpc); n.vpc == nil {
		return nil, fmt.Errorf("the declared architecture does not say which VPC belongs to %s", n.name())
	}
	if !model.Network.Wrapped {
		if err := owned.claim("VPC "+n.vpc.Name, "network "+n.name()); err != nil {
			return nil, err
		}
	}
	if err := n.readOwnership(); err != nil {
		return nil, err
	}
	for _, t := range model.Tiers {
		n.declared[t.ID] = &reach.Group{Name: "declared " + t.ID}
		n.declaredOutside[t.ID] = &reach.Group{Name: "declared " + t.ID}
	}
	if err := n.declare(); err != nil {
		return nil, err
	}
	if err := n.bindGatewayLists(); err != nil {
		return nil, err
	}
	for _, t := range model.Tiers {
		if err := n.bindTier(t, owned); err != nil {
			return nil, err
		}
	}
	n.bindMembers()
	n.bindStrangers()
	return n, nil
}

// newNetwork returns a network whose parts are not bound yet.
func newNetwork(a *cfn.Assembly, top *reach.Topology, d Network, model *arch.Model, report *Report) *network {
	return &network{
		Network:            d,
		assembly:           a,
		top:                top,
		model:              model,
		report:             report,
		groups:             map[*reach.Group]string{},
		clusterGroups:      map[*reach.Group]*reach.Group{},
		declared:           map[string]*reach.Group{},
		declaredOutside:    map[string]*reach.Group{},
		byGateway:          map[string][]gatewayTraffic{},
		flowsBetween:       map[[2]string][]*arch.CheckedFlow{},
		flowsWithAddresses: map[tierDirection][]*arch.CheckedFlow{},
		partyOf:            map[string]*party{},
		connections:        map[int]connections{},
	}
}

// bindTier finds the group and the subnets of a tier, and adds the tier as a party.
func (n *network) bindTier(t arch.Tier, owned claims) error {
	bound, ok := n.Tiers[t.ID]
	if !ok {
		return fmt.Errorf("the declared architecture does not say where tier %s is in the templates", t.ID)
	}
	group, err := n.evaluate(bound.Group)
	if err != nil {
		return err
	}
	g := n.top.Group(group)
	if other, taken := n.groups[g]; taken {
		return fmt.Errorf("network %s: tiers %s and %s have the same security group, %s; each tier needs its own", n.name(), other, t.ID, g.Name)
	}
	n.groups[g] = t.ID
	if t.Imported == nil {
		if err := owned.claim("group "+g.Name, n.name()+" tier "+t.ID); err != nil {
			return err
		}
	}
	subnets, err := n.resolveSubnets(bound)
	if err != nil {
		return err
	}
	for _, s := range subnets {
		if n.top.AssumeOpen(s, n.vpc) {
			n.report.assume("%s: subnet %s is not in the templates; its routes and network ACL allow everything", n.name(), s.Name)
		}
	}
	if len(subnets) == 0 {
		subnets = []*reach.Subnet{n.top.UnknownSubnet("tier "+t.ID, n.vpc)}
		n.report.assume("%s: the subnets of tier %s are not in the templates; their routes and network ACLs allow everything", n.name(), t.ID)
	}
	assumeEgress(g, t.Imported)
	if g.Foreign {
		n.report.assume("%s: the group of tier %s, %s, is not in the templates; its own rules are as declared", n.name(), t.ID, g.Name)
	}
	p := &party{
		name: t.ID, real: n.top.Class(t.ID, []*reach.Group{g}, subnets), tiers: []string{t.ID},
		declared: []*reach.Class{n.top.Class(t.ID, []*reach.Group{n.declared[t.ID]}, subnets)}, imported: t.Imported != nil,
		declaredOutside: []*reach.Class{n.top.Class(t.ID, []*reach.Group{n.declaredOutside[t.ID]}, subnets)},
	}
	p.declared[0].Unfiltered, p.declaredOutside[0].Unfiltered = p.imported, p.imported
	n.parties = append(n.parties, p)
	n.partyOf[t.ID] = p
	return nil
}
