package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
)

var (
	listID   = lazyregexp.New(`^pl-[0-9a-f]{8,17}$`)
	zoneName = lazyregexp.New(`^[a-z]{2,5}(-[a-z]+)+-[0-9][a-z]$`)
	vpcID    = lazyregexp.New(`^vpc-[0-9a-f]{8,17}$`)
	subnetID = lazyregexp.New(`^subnet-[0-9a-f]{8,17}$`)
)

// defaultRegion stands for a Region that the templates do not say.
const defaultRegion = "us-east-1"

// vpcOf returns the VPC of most of the tiers' subnets.
func (i *importer) vpcOf() *reach.VPC {
	count := map[*reach.VPC]int{}
	var best *reach.VPC
	for _, t := range i.tiers {
		for _, s := range t.subnets {
			if s.VPC == nil {
				continue
			}
			if count[s.VPC]++; best == nil || count[s.VPC] > count[best] {
				best = s.VPC
			}
		}
	}
	return best
}

// network makes the network of the document.
func (i *importer) network() (document.Network, string) {
	if i.rulesOnly != nil {
		return i.rulesOnly.network(i)
	}
	v := i.vpcOf()
	zones, region := i.zones(v)
	n := document.Network{Zones: zones, IPv6: i.keeps6}
	if v == nil || v.Resource == nil || len(v.Blocks) == 0 || i.isSubnetMissing(v) {
		i.wrap(&n, v)
		return n, region
	}
	if v.Blocks[0].Base != "" {
		if n.IPAM = ipam(v); n.IPAM == nil {
			i.wrap(&n, v)
			return n, region
		}
	} else {
		n.CIDR = v.Blocks[0].String()
	}
	n.DefaultRoute = i.defaultRoute()
	i.nat(&n, v)
	i.exactSubnets(&n, v)
	return n, region
}

// isSubnetMissing reports whether members are in subnets that are not in the templates.
func (i *importer) isSubnetMissing(v *reach.VPC) bool {
	for _, t := range i.tiers {
		if !t.isNowhere() && slices.ContainsFunc(t.subnets, func(s *reach.Subnet) bool { return s.VPC == v && s.Resource == nil }) {
			return true
		}
	}
	return false
}

// zones returns the names of the network's zones and its Region.
func (i *importer) zones(v *reach.VPC) (zones []string, region string) {
	symbols := map[string]bool{}
	most := 0
	for _, t := range i.tiers {
		known := 0
		for _, s := range t.subnets {
			if s.VPC != v || s.Several {
				continue
			}
			known++
			if zoneName.MatchString(s.Zone) && !slices.Contains(zones, s.Zone) {
				zones = append(zones, s.Zone)
			} else if s.Zone != "" {
				symbols[s.Zone] = true
			}
		}
		most = max(most, known)
	}
	for _, s := range i.assembly.Stacks {
		if region == "" {
			region = s.Region
		}
	}
	if len(zones) > 0 {
		slices.Sort(zones)
		return zones, zones[0][:len(zones[0])-1]
	}
	if region == "" {
		region = defaultRegion
		i.assume("the Region is %s: the templates do not say; change `region` and `zones` together", region)
	}
	count := len(symbols)
	if count == 0 {
		count = most
	}
	for n := range min(max(count, 2), arch.MaxZones) {
		zones = append(zones, fmt.Sprintf("%s%c", region, 'a'+n))
	}
	return zones, region
}

// exactSubnets keeps the addresses of the tiers that have one subnet in each zone, and lets tiers in the same subnets share them.
func (i *importer) exactSubnets(n *document.Network, v *reach.VPC) {
	owners := map[string]*tier{}
	for _, t := range i.byRank() {
		if t.isNowhere() {
			continue
		}
		blocks := i.blocks(n, t, v)
		if owner := i.ownerOf(t); blocks == nil && owner != nil {
			i.document(t).SharesWith = owner.id
			i.assume("%s may stand in all subnets of %s, in some of which it is", t.id, owner.id)
			continue
		}
		if blocks == nil && n.IPAM == nil {
			i.residual(t.resource(), "the addresses of %s change: they are not one known subnet for each of the zones %s", t.id,
				strings.Join(n.Zones, ", "))
			continue
		}
		place := strings.Join(t.subnetNames(), "\x00")
		switch owner := owners[place]; {
		case owner == nil:
			owners[place] = t
			i.document(t).Subnets = blocks
		case isPublic(owner) == isPublic(t):
			i.document(t).SharesWith = owner.id
		default:
			i.residual(t.resource(), "the addresses of %s change: it is in the subnets of %s, which are public in a derived network",
				t.id, owner.id)
		}
	}
}

