package reach

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// ACL is a network ACL.
type ACL struct {
	Name     string
	Resource *cfn.Resource // nil for a VPC's default one, and for one that is not in the templates
	In, Out  []Entry       // by number
	// Open says that the ACL lets everything through: it is a default ACL to which the templates add no entries.
	Open bool
	// Unsure says why the ACL may hold entries that are not seen here. It is empty if all are seen.
	Unsure string

	doubt   string                          // the text of the resources that may change it
	crossed map[crossingKey]traffic.Carried // what passes, computed once for all subnets
}

// crossingKey is what the answer of a network ACL depends on: the direction and the addresses at the far end.
type crossingKey struct {
	way   direction
	other Cell
}

// Entry is one numbered line of an ACL. Of all entries that match a packet, the one with the lowest number decides.
type Entry struct {
	Number   int
	Allow    bool
	Traffic  traffic.Set
	Block    Block
	Resource *cfn.Resource // nil for the entries of a default ACL
	Unsure   string        // why it may not count
}

// defaultEntry is the number of the entry in a VPC's default ACL that lets everything through.
const defaultEntry = 100

func (t *Topology) defaultACL(v *VPC) *ACL {
	name := v.Name + ".DefaultNetworkAcl"
	a := t.acls[name]
	if a == nil {
		a = &ACL{Name: name, Open: true}
		t.acls[name] = a
	}
	if a.Resource == nil && !slices.ContainsFunc(a.In, func(e Entry) bool { return e.Resource == nil }) {
		everything := []Entry{
			{Number: defaultEntry, Allow: true, Traffic: traffic.Everything(), Block: address.Anywhere4},
			{Number: defaultEntry + 1, Allow: true, Traffic: traffic.Everything(), Block: address.Anywhere6},
		}
		a.In, a.Out = append(a.In, everything...), append(a.Out, everything...)
		a.sort()
	}
	return a
}

func (a *ACL) sort() {
	for _, entries := range [][]Entry{a.In, a.Out} {
		slices.SortStableFunc(entries, func(x, y Entry) int { return cmp.Compare(x.Number, y.Number) })
	}
}

func (t *Topology) readACL(r *cfn.Resource) {
	if r.Type == "AWS::EC2::NetworkAcl" {
		t.acls[r.String()] = &ACL{Name: r.String(), Resource: r, Unsure: t.conditional(r)}
	}
}

// acl returns the ACL that v refers to. An ACL that is not in the templates is added to the topology.
func (t *Topology) acl(v cfn.Value) *ACL {
	name := v.String()
	switch {
	case isOf(v, "AWS::EC2::NetworkAcl", "Id"):
		name = v.Resource.String()
	case v.Kind == cfn.Reference && v.Resource.Type == "AWS::EC2::VPC" && v.Text == "DefaultNetworkAcl":
		return t.defaultACL(t.vpcs[v.Resource.String()])
	}
	if a := t.acls[name]; a != nil {
		return a
	}
	a := &ACL{Name: name, Unsure: "the network ACL " + name + " is not in the templates"}
	t.acls[name] = a
	return a
}

func (t *Topology) readEntry(r *cfn.Resource) {
	if r.Type != "AWS::EC2::NetworkAclEntry" {
		return
	}
	for _, at := range t.possibleACLs(r.Get("NetworkAclId"), t.conditional(r)) {
		t.addEntry(r, at.it, at.unsure)
	}
}

// addEntry adds an entry to an ACL. unsure says why the entry may not be there, or may be in another ACL.
func (t *Topology) addEntry(r *cfn.Resource, a *ACL, unsure string) {
	e := Entry{Resource: r, Unsure: unsure}
	number, ok := r.Get("RuleNumber").Int()
	if !ok {
		a.Unsure = "the number of entry " + r.String() + " is only known at deployment"
		return
	}
	e.Number = number
	action := r.Get("RuleAction")
	if action.Kind != cfn.Text {
		e.Unsure = cmp.Or(e.Unsure, "its action is only known at deployment")
	}
	e.Allow = action.String() == "allow"
	e.Traffic, e.Unsure = entryTraffic(r, e.Unsure)
	egress, known := r.Get("Egress").Bool()
	if !known && !r.Get("Egress").IsMissing() {
		a.Unsure = "the direction of entry " + r.String() + " is only known at deployment"
		return
	}
	blocks := slices.Concat(t.blocks(r, r.Get("CidrBlock"), false), t.blocks(r, r.Get("Ipv6CidrBlock"), true))
	if len(blocks) != 1 {
		a.Unsure = "the block of entry " + r.String() + " is not known"
		return
	}
	e.Block = blocks[0]
	a.Open = false
	entries := []Entry{e}
	if action.Kind != cfn.Text { // It may allow or deny: one entry for each, and the one that may allow first.
		either := e
		either.Allow = true
		entries = []Entry{either, e}
	}
	if egress {
		a.Out = append(a.Out, entries...)
	} else {
		a.In = append(a.In, entries...)
	}
	a.sort()
}

