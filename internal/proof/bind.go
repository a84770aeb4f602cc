package proof

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// party is a class of interfaces with what is declared for it.
type party struct {
	name  string
	real  *reach.Class
	tiers []string // the tiers that the interfaces belong to; empty for a stranger
	// declared holds a class for each of the tiers, with the flows as rules instead of the rules in the templates. Traffic is allowed if
	// all of these classes allow it. For strangers and imported tiers the class is open, because the proof does not judge their rules.
	declared []*reach.Class
	// declaredOutside is like declared, for addresses outside the network. They differ for flows to names: outside, the firewall checks the name;
	// inside, only the groups decide, and they cannot check names.
	declaredOutside []*reach.Class
	// requiredOutside is abroad without the rules that EKS adds to the groups of a cluster; nil if there are none.
	requiredOutside []*reach.Class
	// members holds the resources in the templates whose interfaces these are.
	members  []*cfn.Resource
	imported bool // a tier with another owner
	// declaredSubnets holds the declared subnets of each tier, for parties that are not simply a tier; nil if the interfaces may be anywhere.
	declaredSubnets [][]*reach.Subnet
	// unusual says what is unusual about the party, for findings; empty if nothing is.
	unusual string
}

// mayBeIn reports whether the declaration allows the interfaces to be in the subnet.
func (p *party) mayBeIn(s *reach.Subnet) bool {
	return !slices.ContainsFunc(p.declaredSubnets, func(home []*reach.Subnet) bool { return !slices.Contains(home, s) })
}

// network is one declared network, bound to the templates.
type network struct {
	Network
	assembly           *cfn.Assembly
	top                *reach.Topology
	model              *arch.Model
	vpc                *reach.VPC
	ownership          ownership
	parties            []*party
	groups             map[*reach.Group]string              // the groups of the tiers in the templates
	clusterGroups      map[*reach.Group]*reach.Group        // groups of EKS clusters -> the same groups as EKS makes them
	declared           map[string]*reach.Group              // tier id -> its flows, as the rules of a group
	declaredOutside    map[string]*reach.Group              // tier id -> its flows as they count outside the network
	byGateway          map[string][]gatewayTraffic          // tier id -> traffic of its flows to names through gateway endpoints
	flowsBetween       map[[2]string][]arch.CheckedFlow     // flows between tiers
	flowsWithAddresses map[tierDirection][]arch.CheckedFlow // flows between tiers and addresses
	partyOf            map[string]*party                    // tier id -> the tier as a party
	connections        map[int]map[zonePair]connection      // index of a flow in the model -> its ways
	otherNetworks      []*network                           // the other networks of the app
	report             *Report
	resources          map[*cfn.Resource]Control // the resources of controls that the app declares
}

// tierDirection is the key of flows between a tier and addresses. If out is set, the tier opens the connections.
type tierDirection struct {
	tier string
	out  bool
}

