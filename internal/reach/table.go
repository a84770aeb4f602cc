package reach

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// Table is a route table. The routes to the VPC's own blocks are not among Routes.
type Table struct {
	Name     string
	Resource *cfn.Resource // nil for a VPC's main one, and for one that is not in the templates
	Routes   []Route
	// Unsure says why the table may hold routes that are not seen here. It is empty if all are seen.
	Unsure string

	doubt string // the text of the resources that may change it
}

// Route is one route. Of all routes that match an address, the one with the longest prefix decides.
type Route struct {
	Block    Block  // zero for a prefix list
	List     string // the prefix list of the destination, if it is one
	Target   Target
	Resource *cfn.Resource
	Unsure   string // why it may not count

	service *gatewayService // the service of a gateway endpoint, whose prefix list is the destination
	// propagated says that the route stands for all routes that a gateway propagates. Only a deployment knows which routes these are.
	propagated bool
}

// TargetKind says what a route leads to.
type TargetKind int

// The kinds of target.
const (
	Nowhere         TargetKind = iota // no route, or a route to something that is not attached
	Local                             // the VPC's own router
	InternetGateway                   // the internet, both ways
	NATGateway                        // outbound with the gateway's address; replies come back
	EgressOnly                        // IPv6 outbound; replies come back
	GatewayEndpoint                   // an AWS service by its prefix list
	Middlebox                         // a firewall or load balancer endpoint, or an appliance's interface
	Attachment                        // a transit gateway, peering connection, virtual private gateway: another network
	UnknownTarget                     // one that this package does not know
)

var targetNames = [...]string{
	Nowhere: "nowhere", Local: "local", InternetGateway: "internet gateway", NATGateway: "NAT gateway",
	EgressOnly: "egress-only internet gateway", GatewayEndpoint: "gateway endpoint",
	Middlebox: "middlebox", Attachment: "gateway", UnknownTarget: "unknown target",
}

// String names the kind.
func (k TargetKind) String() string { return targetNames[k] }

// Target is where a route leads.
type Target struct {
	Kind     TargetKind
	Name     string
	Resource *cfn.Resource // nil if it is not in the templates
}

// gateway is what is known of an internet gateway or virtual private gateway.
type gateway struct {
	vpcs     []string // attached to, by name
	internet bool     // it is an internet gateway
	resource *cfn.Resource
	unsure   string // why it may not be attached
	// perhaps says why the gateway may be attached to VPCs to which it is not seen to be attached. It is empty if it is not.
	perhaps string
	edge    *Table // for traffic that comes in
}

func (t *Topology) gateway(v cfn.Value) *gateway {
	name := v.String()
	if v.Kind == cfn.Reference {
		name = v.Resource.String()
	}
	if t.gateways[name] == nil {
		t.gateways[name] = &gateway{}
	}
	return t.gateways[name]
}

func (t *Topology) readGateway(r *cfn.Resource) {
	switch r.Type {
	case "AWS::EC2::VPCGatewayAttachment":
		for _, property := range []string{"InternetGatewayId", "VpnGatewayId"} {
			t.readAttachment(r, property)
		}
	case "AWS::EC2::NatGateway":
		if v := r.Get("SubnetId"); !v.IsMissing() {
			t.natSubnets[r] = t.Subnet(v)
		}
	}
}

// readAttachment attaches the gateways that a property may name to the VPCs to which they may be attached.
func (t *Topology) readAttachment(r *cfn.Resource, property string) {
	for _, at := range t.possibleGateways(r.Get(property), t.conditional(r)) {
		for _, in := range t.possibleVPCs(r.Get("VpcId"), at.unsure) {
			g := at.it
			if in.unsure != "" && (r.Get("VpcId").Kind != cfn.Reference || r.Get(property).Kind != cfn.Reference) {
				g.perhaps = cmp.Or(g.perhaps, in.unsure) // To this VPC, or another one.
				continue
			}
			g.internet, g.resource = property == "InternetGatewayId", r.Get(property).Resource
			g.vpcs, g.unsure = append(g.vpcs, in.it.Name), cmp.Or(g.unsure, in.unsure)
		}
	}
}

