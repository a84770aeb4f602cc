package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
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
	// Destination is the block that it is to; empty for a route to the block of the subnet with the key ToSubnet.
	Destination arch.Operand
	ToSubnet    string
	IPv6        bool // that a symbolic Destination is of IPv6 addresses
	Target      Target
	Via         string       // the key of the subnet that the NAT gateway or the firewall's endpoint stands in
	Gateway     arch.Gateway // of ToGateway
}

// EdgeTable stands for the route table of the internet gateway: it leads what comes in.
const EdgeTable = "InternetGateway"

// Compare orders routes by their keys.
func (r Route) Compare(q Route) int {
	return cmp.Or(strings.Compare(r.Subnet, q.Subnet), strings.Compare(r.Destination.Text, q.Destination.Text), strings.Compare(r.ToSubnet, q.ToSubnet))
}

// toInternet is the default route of one family.
func toInternet(subnet Subnet, destination string, target Target, via string) Route {
	return Route{Subnet: subnet.Key, Destination: arch.Operand{Text: destination}, Target: target, Via: via}
}

// The default routes' destinations.
const (
	everywhere4 = "0.0.0.0/0"
	everywhere6 = "::/0"
)

// OpensToInternet reports whether f makes its source open connections to the internet.
func OpensToInternet(f arch.Flow) bool {
	return f.From.Kind.IsTier() && f.To.IsPublic() && f.Path.Kind != arch.ThroughGateway && f.Path.Kind != arch.ByGatewayEndpoint
}

// reachability is what flows ask of some subnets' routes.
type reachability struct {
	public     bool              // faces the internet: both ways by the internet gateway
	out4, out6 *arch.CheckedFlow // a flow that opens connections to the internet, by family
}

// routes derives the routes of all tables and the NAT gateways they need.
func (p *Plan) routes() diag.List {
	if p.Model.Network.Wrapped {
		return nil
	}
	var diags diag.List
	needs := p.needs()
	tenants := p.tenants()
	diags = append(diags, p.sharedRoutes(needs, tenants)...)
	done := map[string]bool{}
	for _, t := range p.Model.Tiers {
		need := together(tenants[t.SubnetOwner()], needs)
		for _, s := range p.Subnets[t.ID] {
			if !done[s.Key] {
				done[s.Key] = true
				p.defaultRoutes(s, need)
			}
		}
	}
	for _, s := range p.NAT {
		p.Routes = append(p.Routes, toInternet(s, everywhere4, ToInternetGateway, ""))
	}
	p.gatewayRoutes()
	p.inspectionRoutes()
	slices.SortFunc(p.Routes, Route.Compare)
	p.Routes = slices.Compact(p.Routes)
	return append(diags, p.routeQuota()...)
}

// defaultRoutes leads what subnets send to the internet.
func (p *Plan) defaultRoutes(s Subnet, need reachability) {
	network := p.Model.Network
	switch {
	case need.public:
		if p.leads(arch.IngressPath) {
			endpoint := endpointKeys(p.Model, ForIngress)[s.Zone]
			p.Routes = append(p.Routes, toInternet(s, everywhere4, ToFirewall, endpoint))
			p.Routes = append(p.Routes, Route{Subnet: EdgeTable, ToSubnet: s.Key, Target: ToFirewall, Via: endpoint})
		} else {
			p.Routes = append(p.Routes, toInternet(s, everywhere4, ToInternetGateway, ""))
		}
		if network.IPv6 {
			p.Routes = append(p.Routes, toInternet(s, everywhere6, ToInternetGateway, ""))
		}
		return
	case network.DefaultRoute != nil:
		p.defaultGateway(s, need)
		return
	case need.out4 != nil:
		p.NAT = NATSubnets(p.Model)
		nat := natFor(p.NAT, s.Zone)
		if !p.leads(arch.EgressPath) {
			p.Routes = append(p.Routes, toInternet(s, everywhere4, ToNATGateway, nat.Key))
			break
		}
		endpoint := endpointKeys(p.Model, ForFirewall)[s.Zone]
		p.Routes = append(p.Routes, toInternet(s, everywhere4, ToFirewall, endpoint),
			Route{Subnet: nat.Key, ToSubnet: s.Key, Target: ToFirewall, Via: endpoint}) // The way back.
	}
	if need.out6 != nil {
		p.Routes = append(p.Routes, toInternet(s, everywhere6, ToEgressOnlyGateway, ""))
	}
}

// defaultGateway leads egress to another network, which inspects it or has the way to the internet.
func (p *Plan) defaultGateway(s Subnet, need reachability) {
	gateway := *p.Model.Network.DefaultRoute
	for destination, flow := range map[string]*arch.CheckedFlow{everywhere4: need.out4, everywhere6: need.out6} {
		if flow != nil {
			r := toInternet(s, destination, ToGateway, "")
			r.Gateway = gateway
			p.Routes = append(p.Routes, r)
		}
	}
}

