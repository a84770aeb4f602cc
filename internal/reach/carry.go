package reach

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// layerKey identifies a direction between two places of the topology.
type layerKey struct {
	from *Subnet
	cell Cell
	to   place
}

// between returns what routes and network ACLs let through for connections from one place to another, replies included. A nil subnet is
// outside.
func (t *Topology) between(from *Subnet, cell Cell, to place) traffic.Carried {
	isSame := from == to.subnet && (from == nil || !from.Several)
	if isSame || from != nil && to.subnet != nil && t.isPlain(from) && t.isPlain(to.subnet) && from.VPC == to.subnet.VPC {
		return traffic.Unrestricted()
	}
	return t.layer(from, cell, to).Carried
}

// layer is what routes and network ACLs let through between two places, and how packets get there.
type layer struct {
	traffic.Carried
	// internet says that packets pass an internet gateway. untranslated says that they keep the address of the interface there.
	internet, untranslated bool
	// unsure says that the way of the packets is not known.
	unsure bool
}

func (t *Topology) layer(from *Subnet, cell Cell, to place) layer {
	key := layerKey{from, cell, to}
	l, ok := t.memo.layers[key]
	if !ok {
		l = t.compose(from, cell, to)
		t.memo.layers[key] = l
	}
	return l
}

// isPlain reports whether neither routes nor the network ACL of a subnet can stop or divert packets within its VPC.
func (t *Topology) isPlain(s *Subnet) bool {
	if s.plain == 0 {
		s.plain = 1
		if !s.isOpen() || !s.Table.plainIn(s.VPC) {
			s.plain = 2
		}
	}
	return s.plain == 1
}

// isOpen reports whether the routes of a subnet are known for sure, and its network ACL lets everything through.
func (s *Subnet) isOpen() bool {
	return s.Unsure == "" && s.VPC != nil && s.ACL != nil && s.ACL.Open && s.ACL.Unsure == "" && s.Table != nil && s.Table.Unsure == ""
}

// plainIn reports whether no route of the table leads to a part of the VPC. The VPC's own router handles blocks that are at least as
// large as the VPC's.
func (table *Table) plainIn(v *VPC) bool {
	for _, r := range table.Routes {
		if r.List != "" && r.Target.Kind != GatewayEndpoint {
			return false // The list may hold addresses of the VPC.
		}
		if r.List != "" || r.propagated || r.Block.Base == "" && r.Block.Prefix.Bits() == 0 {
			continue
		}
		for _, b := range v.Blocks {
			if r.Block.Overlaps(b) != address.No && (r.Block.Base != "" || r.Block.Prefix.Bits() > specificity(b)) {
				return false
			}
		}
	}
	return true
}

// compose follows the packets to a place and the replies back.
func (t *Topology) compose(from *Subnet, cell Cell, to place) layer {
	switch {
	case from == nil:
		return t.fromOutside(cell, to)
	case to.subnet == nil:
		return t.outward(from, cell, to)
	}
	return layer{Carried: t.within(from, cell, to)}
}

// outward composes the layer from a subnet to the outside.
func (t *Topology) outward(from *Subnet, cell Cell, to place) layer {
	out := t.path(from, to)
	switch {
	case out.unsure != "": // Every way begins with the network ACL of the subnet.
		return layer{Carried: traffic.Unknown().Intersect(crossing{from, egress, to.cell}.passes()), unsure: true}
	case !leaves(out.end.Kind, to):
		return layer{}
	}
	passes := t.inspect(out, partyAt(place{subnet: from, cell: cell, inside: true}, from.VPC), partyAt(to, from.VPC))
	carried := t.filters(from, cell, to, out.through).Intersect(passes).DoubtIf(t.asymmetricReplies(from, cell, out))
	if by := out.exit(from); by != nil {
		stops, _, _ := t.blocked(by, false, out.isOneWay())
		carried = unless(carried, stops)
	}
	isInternet := out.end.Kind == InternetGateway
	return layer{Carried: carried, internet: isInternet, untranslated: isInternet && !out.translated()}
}

// exit returns the subnet from which packets leave for the internet, or nil if they do not leave for it.
func (p path) exit(from *Subnet) *Subnet {
	switch {
	case p.end.Kind != InternetGateway && p.end.Kind != EgressOnly:
		return nil
	case p.nat != nil:
		return p.nat
	}
	return from
}

// isOneWay reports whether the way of the packets lets nobody open connections in the other direction.
func (p path) isOneWay() bool { return p.translated() || p.end.Kind == EgressOnly }

// unless returns what is left of c if something surely or possibly stops all of it.
func unless(c traffic.Carried, stopped address.Certainty) traffic.Carried {
	switch stopped {
	case address.Yes:
		return traffic.Carried{}
	case address.Perhaps:
		return traffic.Carried{Maybe: c.Maybe}
	}
	return c
}