// readRegionalNAT gives a NAT gateway that is in no subnet a place of its own. No network ACL filters there. Its route table leads to the
// internet gateway of the VPC, and to what the templates state (VPC User Guide, "Regional NAT gateways").
func (t *Topology) readRegionalNAT(r *cfn.Resource) {
	if r.Type != "AWS::EC2::NatGateway" || t.natSubnets[r] != nil {
		return
	}
	v := t.VPCOf(r.Get("VpcId"))
	if mode, _ := r.Get("AvailabilityMode").Literal(); mode != "regional" || v == nil {
		return
	}
	table := t.table(cfn.Value{Kind: cfn.Reference, Resource: r, Text: "RouteTableId"})
	table.Unsure = t.conditional(r)
	for _, name := range slices.Sorted(maps.Keys(t.gateways)) {
		if g := t.gateways[name]; slices.Contains(g.vpcs, v.Name) && g.internet {
			out := Target{Kind: InternetGateway, Name: name, Resource: g.resource}
			table.Routes = append(table.Routes, Route{Block: address.Anywhere4, Target: out, Resource: r, Unsure: g.unsure})
		}
	}
	t.natSubnets[r] = &Subnet{
		Name: r.String(), Resource: r, VPC: v, Table: table, Public: address.Yes,
		ACL: &ACL{Name: "none: " + r.String() + " is in no subnet", Open: true},
	}
}

// readPropagation adds the routes that a gateway propagates to tables.
func (t *Topology) readPropagation(r *cfn.Resource) {
	if r.Type != "AWS::EC2::VPNGatewayRoutePropagation" {
		return
	}
	gateway := r.Get("VpnGatewayId")
	target := Target{Kind: Attachment, Name: gateway.String(), Resource: gateway.Resource}
	if gateway.Resource != nil {
		target.Name = gateway.Resource.String()
	}
	for _, v := range elements(r.Get("RouteTableIds")) {
		table := t.table(v.Value)
		for _, block := range []Block{address.Anywhere4, address.Anywhere6} {
			table.Routes = append(table.Routes, Route{
				Block: block, Target: target, Resource: r, propagated: true,
				Unsure: "which routes " + target.Name + " propagates is only known at deployment",
			})
		}
	}
}

func (t *Topology) mainTable(v *VPC) *Table {
	name := v.Name + " main route table"
	if t.tables[name] == nil {
		t.tables[name] = &Table{Name: name}
	}
	return t.tables[name]
}

// table returns the table that v refers to. A table that is not in the templates is added to the topology.
func (t *Topology) table(v cfn.Value) *Table {
	name := v.String()
	if isOf(v, "AWS::EC2::RouteTable", "RouteTableId") {
		name = v.Resource.String()
	}
	if t.tables[name] == nil {
		t.tables[name] = &Table{Name: name, Unsure: "the route table " + name + " is not in the templates"}
	}
	return t.tables[name]
}

func (t *Topology) readTable(r *cfn.Resource) {
	if r.Type == "AWS::EC2::RouteTable" {
		t.tables[r.String()] = &Table{Name: r.String(), Resource: r, Unsure: t.conditional(r)}
	}
}

func (t *Topology) readRoute(r *cfn.Resource) {
	switch r.Type {
	case "AWS::EC2::Route":
		t.addRoute(r)
	case "AWS::EC2::VPCEndpoint":
		kind := r.Get("VpcEndpointType")
		if !kind.IsMissing() && kind.String() != "Gateway" {
			return
		}
		for _, v := range elements(r.Get("RouteTableIds")) {
			table := t.table(v.Value)
			table.Routes = append(table.Routes, Route{
				List: r.Get("ServiceName").String(), service: t.gatewayService(r), Target: Target{GatewayEndpoint, r.String(), r},
				Resource: r, Unsure: cmp.Or(v.unsure, t.conditional(r)),
			})
		}
	}
}