// subnetNames returns the names of the tier's subnets in alphabetical order.
func (t *tier) subnetNames() []string {
	var out []string
	for _, s := range t.subnets {
		out = append(out, s.Name)
	}
	slices.Sort(out)
	return out
}

// ownerOf returns a tier with subnets in the document that has all subnets of another tier, and more.
func (i *importer) ownerOf(t *tier) *tier {
	for _, owner := range i.byRank() {
		if owner != t && len(i.document(owner).Subnets) > 0 && isPublic(owner) == isPublic(t) &&
			!slices.ContainsFunc(t.subnets, func(s *reach.Subnet) bool { return !slices.Contains(owner.subnets, s) }) {
			return owner
		}
	}
	return nil
}

// isPublic reports whether a tier's subnets have a route from the internet.
func isPublic(t *tier) bool { return (t.kind == arch.Edge && !t.internal) || t.kind == arch.Bastion }

// byRank returns the tiers by kind.
func (i *importer) byRank() []*tier {
	out := slices.Clone(i.tiers)
	slices.SortStableFunc(out, func(a, b *tier) int { return int(a.kind) - int(b.kind) })
	return out
}

// blocks returns the blocks of a tier's subnets in the order of the zones; nil if they are not exactly one for each.
func (i *importer) blocks(n *document.Network, t *tier, v *reach.VPC) []string {
	if len(t.subnets) != len(n.Zones) {
		return nil
	}
	subnets := slices.Clone(t.subnets)
	slices.SortStableFunc(subnets, func(a, b *reach.Subnet) int { return strings.Compare(a.Zone, b.Zone) })
	var out []string
	zones := map[string]bool{}
	for at, s := range subnets {
		if s.VPC != v || n.IPAM != nil || len(s.Blocks) == 0 || s.Blocks[0].Base != "" || s.Blocks[0].Is6() {
			return nil
		}
		if zoneName.MatchString(s.Zone) && s.Zone != n.Zones[at] || s.Zone != "" && zones[s.Zone] {
			return nil
		}
		zones[s.Zone] = true
		out = append(out, s.Blocks[0].String())
	}
	return out
}

// wrap makes the network one in an existing VPC, with placeholders for ids that are not known.
func (i *importer) wrap(n *document.Network, v *reach.VPC) {
	vpc := &document.VPC{ID: "vpc-00000000", CIDR: "10.0.0.0/16"}
	if v != nil && vpcID.MatchString(v.Name) {
		vpc.ID = v.Name
	}
	if v != nil && len(v.Blocks) > 0 && v.Blocks[0].Base == "" && !v.Blocks[0].Is6() {
		vpc.CIDR = v.Blocks[0].String()
	}
	number := 0
	sets := map[string]string{}
	for _, t := range i.byRank() {
		name := i.setName(t, sets)
		i.document(t).Subnets = document.Texts{name}
		if slices.ContainsFunc(vpc.Subnets, func(s document.SubnetSet) bool { return s.Name == name }) {
			continue
		}
		set := document.SubnetSet{Name: name}
		for at, zone := range n.Zones {
			number++
			id := fmt.Sprintf("subnet-%08x", number)
			if at < len(t.subnets) && subnetID.MatchString(t.subnets[at].Name) {
				id = t.subnets[at].Name
			}
			set.Subnets = append(set.Subnets, document.ZoneSubnet{Zone: zone, ID: id})
		}
		vpc.Subnets = append(vpc.Subnets, set)
	}
	n.Zones, n.VPC = nil, vpc
	i.residual(nil, "the VPC or its subnets are not in the templates, so network.vpc has placeholders: fill in the real ids in place of "+
		"vpc-00000000, subnet-00000001 and so on, and check its cidr, %s", vpc.CIDR)
	i.assume("the comparison is for the security groups alone, because the routes and network ACLs are not in the templates")
}

// setName returns the name of the set of a tier's subnets: tiers in the same subnets have the same set.
func (i *importer) setName(t *tier, sets map[string]string) string {
	key := fmt.Sprint(isPublic(t), t.subnetNames())
	if t.isNowhere() {
		key = t.id
	}
	if sets[key] == "" {
		sets[key] = strings.ToLower(t.id)
	}
	return sets[key]
}

// document returns the tier in the document.
func (i *importer) document(t *tier) *document.Tier {
	at := slices.IndexFunc(i.doc.Tiers, func(d document.Tier) bool { return d.ID == t.id })
	return &i.doc.Tiers[at]
}