// within composes what passes from one subnet to another.
func (t *Topology) within(from *Subnet, cell Cell, to place) traffic.Carried {
	out := t.path(from, to)
	switch {
	case out.unsure != "" || from.VPC == nil || to.subnet.VPC == nil:
		return traffic.Unknown().Intersect(ends(from, cell, to))
	case from.VPC != to.subnet.VPC:
		return t.acrossVPCs(from, cell, to, out)
	case out.end.Kind != Local:
		return traffic.Carried{}
	}
	back := t.path(to.subnet, place{subnet: from, cell: cell, inside: true})
	switch {
	case back.unsure != "" || out.translated() || back.translated():
		return traffic.Unknown().Intersect(ends(from, cell, to))
	case back.end.Kind != Local:
		return traffic.Carried{}
	case !sameMiddleboxes(out.middleboxes, back.middleboxes):
		return traffic.Unknown() // AWS does not support asymmetric routing: a middlebox may lose such packets, or let them pass.
	}
	passes := t.inspect(out, partyAt(place{subnet: from, cell: cell, inside: true}, from.VPC), partyAt(to, from.VPC))
	return t.filters(from, cell, to, out.through).Intersect(passes)
}

// ends returns what the network ACLs of two subnets let through, whatever the way between the subnets is. A subnet that is not in the
// templates may be any subnet.
func ends(from *Subnet, cell Cell, to place) traffic.Carried {
	if from.Resource == nil || to.subnet.Resource == nil {
		return traffic.Unrestricted()
	}
	return crossing{from, egress, to.cell}.passes().Intersect(crossing{to.subnet, ingress, cell}.passes())
}

// acrossVPCs composes what passes to a subnet of another VPC. Only peering connections are evaluated.
func (t *Topology) acrossVPCs(from *Subnet, cell Cell, to place, out path) traffic.Carried {
	if out.end.Kind != Attachment {
		return traffic.Carried{}
	}
	back := t.path(to.subnet, place{subnet: from, cell: cell})
	switch {
	case back.unsure != "" || out.translated() || back.translated() || !out.isPeering():
		return traffic.Unknown()
	case back.end != out.end || !t.joins(out.end.Resource, from.VPC, to.subnet.VPC):
		return traffic.Carried{}
	case !sameMiddleboxes(out.middleboxes, back.middleboxes):
		return traffic.Unknown()
	}
	passes := t.inspect(out, partyAt(place{subnet: from, cell: cell}, from.VPC), partyAt(to, to.subnet.VPC))
	return t.filters(from, cell, to, out.through).Intersect(passes)
}

// isPeering reports whether a path ends at a peering connection of the templates.
func (p path) isPeering() bool {
	return p.end.Resource != nil && p.end.Resource.Type == "AWS::EC2::VPCPeeringConnection"
}

// joins reports whether a peering connection connects the two VPCs.
func (t *Topology) joins(peering *cfn.Resource, a, b *VPC) bool {
	ends := []*VPC{t.VPCOf(peering.Get("VpcId")), t.VPCOf(peering.Get("PeerVpcId"))}
	return slices.Contains(ends, a) && slices.Contains(ends, b)
}

func sameMiddleboxes(a, b []Target) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(m Target) bool { return !slices.Contains(b, m) })
}

// crossing is where packets enter or leave a subnet. The network ACL of the subnet sees the address at the other end.
type crossing struct {
	subnet *Subnet
	way    direction
	other  Cell
}

// crossings returns the crossings of packets on their way. There are none within a subnet.
func crossings(from *Subnet, cell Cell, to place, through []*Subnet) []crossing {
	subnets := append([]*Subnet{from}, through...)
	if to.subnet != nil {
		subnets = append(subnets, to.subnet)
	}
	subnets = slices.Compact(subnets)
	var out []crossing
	for i, s := range subnets {
		if i > 0 {
			out = append(out, crossing{s, ingress, cell})
		}
		if i+1 < len(subnets) || to.subnet == nil {
			out = append(out, crossing{s, egress, to.cell})
		}
	}
	return out
}

// passes returns what the network ACL lets through, as far as the ACL lets the replies through too.
func (x crossing) passes() traffic.Carried {
	s := x.subnet
	if s.ACL == nil || s.Unsure != "" { // If it cannot be read, each subnet may have another one.
		return x.compute()
	}
	key := crossingKey{x.way, x.other}
	c, ok := s.ACL.crossed[key]
	if !ok {
		if s.ACL.crossed == nil {
			s.ACL.crossed = map[crossingKey]traffic.Carried{}
		}
		c = x.compute()
		s.ACL.crossed[key] = c
	}
	return c
}

func (x crossing) compute() traffic.Carried {
	return x.subnet.passes(x.way, x.other).Intersect(traffic.Answered(x.subnet.passes(!x.way, x.other)))
}

// filters returns what passes the network ACLs that packets and their replies cross.
func (t *Topology) filters(from *Subnet, cell Cell, to place, through []*Subnet) traffic.Carried {
	out := traffic.Unrestricted()
	for _, x := range crossings(from, cell, to, through) {
		out = out.Intersect(x.passes())
	}
	return out
}