// gatewayRoutes leads to the peers behind gateways, from the tiers that have flows with them in either direction.
func (p *Plan) gatewayRoutes() {
	for _, f := range p.Model.Flows {
		if f.Path.Kind != arch.ThroughGateway {
			continue
		}
		tier, far := f.From, f.To
		if !tier.Kind.IsTier() {
			tier, far = f.To, f.From
		}
		for _, s := range p.Subnets[tier.Text] {
			p.Routes = append(p.Routes, Route{Subnet: s.Key, Destination: far.Operand, IPv6: far.IPv6, Target: ToGateway, Gateway: f.Path.Via})
		}
	}
}

// maxRoutes is AWS's quota of routes for one table (Amazon VPC quotas).
const maxRoutes = 500

func (p *Plan) routeQuota() diag.List {
	counts := map[string]int{}
	for _, r := range p.Routes {
		counts[r.Subnet]++
	}
	var diags diag.List
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		if n := counts[table]; n > maxRoutes {
			diags.Add(diag.Diagnostic{Rule: "route-quota", Path: p.Model.Network.PathTo("network"), At: []diag.Position{p.Model.Network.At},
				Summary: "a route table has more routes than it may hold", Detail: fmt.Sprintf("that of %s has %d; allowed are %d", table, n, maxRoutes),
				Fix: "inspect fewer pairs of tiers, or name larger blocks"})
		}
	}
	return diags
}

// NATSubnets returns the subnets in which the network's NAT gateways stand once a flow needs any.
func NATSubnets(m *arch.Model) []Subnet {
	all := PurposeSubnets(m, ForNAT)
	if m.Network.NAT == arch.NATSingle && len(all) > 1 {
		return all[:1]
	}
	return all
}

// natFor returns the NAT gateway's subnet of the zone, or the single one.
func natFor(nats []Subnet, zone arch.Zone) Subnet {
	for _, s := range nats {
		if s.Zone == zone {
			return s
		}
	}
	return nats[0]
}

// needs says by tier what its own flows ask for.
func (p *Plan) needs() map[string]*reachability {
	needs := map[string]*reachability{}
	for _, t := range p.Model.Tiers {
		needs[t.ID] = &reachability{public: t.FacesInternet()}
	}
	for i := range p.Model.Flows {
		f := &p.Model.Flows[i]
		if f.To.Kind.IsTier() && f.From.IsPublic() && f.Path.Kind != arch.ThroughGateway {
			needs[f.To.Text].public = true
		}
		if !OpensToInternet(f.Flow) {
			continue
		}
		need := needs[f.From.Text]
		v4, v6 := f.To.Families(p.Model.Network.IPv6)
		if v4 && need.out4 == nil {
			need.out4 = f
		}
		if v6 && need.out6 == nil {
			need.out6 = f
		}
	}
	return needs
}

// tenants lists the tiers in each owner's subnets, the owner included.
func (p *Plan) tenants() map[string][]string {
	out := map[string][]string{}
	for _, t := range p.Model.Tiers {
		out[t.SubnetOwner()] = append(out[t.SubnetOwner()], t.ID)
	}
	return out
}

// together is what all tiers in the same subnets ask of their routes.
func together(tiers []string, needs map[string]*reachability) reachability {
	all := reachability{}
	for _, id := range tiers {
		need := needs[id]
		all.public = all.public || need.public
		if all.out4 == nil {
			all.out4 = need.out4
		}
		if all.out6 == nil {
			all.out6 = need.out6
		}
	}
	return all
}

// sharedRoutes states what sharing subnets widens: a route is every tenant's. Private tiers never share subnets that face
// the internet.
func (p *Plan) sharedRoutes(needs map[string]*reachability, tenants map[string][]string) diag.List {
	var diags diag.List
	for _, t := range p.Model.Tiers {
		if t.SharesWith == "" {
			continue
		}
		owner, _ := p.Model.Tier(t.SharesWith)
		if needs[t.ID].public != needs[owner.ID].public {
			public, private := t, owner
			if needs[owner.ID].public {
				public, private = owner, t
			}
			diags.Add(diag.Diagnostic{
				Rule: "sharing", Path: p.Model.Network.PathTo("tiers." + t.ID), At: []diag.Position{t.At, owner.At},
				Summary: "a private tier shares subnets with one that faces the internet",
				Detail:  fmt.Sprintf("%s faces the internet, %s does not, and a subnet has one route table", public.ID, private.ID),
				Fix:     "give the tier a Block of its own",
			})
		}
	}
	for _, t := range p.Model.Tiers {
		all, own := together(tenants[t.SubnetOwner()], needs), needs[t.ID]
		if all.public {
			continue
		}
		if all.out4 != nil && own.out4 == nil {
			p.widenRoute(t, everywhere4, *all.out4)
		}
		if all.out6 != nil && own.out6 == nil {
			p.widenRoute(t, everywhere6, *all.out6)
		}
	}
	return diags
}

func (p *Plan) widenRoute(t arch.Tier, destination string, because arch.CheckedFlow) {
	p.Widenings = append(p.Widenings, arch.Widening{
		Control: "routes", Path: "tiers." + t.ID, Carries: "a route to " + destination,
		Reason: fmt.Sprintf("it shares subnets with %s, which may reach %s; the security groups still stop it", because.From, because.To),
	})
}
