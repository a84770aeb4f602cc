package plan

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// reachability is what flows ask of some subnets' routes.
type reachability struct {
	public     bool              // faces the internet: both ways by the internet gateway
	out4, out6 *arch.CheckedFlow // a flow that opens connections to the internet, by family
}

// needsOf says by tier what its own flows ask of routes.
func needsOf(m *arch.Model) map[string]*reachability {
	needs := map[string]*reachability{}
	for _, t := range m.Tiers {
		needs[t.ID] = &reachability{public: t.FacesInternet()}
	}
	for i := range m.Flows {
		f := &m.Flows[i]
		if f.LetsInternetIn() {
			needs[f.To.Text].public = true
		}
		if !f.OpensToInternet() {
			continue
		}
		need := needs[f.From.Text]
		v4, v6 := f.To.Families(m.Network.IPv6)
		if v4 && need.out4 == nil {
			need.out4 = f
		}
		if v6 && need.out6 == nil {
			need.out6 = f
		}
	}
	return needs
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

// sharedRoutes states what sharing subnets widens: a route serves every tenant. Private tiers never share subnets that face
// the internet.
func sharedRoutes(m *arch.Model, tenants tenants, needs map[string]*reachability) notes {
	var n notes
	for _, t := range m.Tiers {
		if t.SharesWith == "" {
			continue
		}
		owner, _ := m.Tier(t.SharesWith)
		if needs[t.ID].public != needs[owner.ID].public {
			n.diags.Add(publicSharing(m, t, owner, needs))
		}
	}
	for _, t := range m.Tiers {
		all, own := together(tenants[t.SubnetOwner()], needs), needs[t.ID]
		if all.public {
			continue
		}
		if all.out4 != nil && own.out4 == nil {
			n.widen(sharedRoute(m, t, everywhere4, *all.out4))
		}
		if all.out6 != nil && own.out6 == nil {
			n.widen(sharedRoute(m, t, everywhere6, *all.out6))
		}
	}
	return n
}

// publicSharing reports two tiers of which only one faces the internet, in the same subnets.
func publicSharing(m *arch.Model, t, owner arch.Tier, needs map[string]*reachability) diag.Diagnostic {
	public, private := t, owner
	if needs[owner.ID].public {
		public, private = owner, t
	}
	return diag.Diagnostic{
		Rule: "sharing", Path: m.Network.PathTo(m.Network.TierPath(t.ID)), At: []diag.Position{t.At, owner.At},
		Summary: "a private tier shares subnets with one that faces the internet",
		Detail:  fmt.Sprintf("%s faces the internet, %s does not, and a subnet has one route table", public.ID, private.ID),
		Fix:     "give the tier a " + m.Network.Say("Block", "`block`") + " of its own",
	}
}

func sharedRoute(m *arch.Model, t arch.Tier, destination string, because arch.CheckedFlow) arch.Widening {
	return arch.Widening{
		Control: "routes", Path: m.Network.TierPath(t.ID), Carries: "a route to " + destination,
		Reason: fmt.Sprintf("it shares subnets with %s, which may reach %s; the security groups still stop it", because.From, because.To),
	}
}