// bind finds the parts of a declared network in the templates.
func bind(a *cfn.Assembly, top *reach.Topology, d Network, report *Report, owned claims) (*network, error) {
	model, diags := arch.Check(d.Architecture, time.Time{}) // At the zero time, no flow has expired.
	if err := diags.Err(); err != nil {
		return nil, fmt.Errorf("the declared architecture of %s: %w", d.Architecture.Network.Path, err)
	}
	n := &network{
		Network: d, assembly: a, top: top, model: model, report: report, groups: map[*reach.Group]string{}, clusterGroups: map[*reach.Group]*reach.Group{},
		declared: map[string]*reach.Group{}, declaredOutside: map[string]*reach.Group{}, byGateway: map[string][]gatewayTraffic{},
		flowsBetween: map[[2]string][]arch.CheckedFlow{}, flowsWithAddresses: map[tierDirection][]arch.CheckedFlow{}, partyOf: map[string]*party{}, connections: map[int]map[zonePair]connection{},
	}
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

func (n *network) evaluate(v Value) (cfn.Value, error) {
	out, err := n.assembly.Evaluate(v.Template, v.Expression)
	if err != nil {
		return out, fmt.Errorf("the declared architecture names %s in %s: %w", v.Expression, v.Template, err)
	}
	return out, nil
}

// symbol returns the value of an operand of a flow.
func (n *network) symbol(o arch.Operand) (cfn.Value, error) {
	if !o.Symbolic {
		return cfn.Value{Kind: cfn.Text, Text: o.Text}, nil
	}
	v, ok := n.Symbols[o.Text]
	if !ok {
		return cfn.Value{}, fmt.Errorf("the declared architecture does not say which value %s has in the templates", o.Text)
	}
	return n.evaluate(v)
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

func (n *network) name() string { return n.model.Network.Path }

// bindMembers finds the interfaces in the templates that have the group of a tier. Interfaces with only this group, in the subnets of the
// tier, belong to the party of the tier; the others become parties of their own.
func (n *network) bindMembers() {
	members := map[*party][]*reach.Class{}
	for _, c := range n.top.Classes {
		var ids []string
		for _, g := range c.Groups {
			if id, ok := n.groups[g]; ok {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		if c.Outsiders() != "" {
			n.reportOutsiders(c, ids)
		}
		if len(ids) == 1 && c.Outsiders() == "" && len(c.Groups) == 1 && within(c, n.partyOf[ids[0]]) {
			home := n.partyOf[ids[0]]
			home.members, members[home] = append(home.members, c.Members...), append(members[home], c)
			continue
		}
		for _, s := range c.Subnets {
			n.top.AssumeOpen(s, n.vpc)
		}
		n.parties = append(n.parties, n.memberParty(c, ids))
	}
	for home, classes := range members {
		home.real.JoinPublic(classes)
	}
}

// memberParty returns the party of interfaces that have the groups of some tiers.
func (n *network) memberParty(c *reach.Class, ids []string) *party {
	p := &party{name: strings.Join(ids, "+") + " (" + c.Name + ")", real: c, tiers: ids, members: c.Members}
	if len(ids) > 1 {
		p.unusual = fmt.Sprintf("%s has the groups of %s; give it the group of one tier only, because each of these tiers may "+
			"do what the other may not", c.Name, strings.Join(ids, " and "))
	}
	for _, id := range ids {
		home := n.partyOf[id]
		class, abroad := n.top.Class(c.Name, []*reach.Group{n.declared[id]}, c.Subnets), n.top.Class(c.Name, []*reach.Group{n.declaredOutside[id]}, c.Subnets)
		class.Unfiltered, abroad.Unfiltered = home.imported, home.imported
		p.requiredOutside = append(p.requiredOutside, n.top.Class(c.Name, abroad.Groups, c.Subnets))
		p.requiredOutside[len(p.requiredOutside)-1].Unfiltered = home.imported
		if !slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool { return !reach.IsCluster(r) }) {
			class.Groups, abroad.Groups = append(class.Groups, n.clusterGroupsOf(c)...), append(slices.Clip(abroad.Groups), n.clusterGroupsOf(c)...)
		}
		p.declared, p.declaredOutside = append(p.declared, class), append(p.declaredOutside, abroad)
		if slices.ContainsFunc(home.real.Subnets, func(s *reach.Subnet) bool { return s.Resource == nil }) {
			continue // The templates do not say where the tier is.
		}
		p.declaredSubnets = append(p.declaredSubnets, home.real.Subnets)
		if !within(c, home) && p.unusual == "" {
			p.unusual = fmt.Sprintf("%s has the group of %s but is outside the subnets of this tier", c.Name, id)
		}
	}
	return p
}

// within reports whether the interfaces of c are in the subnets of their tier.
func within(c *reach.Class, tier *party) bool {
	return c.Unsure == "" && !slices.ContainsFunc(c.Subnets, func(s *reach.Subnet) bool { return !slices.Contains(tier.real.Subnets, s) })
}

// bindStrangers adds the parties without a tier that may exchange traffic with one: the other interfaces in the templates, and the groups
// that rules of the tiers' groups refer to.
func (n *network) bindStrangers() {
	known := map[*reach.Group]bool{}
	for _, c := range n.top.Classes {
		foreign := !slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { _, ok := n.groups[g]; return ok })
		if !foreign {
			continue
		}
		if len(c.Groups) == 1 {
			known[c.Groups[0]] = true
		}
		if c.Unseen != "" {
			n.reportUnseen(c)
			c = c.AsSeen()
		}
		n.addStranger(c)
	}
	var named []*reach.Group
	for _, p := range n.parties {
		if p.imported || len(p.tiers) == 0 {
			continue
		}
		named = append(named, slices.Concat(p.real.Sends(), p.real.Accepts())...)
	}
	for _, g := range named {
		if _, tier := n.groups[g]; tier || known[g] {
			continue
		}
		known[g] = true
		c := n.top.GroupClass(g)
		if len(c.Subnets) == 0 {
			c.Subnets = []*reach.Subnet{n.top.UnknownSubnet(g.Name, n.vpc)}
		}
		n.addStranger(c)
	}
}

// reportUnseen reports interfaces in the network whose groups are unknown. They may have the group of any tier.
func (n *network) reportUnseen(c *reach.Class) {
	elsewhere := func(s *reach.Subnet) bool { return s.VPC != nil && s.VPC != n.vpc }
	if !slices.ContainsFunc(c.Subnets, elsewhere) {
		n.report.Findings = append(n.report.Findings, Finding{
			Network: n.name(), From: c.Name, To: "the network", Verdict: Unknown, Traffic: traffic.Everything(),
			Reason: c.Name + " may have the group of any tier: " + c.Unseen,
			Steps: []reach.Step{{
				Control: "interface", Where: c.Name, Passes: true, Unsure: c.Unseen, Rule: "unknown groups", Resource: c.Members[0],
			}},
		})
	}
}

// addStranger adds a party without a tier.
func (n *network) addStranger(c *reach.Class) {
	n.parties = append(n.parties, &party{
		name: c.Name, real: c, declared: []*reach.Class{{Name: c.Name, Groups: n.clusterGroupsOf(c), Subnets: c.Subnets, Unfiltered: true}},
	})
}

// clusterGroupsOf returns the groups of EKS clusters that interfaces have, with the rules that EKS makes. On the control plane, nobody can remove
// these rules.
func (n *network) clusterGroupsOf(c *reach.Class) []*reach.Group {
	var out []*reach.Group
	for _, g := range c.Groups {
		if !g.IsOfCluster() {
			continue
		}
		if n.clusterGroups[g] == nil {
			n.clusterGroups[g] = g.AsMade()
			n.report.assume("%s: %s allows all traffic between its members and all outgoing traffic, because EKS makes it so", n.name(), g.Name)
		}
		out = append(out, n.clusterGroups[g])
	}
	return out
}

// declare writes the flows as the rules of groups that no interface has. The engine that evaluates the templates can then evaluate the
// declaration, too.
func (n *network) declare() error {
	for _, f := range n.model.Flows {
		traffic := trafficOf(f)
		from, err := n.peersIn(f, f.From)
		if err != nil {
			return err
		}
		to, err := n.peersIn(f, f.To)
		if err != nil {
			return err
		}
		if f.From.Kind.IsTier() {
			for _, p := range to {
				r := reach.Rule{Traffic: traffic, Peer: p}
				g, far := n.declared[f.From.Text], n.declaredOutside[f.From.Text]
				g.Egress, far.Egress = append(g.Egress, r), append(far.Egress, r)
				if f.To.Kind == arch.Domain {
					g.Egress = append(g.Egress, reach.Rule{Traffic: traffic, Peer: internet[0]})
				}
			}
		}
		if f.To.Kind.IsTier() {
			for _, p := range from {
				g, far := n.declared[f.To.Text], n.declaredOutside[f.To.Text]
				r := reach.Rule{Traffic: traffic, Peer: p}
				g.Ingress, far.Ingress = append(g.Ingress, r), append(far.Ingress, r)
			}
		}
		switch {
		case !f.To.Kind.IsTier():
			key := tierDirection{f.From.Text, true}
			n.flowsWithAddresses[key] = append(n.flowsWithAddresses[key], f)
		case !f.From.Kind.IsTier():
			key := tierDirection{f.To.Text, false}
			n.flowsWithAddresses[key] = append(n.flowsWithAddresses[key], f)
		default:
			key := [2]string{f.From.Text, f.To.Text}
			n.flowsBetween[key] = append(n.flowsBetween[key], f)
		}
	}
	return nil
}

// internet is every IPv4 address, and every IPv6 address.
var internet = []reach.Peer{
	{Block: reach.Block{Prefix: netip.MustParsePrefix("0.0.0.0/0")}}, {Block: reach.Block{Prefix: netip.MustParsePrefix("::/0")}},
}

// peersIn returns the peers of the rules that stand for a flow. The rules of an inspected flow between tiers name the blocks of the tiers.
// The rules of a flow to a name that no firewall in this network checks name every address.
func (n *network) peersIn(f arch.CheckedFlow, p arch.Peer) ([]reach.Peer, error) {
	peers, err := n.peersOf(p)
	switch {
	case err != nil:
		return nil, err
	case p.Kind == arch.Domain && f.Path.Kind != arch.Inspected:
		n.report.assume("%s: the names that %s connects to are checked behind %s", n.name(), f.From, n.model.Network.DefaultRoute)
		return internet[:1], nil
	case p.Kind == arch.Domain:
		n.report.assume("%s: clients state the name that they connect to truthfully; only TLS inspection could detect a false name", n.name())
		if f.Path.Mode != arch.Enforce { // The firewall only reports other names and lets them pass.
			peers = append(peers, internet[0])
		}
		return peers, nil
	case !p.Kind.IsTier() || f.Path.Kind != arch.Inspected || !f.From.Kind.IsTier() || !f.To.Kind.IsTier():
		return peers, nil
	}
	t, _ := n.model.Tier(p.Text)
	blocks := n.addresses(t)
	for _, block := range blocks {
		peers = append(peers, reach.Peer{Block: block})
	}
	if len(blocks) == 0 {
		n.reportUnknownAddresses(t)
	}
	return peers, nil
}

// peersOf returns one end of a flow as the peers of rules.
func (n *network) peersOf(p arch.Peer) ([]reach.Peer, error) {
	if p.Kind.IsTier() {
		return []reach.Peer{{Group: n.declared[p.Text]}}, nil
	}
	var out []reach.Peer
	v4, v6 := p.Families(n.model.Network.IPv6)
	switch p.Kind {
	case arch.Internet:
		out = internet[:1]
		if v6 {
			out = internet
		}
		if !v4 {
			out = internet[1:]
		}
	case arch.Domain:
		out = []reach.Peer{reach.DomainPeer(p.Text)}
	case arch.PrefixList:
		v, err := n.symbol(p.Operand)
		if err != nil {
			return nil, err
		}
		out = n.top.ListPeers(v)
	default:
		for _, part := range n.model.Rest(p) {
			v, err := n.symbol(part.Operand)
			if err != nil {
				return nil, err
			}
			block, err := n.top.BlockOf(v, v6)
			if err != nil {
				return nil, err
			}
			out = append(out, reach.Peer{Block: block})
		}
	}
	return out, nil
}

// trafficOf returns the traffic of a flow.
func trafficOf(f arch.CheckedFlow) traffic.Set {
	var out traffic.Set
	for _, p := range f.Ports {
		out = out.Union(TrafficOf(p))
	}
	return out
}

// TrafficOf returns a declared service as a set of packets.
func TrafficOf(p arch.Ports) traffic.Set {
	switch p.Protocol {
	case arch.All:
		return traffic.Everything()
	case arch.TCP:
		return traffic.Ports(traffic.TCP, p.From, p.To)
	case arch.UDP:
		return traffic.Ports(traffic.UDP, p.From, p.To)
	case arch.ICMP:
		return traffic.ICMPTypes(traffic.ICMP, p.From, p.To)
	case arch.ICMPv6:
		return traffic.ICMPTypes(traffic.ICMPv6, p.From, p.To)
	}
	return traffic.Set{}
}

// positions returns the lines that declare flows.
func positions(flows []arch.CheckedFlow) []diag.Position {
	var out []diag.Position
	for _, f := range flows {
		out = append(out, f.At...)
	}
	return out
}
