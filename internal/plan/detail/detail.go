// Package detail lists a plan in full: each rule, route, entry and endpoint of each control, as rows of tables with stable names.
//
// It reads plans and derives nothing. Nothing else of the plan may depend on it, and it must not know how tables are shown.
package detail

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Table is a part of a plan. Its name and its columns never change.
type Table struct {
	Name    string   // "securityGroupRules"
	Title   string   // "Security group rules"
	Columns []string // "group", "direction" and so on
	Rows    [][]string
	// Keyed says that the first column identifies a row, of which the second is a value that may change.
	Keyed bool
	// Absent is the value of a key that a keyed table lacks. Empty is "0".
	Absent string
	// Note says what the values rest on; it may be empty.
	Note string
	// Place are columns that say only where something stands: a change of them changes nothing.
	Place []string
}

// Of lists a plan.
func Of(p *plan.Plan) []Table {
	return []Table{
		totals(p), costs(p), quotas(p), flows(p), subnets(p), groupRules(p), entries(p), routes(p), firewallRules(p), webACLRules(p),
		endpoints(p), endpointPolicies(p), widenings(p), dataClasses(p), policies(p),
	}
}

func flows(p *plan.Plan) Table {
	t := Table{
		Name: "flows", Title: "Flows", Place: []string{"declaredAt"},
		Columns: []string{"from", "to", "service", "because", "owner", "expires", "exception", "declaredAt"},
	}
	for _, f := range p.Model.Flows {
		at := make([]string, len(f.At))
		for i, position := range f.At {
			at[i] = position.String()
		}
		exception := ""
		if f.Exception {
			exception = "yes"
		}
		t.add(f.From.String(), f.To.String(), arch.FormatService(f.Ports), f.Reason, f.Owner, f.Expires, exception, strings.Join(at, ", "))
	}
	return t
}

func (t *Table) add(cells ...string) { t.Rows = append(t.Rows, cells) }

func groupRules(p *plan.Plan) Table {
	t := Table{
		Name: "securityGroupRules", Title: "Security group rules", Columns: []string{"group", "direction", "service", "peer", "description"},
	}
	add := func(r plan.Rule) {
		t.add(r.Group, r.Direction.Word(), r.Ports.String(), r.Peer.String(), r.Description)
	}
	for _, g := range p.Groups {
		for _, r := range g.Ingress {
			add(r)
		}
		for _, r := range g.Egress {
			add(r)
		}
		for _, r := range p.Rules {
			if r.Group == g.Tier {
				add(r.Rule)
			}
		}
	}
	for _, r := range p.Rules { // of groups that somebody else owns
		if owner, _ := p.Model.Tier(r.Group); owner.Imported != nil {
			add(r.Rule)
		}
	}
	return t
}

func entries(p *plan.Plan) Table {
	t := Table{
		Name: "networkACLEntries", Title: "Network ACL entries", Place: []string{"tiers", "number"},
		Columns: []string{"networkACL", "tiers", "direction", "number", "service", "block"},
	}
	for _, a := range p.NetworkACLs {
		for _, e := range a.Entries() {
			t.add(a.Key, strings.Join(a.Tiers, ", "), e.Direction.Word(), fmt.Sprint(e.Number), e.Ports.String(), e.Block.String())
		}
	}
	return t
}

// targets are the words of routes' targets.
var targets = map[plan.Target]string{
	plan.ToInternetGateway: "internet gateway", plan.ToNATGateway: "NAT gateway", plan.ToEgressOnlyGateway: "egress-only internet gateway",
	plan.ToFirewall: "firewall endpoint",
}

func routes(p *plan.Plan) Table {
	t := Table{Name: "routes", Title: "Routes", Columns: []string{"subnet", "destination", "target"}}
	for _, r := range p.Routes {
		destination, target := r.Destination.Text, targets[r.Target]
		if r.ToSubnet != "" {
			destination = "subnet " + r.ToSubnet
		}
		if r.Target == plan.ToGateway {
			target = r.Gateway.String()
		}
		if r.Via != "" {
			target += " in " + r.Via
		}
		t.add(r.Subnet, destination, target)
	}
	return t
}

func firewallRules(p *plan.Plan) Table {
	t := Table{Name: "firewallRules", Title: "Firewall rules", Columns: []string{"group", "sid", "does", "what"}}
	for _, g := range p.FirewallGroups {
		for _, r := range g.Rules {
			does := "passes"
			if r.Stop {
				does = "stops"
			}
			t.add(g.Concern.String(), fmt.Sprint(r.SID), does, p.Message(r))
		}
	}
	return t
}

func webACLRules(p *plan.Plan) Table {
	t := Table{
		Name: "webACLRules", Title: "Web ACL rules", Place: []string{"number"},
		Columns: []string{"tier", "number", "requests", "does", "wcu", "because"},
	}
	for _, a := range p.WebACLs {
		cost := a.Cost()
		for i, r := range a.Rules {
			t.add(a.Protection.Tier, fmt.Sprint(r.Priority), r.Name, r.Does(), fmt.Sprint(cost.Rules[i].Total), r.Reason)
		}
	}
	return t
}

func widenings(p *plan.Plan) Table {
	t := Table{Name: "widenings", Title: "Beyond the flows", Columns: []string{"control", "of", "carries", "because"}}
	for _, w := range p.Widenings {
		t.add(w.Control, w.Path, w.Carries, w.Reason)
	}
	return t
}

// purposes are the words of the network's own subnets.
var purposes = map[address.Purpose]string{
	address.ForNAT: "NAT", address.ForFirewall: "firewall", address.ForTransit: "transit", address.ForIngress: "ingress",
}

func subnets(p *plan.Plan) Table {
	t := Table{Name: "subnets", Title: "Subnets", Columns: []string{"subnet", "of", "zone", "cidr"}}
	seen := map[string]bool{}
	add := func(of string, list []address.Subnet) {
		for _, s := range list {
			if seen[s.Key] {
				continue
			}
			seen[s.Key] = true
			cidr := fmt.Sprintf("/%d, number %d", s.Bits, s.Index)
			if s.Prefix.IsValid() {
				cidr = s.Prefix.String()
			}
			t.add(s.Key, of, s.Zone.Name, cidr)
		}
	}
	for _, tier := range p.Model.Tiers {
		of := tier.ID
		if tier.Kind == arch.Endpoint {
			of = "endpoints"
		}
		if tier.SharesWith == "" {
			add(of, p.Subnets[tier.ID])
		}
	}
	add(purposes[address.ForNAT], p.NAT)
	add(purposes[address.ForFirewall], p.Endpoints)
	add(purposes[address.ForIngress], p.Associated)
	if slices.ContainsFunc(p.Routes, func(r plan.Route) bool { return r.Gateway.Kind == arch.TransitGateway }) && !p.Model.Network.Wrapped {
		add(purposes[address.ForTransit], address.PurposeSubnets(p.Model, address.ForTransit))
	}
	return t
}
