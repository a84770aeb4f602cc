package reach

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// VPC is a virtual private cloud.
type VPC struct {
	Name     string        // "Shop/Vpc", or the id of one that is not in the templates
	Resource *cfn.Resource // nil for one that is not in the templates
	Blocks   []Block
	subnets  map[Block]bool // the blocks of its subnets in the templates
	unsure   string         // why it may have unseen attachments
	doubt    string         // the text of the resources that may change it
	doubtful []Block        // those of Blocks that it may not have
}

// Subnet is a subnet of a VPC.
type Subnet struct {
	Name     string
	Resource *cfn.Resource // nil for one that is not in the templates
	VPC      *VPC
	Zone     string // name of the availability zone, or the symbol for it
	Blocks   []Block
	Cells    []Cell
	ACL      *ACL   // nil where it is not known
	Table    *Table // nil where it is not known
	// Several says that this stands for a list of subnets of which not even the number is known.
	Several bool
	// Unsure says why the subnet may have another ACL or Table. It is empty if both are sure.
	Unsure string

	// Public says whether interfaces get a public address here if nothing else decides.
	Public address.Certainty

	// isIsolated says that no packet gets from the subnet to another network that is not the internet.
	isIsolated bool
	excluded   exclusion
	doubt      string // the text of the resources that may change it
	remedy     string // what to give to find out which subnet it is, from remedyOf; may be empty
	plain      int8   // 0 if not known yet, 1 for yes, 2 for no
}

// missing says that the routes and the network ACL of a subnet are not in the templates.
func (s *Subnet) missing() string {
	if s.Resource == nil && !s.Several {
		return "subnet " + s.Name + " is not in the templates" + s.remedy
	}
	if s.Resource == nil {
		return "the routes and the network ACL of " + s.Name + " are not in the templates" + s.remedy
	}
	return "the routes of subnet " + s.Name + " are not in the templates"
}

func (t *Topology) readVPC(r *cfn.Resource) {
	if r.Type != "AWS::EC2::VPC" {
		return
	}
	v := &VPC{Name: r.String(), Resource: r}
	block := r.Get("CidrBlock")
	if block.IsMissing() { // IPAM gives it.
		block = cfn.Value{Kind: cfn.Symbol, Text: r.String() + ".CidrBlock"}
	}
	v.Blocks = t.blocks(r, block, false)
	if len(v.Blocks) > 1 {
		v.doubtful = v.Blocks
	}
	if len(v.Blocks) == 1 && v.Blocks[0].Base == "" {
		t.ranges[r.String()+".CidrBlock"] = v.Blocks[0].Prefix
	}
	t.vpcs[r.String()] = v
	t.VPCs = append(t.VPCs, v)
}

func (t *Topology) readVPCBlock(r *cfn.Resource) {
	if r.Type != "AWS::EC2::VPCCidrBlock" {
		return
	}
	for _, at := range t.possibleVPCs(r.Get("VpcId"), t.conditional(r)) {
		if at.it == nil {
			continue
		}
		before := len(at.it.Blocks)
		t.addBlocks(r, at.it)
		if at.unsure != "" {
			at.it.doubtful = append(at.it.doubtful, at.it.Blocks[before:]...)
		}
	}
}

// addBlocks adds the blocks of a resource to a VPC.
func (t *Topology) addBlocks(r *cfn.Resource, v *VPC) {
	four, six := r.Get("CidrBlock"), r.Get("Ipv6CidrBlock")
	v.Blocks = append(v.Blocks, t.blocks(r, four, false)...)
	v.Blocks = append(v.Blocks, t.blocks(r, six, true)...)
	if four.IsMissing() && six.IsMissing() { // Amazon or IPAM gives it.
		base := v.Name + ".Ipv6CidrBlocks[0]"
		if !r.Get("Ipv4IpamPoolId").IsMissing() {
			base = r.String() + ".CidrBlock"
			v.Blocks = append(v.Blocks, Block{Base: base, Prefix: address.Anywhere4.Prefix})
			return
		}
		v.Blocks = append(v.Blocks, Block{Base: base, Prefix: address.Anywhere6.Prefix})
	}
}