// direction is into or out of a subnet.
type direction bool

const (
	ingress direction = false
	egress  direction = true
)

// passes returns what the subnet's network ACL lets through to or from the cell.
func (s *Subnet) passes(d direction, c Cell) traffic.Carried {
	switch {
	case s.ACL == nil || s.ACL.Unsure != "" || s.Unsure != "":
		return traffic.Unknown()
	case s.ACL.Open:
		return traffic.Unrestricted()
	case d == egress:
		return passes(s.ACL.Out, c)
	}
	return passes(s.ACL.In, c)
}

// leaves reports whether a path that ends at a target of this kind gets packets to a place outside.
func leaves(kind TargetKind, to place) bool {
	switch kind {
	case InternetGateway, EgressOnly, Attachment:
		return true
	case GatewayEndpoint:
		return to.list != ""
	case Local:
		return to.inside
	}
	return false
}

// fromOutside composes the layer of a connection that somebody outside opens. Replies must leave by the way by which the packets came in.
func (t *Topology) fromOutside(cell Cell, to place) layer {
	back := t.path(to.subnet, place{cell: cell, list: to.list, inside: to.inside, ignoreUnresolved: to.ignoreUnresolved})
	bare := false
	switch {
	case back.unsure != "" && back.translated() && !to.inside:
		return layer{} // Nobody comes in by a NAT gateway.
	case back.unsure != "", back.translated() && back.end.Kind == Local && to.inside:
		return layer{Carried: traffic.Unknown().Intersect(crossing{to.subnet, ingress, cell}.passes()), unsure: true}
	case !back.isEntrance(to):
		return layer{}
	case back.end.Kind == InternetGateway:
		bare = true
	}
	there := partyAt(place{cell: cell, list: to.list, inside: to.inside, ignoreUnresolved: to.ignoreUnresolved}, to.subnet.VPC)
	passes := t.inspect(back, there, partyAt(place{subnet: to.subnet, cell: to.cell}, to.subnet.VPC))
	carried := crossing{to.subnet, ingress, cell}.passes().Intersect(passes).DoubtIf(t.edge(back, to))
	for _, s := range back.through { // A firewall receives and sends packets in the subnets of its endpoints.
		carried = carried.Intersect(crossing{s, ingress, cell}.passes()).Intersect(crossing{s, egress, to.cell}.passes())
	}
	if bare {
		stops, _, _ := t.blocked(to.subnet, true, false)
		carried = unless(carried, stops)
	}
	return layer{Carried: carried, internet: bare, untranslated: bare}
}

// edge says where the internet gateway sends packets that come in, if replies take another way. It is empty if both take the same way.
func (t *Topology) edge(back path, to place) string {
	g := t.gateways[back.end.Name]
	if back.end.Kind != InternetGateway || g == nil || g.edge == nil {
		if back.end.Kind == InternetGateway && len(back.middleboxes) > 0 {
			return "what comes in by " + back.end.Name + " is not led to " + back.middleboxes[0].Name + ", which the replies pass"
		}
		return ""
	}
	for _, c := range to.subnet.Cells {
		route, unsure := g.edge.lookup(place{subnet: to.subnet, cell: c, inside: true}, to.subnet.VPC)
		inspected := route.Target.Kind == Middlebox && len(back.middleboxes) == 1 && back.middleboxes[0] == route.Target
		if unsure != "" || !inspected && (route.Target.Kind != Local || len(back.middleboxes) > 0) {
			return "what comes in by " + back.end.Name + " is led to " + route.Target.Name
		}
	}
	return ""
}

// asymmetricReplies says why replies to packets that a subnet sends outside may pass other middleboxes than the packets did. It is empty
// if they pass the same ones.
func (t *Topology) asymmetricReplies(from *Subnet, cell Cell, out path) string {
	if !out.translated() {
		return t.edge(out, place{subnet: from})
	}
	nat := out.nat
	if reason := t.edge(path{end: out.end, middleboxes: out.middleboxes[out.beforeNAT:]}, place{subnet: nat}); reason != "" {
		return reason
	}
	if out.beforeNAT == 0 && t.isPlain(nat) {
		return ""
	}
	back := t.path(nat, place{subnet: from, cell: cell, inside: true})
	if back.unsure != "" {
		return back.unsure
	}
	if !sameMiddleboxes(out.middleboxes, back.middleboxes) {
		return "replies from " + nat.Name + " do not take the way back through " + out.end.Name
	}
	return ""
}

// inspection says that a path passes a middlebox that is not evaluated. It is empty if there is none.
func (t *Topology) inspection(p path) string {
	for _, m := range p.middleboxes {
		e, ok := t.endpoints[m]
		if !ok {
			return "what " + m.Name + " lets through is not evaluated"
		}
		if f := t.firewall(e.firewall); f.Unsure != "" {
			return f.Unsure
		}
	}
	return ""
}
