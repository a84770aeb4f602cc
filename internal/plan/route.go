package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Target is where a route leads.
type Target int

// The targets.
const (
	ToInternetGateway Target = iota
	ToNATGateway
	ToEgressOnlyGateway
)

// Route is one route of one subnet's table. Subnet and Destination are its key.
type Route struct {
	Subnet      string
	Destination string
	Target      Target
	NAT         string // the key of the NAT gateway's subnet, for ToNATGateway
}

// The default routes' destinations.
const (
	everywhere4 = "0.0.0.0/0"
	everywhere6 = "::/0"
)

// FacesInternet reports whether a tier's subnets face the internet whatever its flows: a public edge tier's do. Any other
// tier's do once it may be reached from public addresses.
func FacesInternet(t arch.Tier) bool { return t.Kind == arch.Edge && !t.Internal && t.Imported == nil }

// OpensToInternet reports whether f makes its source open connections to the internet.
func OpensToInternet(f arch.Flow) bool {
	return f.From.Kind.IsTier() && f.To.IsPublic() && f.Path.Kind != arch.ThroughGateway
}

// reachability is what flows ask of some subnets' routes.
type reachability struct {
	public     bool       // faces the internet: both ways by the internet gateway
	out4, out6 *arch.Flow // a flow that opens connections to the internet, by family
}

// routes derives the subnets' routes and the NAT gateways they need.
func (p *Plan) routes() diag.List {
	if p.Model.Network.Wrapped {
		return nil
	}
	var diags diag.List
	needs := p.needs()
	tenants := p.tenants()
	diags = append(diags, p.sharedRoutes(needs, tenants)...)
	nats := NATSubnets(p.Model)
	anyNAT := false
	done := map[string]bool{}
	for _, t := range p.Model.Tiers {
		need := together(tenants[subnetOwner(t)], needs)
		for _, s := range p.Subnets[t.ID] {
			if done[s.Key] {
				continue
			}
			done[s.Key] = true
			switch {
			case need.public:
				p.Routes = append(p.Routes, Route{Subnet: s.Key, Destination: everywhere4})
				if p.Model.Network.IPv6 {
					p.Routes = append(p.Routes, Route{Subnet: s.Key, Destination: everywhere6})
				}
				continue
			case need.out4 != nil:
				anyNAT = true
				p.Routes = append(p.Routes, Route{Subnet: s.Key, Destination: everywhere4, Target: ToNATGateway, NAT: natFor(nats, s.Zone).Key})
			}
			if need.out6 != nil {
				p.Routes = append(p.Routes, Route{Subnet: s.Key, Destination: everywhere6, Target: ToEgressOnlyGateway})
			}
		}
	}
	if anyNAT {
		p.NAT = nats
		for _, s := range nats {
			p.Routes = append(p.Routes, Route{Subnet: s.Key, Destination: everywhere4})
		}
	}
	slices.SortFunc(p.Routes, func(a, b Route) int {
		return cmp.Or(strings.Compare(a.Subnet, b.Subnet), strings.Compare(a.Destination, b.Destination))
	})
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
		needs[t.ID] = &reachability{public: FacesInternet(t)}
	}
	for i := range p.Model.Flows {
		f := &p.Model.Flows[i]
		if f.To.Kind.IsTier() && f.From.IsPublic() {
			needs[f.To.Text].public = true
		}
		if !OpensToInternet(*f) {
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
		out[subnetOwner(t)] = append(out[subnetOwner(t)], t.ID)
	}
	return out
}

func subnetOwner(t arch.Tier) string {
	if t.SharesWith != "" {
		return t.SharesWith
	}
	return t.ID
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
		all, own := together(tenants[subnetOwner(t)], needs), needs[t.ID]
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

func (p *Plan) widenRoute(t arch.Tier, destination string, because arch.Flow) {
	p.Widenings = append(p.Widenings, arch.Widening{
		Control: "routes", Path: "tiers." + t.ID, Carries: "a route to " + destination,
		Reason: fmt.Sprintf("it shares subnets with %s, which may reach %s; the security groups still stop it", because.From, because.To),
	})
}