// VPCOf returns the VPC that v refers to. A VPC that is not in the templates is added to the topology. It returns nil for a missing value.
func (t *Topology) VPCOf(v cfn.Value) *VPC {
	if v.IsMissing() {
		return nil
	}
	name := v.String()
	if isOf(v, "AWS::EC2::VPC", "VpcId") {
		name = v.Resource.String()
	}
	if found := t.vpcs[name]; found != nil {
		return found
	}
	made := &VPC{Name: name}
	t.vpcs[name] = made
	t.VPCs = append(t.VPCs, made)
	return made
}

func (t *Topology) readPrefixList(r *cfn.Resource) {
	if r.Type != "AWS::EC2::PrefixList" || t.conditional(r) != "" {
		return
	}
	six := r.Get("AddressFamily").String() == "IPv6"
	blocks := []Block{}
	for _, e := range elements(r.Get("Entries")) {
		if e.unsure != "" || e.Kind != cfn.Map {
			return // Some entries are not known, so the list stays a name.
		}
		b, err := t.BlockOf(e.Get("Cidr"), six)
		if err != nil {
			t.gap(r, "%v", err)
			return
		}
		blocks = append(blocks, b)
	}
	t.lists[r.String()] = blocks
}

func (t *Topology) readSubnet(r *cfn.Resource) {
	if r.Type != "AWS::EC2::Subnet" {
		return
	}
	s := &Subnet{
		Name: r.String(), Resource: r, VPC: t.VPCOf(r.Get("VpcId")), Zone: r.Get("AvailabilityZone").String(), Unsure: t.conditional(r),
		Public: publicByDefault(r.Get("MapPublicIpOnLaunch")),
	}
	four, six := r.Get("CidrBlock"), r.Get("Ipv6CidrBlock")
	if four.IsMissing() && !r.Get("Ipv4IpamPoolId").IsMissing() {
		four = cfn.Value{Kind: cfn.Symbol, Text: r.String() + ".CidrBlock"}
	}
	s.Blocks = append(t.blocks(r, four, false), t.blocks(r, six, true)...)
	if four.Kind == cfn.Choice {
		s.Unsure = cmp.Or(s.Unsure, four.Doubt())
	}
	t.subnets[r.String()] = s
	t.Subnets = append(t.Subnets, s)
}

// publicByDefault reads MapPublicIpOnLaunch. A subnet that states false gives no addresses, and neither do the resources in it. A subnet
// that states nothing gives no addresses by itself, but somebody may give one to an interface in it.
func publicByDefault(v cfn.Value) address.Certainty {
	switch value, known := v.Bool(); {
	case known && value:
		return address.Yes
	case known:
		return address.No
	}
	return address.Perhaps
}

// readSubnetBlock adds a block that a subnet gets from a resource of its own.
func (t *Topology) readSubnetBlock(r *cfn.Resource) {
	if r.Type != "AWS::EC2::SubnetCidrBlock" {
		return
	}
	six := r.Get("Ipv6CidrBlock")
	if six.IsMissing() { // IPAM gives it.
		six = cfn.Value{Kind: cfn.Symbol, Text: r.String() + ".Ipv6CidrBlock"}
	}
	if s := t.Subnet(r.Get("SubnetId")); s.Resource != nil {
		s.Blocks = append(s.Blocks, t.blocks(r, six, true)...)
		s.Unsure = cmp.Or(s.Unsure, t.conditional(r))
	}
}