// addRoute adds a route to the tables that it may be in.
func (t *Topology) addRoute(r *cfn.Resource) {
	route := Route{Resource: r, Unsure: t.conditional(r), Target: t.routeTarget(r)}
	if route.Target.Resource != nil {
		route.Unsure = cmp.Or(route.Unsure, t.conditional(route.Target.Resource))
	}
	list := r.Get("DestinationPrefixListId")
	blocks := append(t.blocks(r, r.Get("DestinationCidrBlock"), false), t.blocks(r, r.Get("DestinationIpv6CidrBlock"), true)...)
	for _, at := range t.possibleTables(r.Get("RouteTableId"), route.Unsure) {
		route.Unsure = at.unsure
		switch {
		case !list.IsMissing():
			for _, p := range t.ListPeers(list) {
				route.Block, route.List = p.Block, p.List
				at.it.Routes = append(at.it.Routes, route)
			}
		case len(blocks) != 1:
			at.it.Unsure = cmp.Or(at.it.Unsure, "the destination of route "+r.String()+" is not known")
		default:
			route.Block = blocks[0]
			at.it.Routes = append(at.it.Routes, route)
		}
	}
}

// targetKinds are the properties of a route that name its target.
var targetKinds = []struct {
	property string
	kind     TargetKind
}{
	{"GatewayId", InternetGateway}, {"NatGatewayId", NATGateway}, {"EgressOnlyInternetGatewayId", EgressOnly},
	{"VpcEndpointId", Middlebox}, {"NetworkInterfaceId", Middlebox}, {"InstanceId", Middlebox},
	{"TransitGatewayId", Attachment}, {"VpcPeeringConnectionId", Attachment}, {"CarrierGatewayId", Attachment},
	{"LocalGatewayId", Attachment}, {"CoreNetworkArn", Attachment}, {"OdbNetworkArn", Attachment},
}

func (t *Topology) routeTarget(r *cfn.Resource) Target {
	for _, k := range targetKinds {
		v := r.Get(k.property)
		if v.IsMissing() {
			continue
		}
		target := Target{Kind: k.kind, Name: v.String()}
		if v.Kind == cfn.Choice {
			target.Kind = UnknownTarget
		}
		if v.Kind == cfn.Reference {
			target.Name, target.Resource = v.Resource.String(), v.Resource
		}
		if e, ok := t.endpointOf(v); ok && k.property == "VpcEndpointId" {
			target = e.target()
			t.endpoints[target] = e
		}
		if k.property == "GatewayId" {
			target.Kind = gatewayKind(v, target)
		}
		return target
	}
	return Target{Kind: UnknownTarget, Name: "a target that " + r.String() + " does not name"}
}

// gatewayKind says what a GatewayId stands for: an internet gateway, a virtual private gateway, or the word local.
func gatewayKind(v cfn.Value, target Target) TargetKind {
	switch {
	case target.Resource != nil && target.Resource.Type == "AWS::EC2::InternetGateway", strings.HasPrefix(v.Text, "igw-"):
		return InternetGateway
	case target.Resource != nil && target.Resource.Type == "AWS::EC2::VPNGateway", strings.HasPrefix(v.Text, "vgw-"):
		return Attachment
	case v.Kind == cfn.Text && v.Text == "local":
		return Local
	}
	return UnknownTarget
}

// candidate is a route that may decide about an address.
type candidate struct {
	Route
	bits   int // the length of the prefix; a prefix list counts more than any block
	unsure string
}

const listBits = 129

// lookup returns the route that decides about packets from the VPC to a place: the most specific one. unsure says why another route may
// decide instead. It is empty if none may.
func (table *Table) lookup(to place, v *VPC) (decides Route, unsure string) {
	if table.Unsure != "" {
		return Route{}, table.Unsure
	}
	best := candidate{Route: Route{Target: Target{Kind: Nowhere, Name: "no route"}}, bits: -1}
	local := localBits(to, v)
	if local >= 0 {
		best = candidate{Route: Route{Target: Target{Kind: Local, Name: "local"}}, bits: local}
	}
	var doubtful []candidate
	for _, r := range table.Routes {
		if r.propagated && local >= 0 {
			continue // Local routes go before propagated ones, however specific (VPC User Guide, "Route priority").
		}
		if r.Block.Base == "" && local >= 0 && r.Block.Prefix.Bits() <= local {
			continue // The VPC's own block is at least as specific.
		}
		isOutside := to.list != "" || to.subnet == nil && !to.inside && to.cell.Base == "" && r.Block.Base != ""
		if isOutside && r.List == "" && v.holds(r.Block) {
			continue // Addresses of a list, and those outside, are taken not to be the VPC's own.
		}
		if to.subnet != nil && to.subnet.Resource == nil && r.List == "" && v.hasSubnet(r.Block) {
			continue // A subnet outside the templates is none of those in them.
		}
		switch c, match := r.matches(to); {
		case match == address.No:
		case match == address.Perhaps && local >= 0 && r.Target.Kind == Attachment: // AWS refuses such a route to addresses of the VPC.
		case c.unsure != "":
			doubtful = append(doubtful, c)
		case c.bits > best.bits:
			best = c
		}
	}
	for _, c := range doubtful {
		if c.bits > best.bits && c.Target != best.Target {
			return best.Route, c.unsure
		}
	}
	return best.Route, ""
}

