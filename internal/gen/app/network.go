package app

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// networkID returns the construct id of the network.
func networkID(d *document.Document) string {
	if d.Network.ID != "" {
		return d.Network.ID
	}
	return "Network"
}

// network writes the network.
func (g *generator) network() {
	n := g.doc.Network
	id := g.fixed(n.At, "the id of the network", networkID)
	existing := g.fixed(n.At, "whether the VPC exists already", func(d *document.Document) string {
		return strconv.FormatBool(d.Network.VPC != nil)
	})
	var l literal
	if existing == "true" {
		g.existingVPC()
		l.set("Vpc", "vpc")
	}
	g.addresses(&l, existing == "true")
	g.quotas(&l)
	g.current.do(n.At, "s.Network = "+call("tiers.NewNetwork", "scope", strconv.Quote(id), l.of("&tiers.NetworkProps")))
}

// addresses sets the fields about addresses and routes.
func (g *generator) addresses(l *literal, existing bool) {
	field := func(name, typ string, of func(document.Network) string) {
		l.set(name, g.value(name, typ, func(d *document.Document) string { return of(d.Network) }))
	}
	if !existing {
		field("CIDR", "string", func(n document.Network) string { return text(n.CIDR) })
		field("IPAM", "*tiers.IPAM", ipamCode)
		field("AvailabilityZones", "[]string", func(n document.Network) string { return texts(n.Zones) })
	}
	field("Blocks", "int", func(n document.Network) string { return number(n.Blocks) })
	field("IPv6", "bool", func(n document.Network) string { return truth(n.IPv6) })
	field("NAT", "tiers.NAT", func(n document.Network) string {
		return g.word(n.NAT, map[string]string{"per-zone": "tiers.NATPerZone", "single": "tiers.NATSingle"})
	})
	field("DefaultRoute", "tiers.Gateway", func(n document.Network) string { return gatewayCode(n.DefaultRoute) })
	field("NATAllocationIDs", "[]string", func(n document.Network) string { return idTexts(n.NATAddresses) })
	field("NATSubnets", "[]string", func(n document.Network) string { return texts(n.NATSubnets) })
	field("FirewallSubnets", "[]string", func(n document.Network) string { return texts(n.FirewallSubnets) })
	field("IngressSubnets", "[]string", func(n document.Network) string { return texts(n.IngressSubnets) })
	field("TransitSubnets", "[]string", func(n document.Network) string { return texts(n.TransitSubnets) })
}

// quotas sets the other fields.
func (g *generator) quotas(l *literal) {
	field := func(name, typ string, of func(document.Network) string) {
		l.set(name, g.value(name, typ, func(d *document.Document) string { return of(d.Network) }))
	}
	field("Layout", "tiers.Layout", func(n document.Network) string {
		return g.word(n.Layout, map[string]string{"one-stack": "tiers.OneStack", "nested-stacks": "tiers.NestedStacks"})
	})
	field("RulesPerGroup", "int", func(n document.Network) string { return number(n.RulesPerGroup) })
	field("NetworkACLs", "tiers.NetworkACLs", func(n document.Network) string {
		return g.word(n.NetworkACLs, map[string]string{"derived": "tiers.NetworkACLsOn", "none": "tiers.NetworkACLsOff"})
	})
	field("EntriesPerNetworkACL", "int", func(n document.Network) string { return number(n.EntriesPerNetworkACL) })
	field("SkipProof", "bool", func(n document.Network) string { return truth(n.SkipProof) })
}

// word returns the Go constant of a word, and nothing for no word. The document knows which words there are; one that is missing here is
// reported.
func (g *generator) word(w string, constants map[string]string) string {
	code, ok := constants[w]
	if !ok && w != "" {
		g.refuse(diag.Position{File: g.options.Source}, fmt.Sprintf("the word %.60q has no Go constant", w),
			"known are "+strings.Join(slices.Sorted(maps.Keys(constants)), ", "), "write one of these")
	}
	return code
}