// Subnet returns the subnet that v refers to. A subnet that is not in the templates is added to the topology.
func (t *Topology) Subnet(v cfn.Value) *Subnet {
	name := v.String()
	if isOf(v, "AWS::EC2::Subnet", "SubnetId") {
		name = v.Resource.String()
	}
	if found := t.subnets[name]; found != nil {
		return found
	}
	made := &Subnet{Name: name, Cells: unknownCells(name), Public: address.Perhaps, remedy: remedyOf(v)}
	t.subnets[name] = made
	t.Subnets = append(t.Subnets, made)
	return made
}

// unknownCells returns the addresses of a subnet that is not in the templates: a symbolic range in each family.
func unknownCells(subnet string) []Cell {
	var out []Cell
	for _, b := range []Block{address.Anywhere4, address.Anywhere6} {
		b.Base = "addresses of " + subnet
		out = append(out, address.CellOf(b))
	}
	return out
}

// mayHold reports whether an address may be one of the VPC's, because a block of the VPC is not sure or not known.
func (v *VPC) mayHold(c Cell) bool {
	if v == nil {
		return false
	}
	if slices.ContainsFunc(v.doubtful, func(b Block) bool { return b.Holds(c) != address.No }) {
		return true
	}
	return c.Base == "" && address.IsUnroutable(c) &&
		slices.ContainsFunc(v.Blocks, func(b Block) bool { return b.Base != "" && b.Is6() == c.Is6() })
}

// surelyHas reports whether an address is surely one of the VPC's.
func (v *VPC) surelyHas(c Cell) bool {
	return v != nil && slices.ContainsFunc(v.Blocks, func(b Block) bool { return b.Holds(c) == address.Yes })
}

// holds reports whether a block is a part of one of the VPC's blocks.
func (v *VPC) holds(b Block) bool {
	return v != nil && slices.ContainsFunc(v.Blocks, func(own Block) bool {
		return own.Base == b.Base && own.Prefix.Bits() <= b.Prefix.Bits() && own.Prefix.Overlaps(b.Prefix)
	})
}

// finishSubnets gives every subnet the table and ACL that AWS falls back to, and cuts its addresses into cells.
func (t *Topology) finishSubnets() {
	inner := t.literalBlocks()
	for _, s := range t.Subnets {
		if s.VPC != nil && s.Resource != nil {
			s.VPC.addSubnet(s.Blocks)
		}
		if s.VPC != nil && s.VPC.Resource != nil {
			if s.Table == nil {
				s.Table = t.mainTable(s.VPC)
			}
			if s.ACL == nil {
				s.ACL = t.defaultACL(s.VPC)
			}
		}
		for _, b := range s.Blocks {
			s.Cells = append(s.Cells, address.Cut(b, inner)...)
		}
	}
}

// literalBlocks returns all literal blocks that a rule, entry or route names, sorted by address.
func (t *Topology) literalBlocks() []Block {
	seen := map[Block]bool{}
	add := func(b Block) {
		if b.IsValid() && b.Base == "" && b.Prefix.Bits() > 0 {
			seen[b] = true
		}
	}
	for _, g := range t.Groups {
		for r := range g.AllRules() {
			add(r.Peer.Block)
		}
	}
	for _, a := range t.acls {
		for _, e := range slices.Concat(a.In, a.Out) {
			add(e.Block)
		}
	}
	for _, table := range t.tables {
		for _, r := range table.Routes {
			add(r.Block)
		}
	}
	for _, f := range t.firewalls {
		for _, b := range f.Blocks() {
			add(b)
		}
	}
	out := make([]Block, 0, len(seen))
	for b := range seen {
		out = append(out, b)
	}
	slices.SortFunc(out, address.Compare)
	return out
}

func (v *VPC) addSubnet(blocks []Block) {
	if v.subnets == nil {
		v.subnets = map[Block]bool{}
	}
	for _, b := range blocks {
		v.subnets[b] = true
	}
}

// hasSubnet reports whether a block is the block of a subnet in the templates.
func (v *VPC) hasSubnet(b Block) bool { return v != nil && v.subnets[b] }