// The largest blocks that a VPC can have. A block that only a deployment knows is no larger.
const (
	largestVPC4 = 16
	largestVPC6 = 44
)

// specificity returns the length of the block's prefix. For a VPC's block that is not known, it returns the least length that the block
// can have.
func specificity(b Block) int {
	switch {
	case b.Base == "":
		return b.Prefix.Bits()
	case b.Is6():
		return largestVPC6
	}
	return largestVPC4
}

// localBits returns the length of the prefix by which a VPC's own router leads to a place, or -1 if it does not lead there.
func localBits(to place, v *VPC) int {
	bits := -1
	if v != nil && to.list == "" {
		for _, b := range v.Blocks {
			if b.Holds(to.cell) == address.Yes {
				bits = max(bits, specificity(b))
			}
		}
	}
	if bits < 0 && to.inside {
		return specificity(Block{Base: "its own", Prefix: netip.PrefixFrom(to.cell.From, 0)})
	}
	return bits
}

// mayListHold reports whether the prefix list of a route may hold a place that is known by its addresses. The list of a gateway endpoint
// holds no addresses of subnets.
func (r Route) mayListHold(to place) bool {
	if r.Target.Kind == GatewayEndpoint {
		return false
	}
	return to.subnet != nil || !to.ignoreUnresolved && !(isServiceList(r.List) && address.IsPrivate(to.cell))
}

// matches reports whether the route is to the place.
func (r Route) matches(to place) (candidate, address.Certainty) {
	c := candidate{Route: r, unsure: r.Unsure}
	switch {
	case r.List != "" && to.list == "" && r.mayListHold(to):
		c.unsure = cmp.Or(c.unsure, "whether "+to.cell.String()+" is in "+r.List+" is only known at deployment")
		c.bits = listBits
		return c, address.Perhaps
	case r.List != "" && to.list == "", r.List == "" && r.Block.Is6() != to.cell.Is6():
		return c, address.No
	case r.List != "":
		c.bits = listBits
		if r.List != to.list && !(r.service != nil && r.service.is(to.list)) {
			if r.Target.Kind != GatewayEndpoint || r.service.isOther(to.list) || isForeignName(to.list) {
				return c, address.No
			}
			c.unsure = cmp.Or(c.unsure, "whether "+to.list+" is the prefix list of "+r.List+" is only known at deployment")
		}
		return c, address.Yes
	case to.list != "" && r.Block.Prefix.Bits() > 0:
		c.bits = r.Block.Prefix.Bits()
		c.unsure = cmp.Or(c.unsure, "whether "+to.list+" holds addresses of "+r.Block.String()+" is only known at deployment")
		return c, address.Perhaps
	case to.list != "":
		return c, address.Yes
	}
	c.bits = r.Block.Prefix.Bits()
	if r.Block.Base != "" {
		c.bits = max(c.bits, 1) // Whatever the block is, it is smaller than all addresses: AWS refuses two routes to one destination.
	}
	if r.propagated {
		c.bits = listBits // It may lead to a part of the block only.
	}
	match := r.Block.Holds(to.cell)
	if match == address.Perhaps {
		c.unsure = cmp.Or(c.unsure, "whether the route to "+r.Block.String()+" matches "+to.cell.String()+" is only known at deployment")
		c.bits = listBits
	}
	return c, match
}