func ipamCode(n document.Network) string {
	if n.IPAM == nil {
		return ""
	}
	return fmt.Sprintf("&tiers.IPAM{PoolID: %s, NetmaskLength: %d}", idText(n.IPAM.Pool), n.IPAM.Netmask)
}

// existingVPC declares the variable vpc.
func (g *generator) existingVPC() {
	zones := func(d *document.Document) string { return texts(d.ZoneNames()) }
	vpc := func(of func(*document.VPC) string) func(*document.Document) string {
		return func(d *document.Document) string {
			if d.Network.VPC == nil {
				return ""
			}
			return of(d.Network.VPC)
		}
	}
	var l literal
	l.set("VpcId", pointer(g.value("VPCID", "string", vpc(func(v *document.VPC) string { return idText(v.ID) }))))
	l.set("VpcCidrBlock", pointer(g.value("CIDR", "string", vpc(func(v *document.VPC) string { return idText(v.CIDR) }))))
	l.set("AvailabilityZones", "jsii.Strings("+g.value("Zones", "[]string", zones)+"...)")
	g.current.do(g.doc.Network.At, "vpc := "+call("awsec2.Vpc_FromVpcAttributes", "scope", `new("Vpc")`, l.of("&awsec2.VpcAttributes")))
	g.existing = true
}

// pointer returns the pointer to a value, as CDK takes it.
func pointer(value string) string {
	if value == "" {
		return ""
	}
	return "new(" + value + ")"
}

// subnetSet returns the selection of a named set of existing subnets, which one tier or more use.
func (g *generator) subnetSet(name string) string {
	if id, ok := g.subnetSets[name]; ok {
		return id
	}
	value := g.value(name+"Subnets", "[]zoneSubnet", func(d *document.Document) string {
		if d.Network.VPC == nil {
			return ""
		}
		set := entry(d.Network.VPC.Subnets, name, func(s document.SubnetSet) string { return s.Name })
		var elements []string
		for _, s := range set.Subnets {
			var l literal
			l.set("zone", text(s.Zone))
			l.set("id", idText(s.ID))
			l.set("routeTable", idText(s.RouteTable))
			elements = append(elements, list("{", l.fields, "}"))
		}
		return slice("zoneSubnet", elements)
	})
	id := g.shopLocals.unique(local(name, "Set")+"Subnets", "Set")
	g.current.do(entry(g.doc.Network.VPC.Subnets, name, func(s document.SubnetSet) string { return s.Name }).At,
		id+" := "+call("existing", "scope", strconv.Quote(exported(name)), value))
	g.subnetSets[name] = id
	return id
}

// existingCode is the part of network_gen.go that a wrapped VPC needs.
const existingCode = `
// zoneSubnet is an existing subnet in a zone. Gateway endpoints need its route table.
type zoneSubnet struct{ zone, id, routeTable string }

// existing returns the selection of existing subnets.
func existing(scope constructs.Construct, name string, subnets []zoneSubnet) *awsec2.SubnetSelection {
	var all []awsec2.ISubnet
	for _, s := range subnets {
		attributes := &awsec2.SubnetAttributes{SubnetId: &s.id, AvailabilityZone: &s.zone}
		if s.routeTable != "" {
			attributes.RouteTableId = &s.routeTable
		}
		all = append(all, awsec2.Subnet_FromSubnetAttributes(scope, new(name+s.zone), attributes))
	}
	return &awsec2.SubnetSelection{Subnets: &all}
}
`

// checkExisting reports what an existing VPC and the code cannot have together.
func (g *generator) checkExisting() {
	n := g.doc.Network
	if n.VPC == nil {
		return
	}
	for what, set := range map[string]bool{"cidr": n.CIDR != "", "ipam": n.IPAM != nil, "zones": len(n.Zones) > 0} {
		if set {
			g.refuse(n.At, "the network has vpc and "+what, "the existing VPC decides "+what, "remove "+what)
		}
	}
}
