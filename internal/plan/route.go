package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Target is what a route leads to.
type Target int

// The targets.
const (
	ToInternetGateway Target = iota
	ToNATGateway
	ToEgressOnlyGateway
	ToFirewall // an endpoint of the network firewall
	ToGateway  // another network's
)

// Route is one route of one table. Subnet, Destination and ToSubnet are its key.
type Route struct {
	Subnet string // the key of the subnet whose table it is in, or [EdgeTable]
	// Destination is the block that the route leads to. It is empty if the route leads to the block of the subnet with the key
	// ToSubnet.
	Destination arch.Operand
	ToSubnet    string
	IPv6        bool // whether a symbolic Destination is of IPv6 addresses
	Target      Target
	Via         string       // the key of the subnet that the NAT gateway or the firewall's endpoint stands in
	Gateway     arch.Gateway // of ToGateway
}

// EdgeTable stands for the route table of the internet gateway: it leads what comes in.
const EdgeTable = "InternetGateway"

// The default routes' destinations.
const (
	everywhere4 = "0.0.0.0/0"
	everywhere6 = "::/0"
)

// ID returns the construct id of a route in its table. EC2 tells the routes of a table apart by the destination, so the id depends on
// nothing else.
func (r Route) ID() string {
	switch r.Destination.Text {
	case everywhere4:
		return "DefaultRoute"
	case everywhere6:
		return "DefaultRouteIpv6"
	case "":
		return "To-" + r.ToSubnet
	}
	return "To-" + strings.NewReplacer("/", "-", ".", "-", ":", "-").Replace(r.Destination.Text)
}

// IsDefault reports whether a route leads to every address of a family.
func (r Route) IsDefault() bool {
	return r.Destination.Text == everywhere4 || r.Destination.Text == everywhere6
}

// Compare orders routes by their keys.
func (r Route) Compare(q Route) int {
	return cmp.Or(strings.Compare(r.Subnet, q.Subnet), strings.Compare(r.Destination.Text, q.Destination.Text),
		strings.Compare(r.ToSubnet, q.ToSubnet))
}

// toInternet is the default route of one family.
func toInternet(subnet address.Subnet, destination string, target Target, via string) Route {
	return Route{Subnet: subnet.Key, Destination: arch.Operand{Text: destination}, Target: target, Via: via}
}

// routePlan holds the routes of all tables and the subnets with a NAT gateway each.
type routePlan struct {
	list []Route
	nat  []address.Subnet
	notes
}

// routesOf derives the routes of all tables and the NAT gateways that they need. A wrapped VPC has its own.
func routesOf(m *arch.Model, subnets map[string][]address.Subnet, tenants tenants) routePlan {
	if m.Network.Wrapped {
		return routePlan{}
	}
	needs := needsOf(m)
	b := routeBuilder{m: m, subnets: subnets}
	done := map[string]bool{}
	for _, t := range m.Tiers {
		need := together(tenants[t.SubnetOwner()], needs)
		for _, s := range subnets[t.ID] {
			if !done[s.Key] {
				done[s.Key] = true
				b.defaultRoutes(s, need)
			}
		}
	}
	for _, s := range b.nat {
		b.add(toInternet(s, everywhere4, ToInternetGateway, ""))
	}
	b.gatewayRoutes()
	b.inspectionRoutes()
	slices.SortFunc(b.routes, Route.Compare)
	out := routePlan{list: slices.Compact(b.routes), nat: b.nat, notes: sharedRoutes(m, tenants, needs)}
	out.diags = append(out.diags, routeQuota(m, out.list)...)
	return out
}

// routeBuilder collects routes, and the NAT gateways that some of them lead to.
type routeBuilder struct {
	m       *arch.Model
	subnets map[string][]address.Subnet
	routes  []Route
	nat     []address.Subnet
}

func (b *routeBuilder) add(routes ...Route) { b.routes = append(b.routes, routes...) }