// entryTraffic reads the traffic of an entry. Protocol -1 is everything, whatever PortRange says. Only TCP and UDP have ports.
func entryTraffic(r *cfn.Resource, unsure string) (traffic.Set, string) {
	protocol, ok := r.Get("Protocol").Int()
	switch {
	case !ok:
		return traffic.Everything(), cmp.Or(unsure, "its protocol is only known at deployment")
	case protocol == -1:
		return traffic.Everything(), unsure
	case traffic.HasPorts(protocol):
		ports := r.Get("PortRange")
		from, ok1 := ports.Get("From").Int()
		to, ok2 := ports.Get("To").Int()
		if !ok1 || !ok2 {
			return traffic.Protocol(protocol), cmp.Or(unsure, "its ports are not known")
		}
		return traffic.Ports(protocol, from, to), unsure
	case traffic.IsICMP(protocol):
		icmp := r.Get("Icmp")
		kind, ok1 := icmp.Get("Type").Int()
		code, ok2 := icmp.Get("Code").Int()
		if !ok1 || !ok2 {
			return traffic.Protocol(protocol), cmp.Or(unsure, "its ICMP type is not known")
		}
		return traffic.ICMPTypes(protocol, kind, code), unsure
	}
	return traffic.Protocol(protocol), unsure
}

// readAssociation reads which network ACL and route table a subnet has.
func (t *Topology) readAssociation(r *cfn.Resource) {
	switch r.Type {
	case "AWS::EC2::SubnetNetworkAclAssociation":
		for _, at := range t.possibleSubnets(r.Get("SubnetId"), t.conditional(r)) {
			t.tieACL(at.it, r.Get("NetworkAclId"), at.unsure)
		}
	case "AWS::EC2::SubnetRouteTableAssociation":
		for _, at := range t.possibleSubnets(r.Get("SubnetId"), t.conditional(r)) {
			t.tieTable(at.it, r.Get("RouteTableId"), at.unsure)
		}
	case "AWS::EC2::GatewayRouteTableAssociation":
		g := t.gateway(r.Get("GatewayId"))
		g.edge, g.unsure = t.table(r.Get("RouteTableId")), cmp.Or(g.unsure, t.conditional(r))
	}
}

// tieACL gives a subnet the network ACL that a value stands for. unsure says why the subnet may have another one.
func (t *Topology) tieACL(s *Subnet, v cfn.Value, unsure string) {
	s.Unsure = cmp.Or(s.Unsure, unsureTie("network ACL", s.ACL != nil, v, unsure))
	if s.ACL == nil {
		s.ACL = t.acl(v)
	}
}

// tieTable gives a subnet the route table that a value stands for. unsure says why the subnet may have another one.
func (t *Topology) tieTable(s *Subnet, v cfn.Value, unsure string) {
	s.Unsure = cmp.Or(s.Unsure, unsureTie("route table", s.Table != nil, v, unsure))
	if s.Table == nil {
		s.Table = t.table(v)
	}
}

// unsureTie says why a subnet may have another network ACL or route table than the one that a value stands for. taken says that the
// subnet already has one.
func unsureTie(kind string, taken bool, v cfn.Value, unsure string) string {
	if taken {
		unsure = cmp.Or(unsure, "two resources say which "+kind+" it has")
	}
	if v.Kind == cfn.Choice {
		unsure = cmp.Or(unsure, v.Doubt(), "which "+kind+" it has is not known")
	}
	return unsure
}

// passes returns the traffic that the entries let through to or from the cell.
func passes(entries []Entry, c Cell) traffic.Carried {
	if allowed, ok := allAllow(entries, c); ok {
		return traffic.Surely(allowed)
	}
	sure, maybe := traffic.Set{}, traffic.Set{}
	// The traffic that no entry has decided yet: open counts only entries that surely match, openSurely counts all.
	open, openSurely := traffic.Everything(), traffic.Everything()
	for _, e := range entries {
		match := e.Block.Holds(c)
		if match == address.No {
			continue
		}
		certain := match == address.Yes && e.Unsure == ""
		if e.Allow {
			maybe = maybe.Union(open.Intersect(e.Traffic))
			if certain {
				sure = sure.Union(openSurely.Intersect(e.Traffic))
			}
		}
		if certain || !e.Allow { // Whether or not an uncertain entry allows, what a later entry allows is allowed.
			openSurely = openSurely.Minus(e.Traffic)
		}
		if certain {
			open = open.Minus(e.Traffic)
		}
	}
	return traffic.Carried{Sure: sure, Maybe: maybe}
}

// allAllow returns the union of what the entries let through. It reports false unless all entries that match surely match and allow,
// because only then their order does not matter.
func allAllow(entries []Entry, c Cell) (traffic.Set, bool) {
	var out traffic.Set
	for _, e := range entries {
		switch match := e.Block.Holds(c); {
		case match == address.No:
		case match == address.Perhaps || !e.Allow || e.Unsure != "":
			return traffic.Set{}, false
		default:
			out = out.Union(e.Traffic)
		}
	}
	return out, true
}