// defaultRoutes leads what a subnet sends to the internet.
func (b *routeBuilder) defaultRoutes(s address.Subnet, need reachability) {
	switch {
	case need.public:
		b.publicRoutes(s)
		return
	case b.m.Network.DefaultRoute != nil:
		b.defaultGateway(s, need)
		return
	case need.out4 != nil:
		b.natRoutes(s)
	}
	if need.out6 != nil {
		b.add(toInternet(s, everywhere6, ToEgressOnlyGateway, ""))
	}
}

// publicRoutes leads a subnet that faces the internet to the internet gateway, through the firewall if it inspects ingress.
func (b *routeBuilder) publicRoutes(s address.Subnet) {
	if leads(b.m, arch.IngressPath) {
		endpoint := endpointKeys(b.m, address.ForIngress)[s.Zone]
		b.add(toInternet(s, everywhere4, ToFirewall, endpoint), Route{Subnet: EdgeTable, ToSubnet: s.Key, Target: ToFirewall, Via: endpoint})
	} else {
		b.add(toInternet(s, everywhere4, ToInternetGateway, ""))
	}
	if b.m.Network.IPv6 {
		b.add(toInternet(s, everywhere6, ToInternetGateway, ""))
	}
}

// natRoutes leads a private subnet to a NAT gateway, through the firewall if it inspects egress.
func (b *routeBuilder) natRoutes(s address.Subnet) {
	b.nat = NATSubnets(b.m)
	nat := natFor(b.nat, s.Zone)
	if !leads(b.m, arch.EgressPath) {
		b.add(toInternet(s, everywhere4, ToNATGateway, nat.Key))
		return
	}
	endpoint := endpointKeys(b.m, address.ForFirewall)[s.Zone]
	b.add(toInternet(s, everywhere4, ToFirewall, endpoint),
		Route{Subnet: nat.Key, ToSubnet: s.Key, Target: ToFirewall, Via: endpoint}) // The way back.
}

// defaultGateway leads egress to another network, which inspects it or has the way to the internet.
func (b *routeBuilder) defaultGateway(s address.Subnet, need reachability) {
	for destination, flow := range map[string]*arch.CheckedFlow{everywhere4: need.out4, everywhere6: need.out6} {
		if flow != nil {
			r := toInternet(s, destination, ToGateway, "")
			r.Gateway = *b.m.Network.DefaultRoute
			b.add(r)
		}
	}
}

// gatewayRoutes leads to the peers behind gateways, from the tiers that have flows with them in either direction.
func (b *routeBuilder) gatewayRoutes() {
	for _, f := range b.m.Flows {
		if f.Path.Kind != arch.ThroughGateway {
			continue
		}
		tier, far := f.From, f.To
		if !tier.Kind.IsTier() {
			tier, far = f.To, f.From
		}
		for _, s := range b.subnets[tier.Text] {
			b.add(Route{Subnet: s.Key, Destination: far.Operand, IPv6: far.IPv6, Target: ToGateway, Gateway: f.Path.Via})
		}
	}
}

// NATSubnets returns the subnets in which the network's NAT gateways stand once a flow needs any.
func NATSubnets(m *arch.Model) []address.Subnet {
	all := address.PurposeSubnets(m, address.ForNAT)
	if m.Network.NAT == arch.NATSingle && len(all) > 1 {
		return all[:1]
	}
	return all
}

// natFor returns the NAT gateway's subnet of the zone, or the single one.
func natFor(nats []address.Subnet, zone arch.Zone) address.Subnet {
	for _, s := range nats {
		if s.Zone == zone {
			return s
		}
	}
	return nats[0]
}

func routeQuota(m *arch.Model, routes []Route) diag.List {
	counts := map[string]int{}
	for _, r := range routes {
		counts[r.Subnet]++
	}
	var diags diag.List
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		if n := counts[table]; n > catalog.RoutesPerTable {
			diags.Add(diag.Diagnostic{
				Rule: "route-quota", Path: m.Network.PathTo("network"), At: []diag.Position{m.Network.At},
				Summary: "a route table has more routes than it may hold",
				Detail:  fmt.Sprintf("that of %s has %d; allowed are %d", table, n, catalog.RoutesPerTable),
				Fix:     "inspect fewer pairs of tiers, or name larger blocks",
			})
		}
	}
	return diags
}
