package stack

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan"
)

// existing says where the VPC of somebody else is; nil for a VPC of the network's own.
func existing(d *document.Document) *template.Existing {
	vpc := d.Network.VPC
	if vpc == nil {
		return nil
	}
	out := &template.Existing{
		VPC: imported(vpc.ID), Subnets: map[string][]any{}, RouteTables: map[string][]any{}, IDs: map[string][]string{},
	}
	add := func(tier string, names []string) {
		set := subnetsOf(d, names)
		for _, s := range set.Subnets {
			out.IDs[tier] = append(out.IDs[tier], set.ConstructID(s))
			out.Subnets[tier] = append(out.Subnets[tier], imported(s.ID))
			out.RouteTables[tier] = append(out.RouteTables[tier], imported(s.RouteTable))
		}
	}
	for _, t := range d.Tiers {
		add(t.ID, t.Subnets)
	}
	if d.Endpoints != nil {
		add("", d.Endpoints.Subnets)
	}
	return out
}

// subnetsOf returns the set of existing subnets with a name, which is the only one of the names.
func subnetsOf(d *document.Document, names []string) document.SubnetSet {
	i := -1
	if len(names) == 1 {
		i = slices.IndexFunc(d.Network.VPC.Subnets, func(s document.SubnetSet) bool { return s.Name == names[0] })
	}
	if i < 0 {
		return document.SubnetSet{}
	}
	return d.Network.VPC.Subnets[i]
}

// missingTablesOf returns an error for each existing subnet whose route table a gateway endpoint needs and the document does not name.
func missingTablesOf(d *document.Document, p *plan.Plan) diag.List {
	if d.Network.VPC == nil {
		return nil
	}
	var out diag.List
	for _, e := range p.VPCEndpoints {
		if !e.Gateway || e.Imported {
			continue
		}
		for _, t := range d.Tiers {
			if slices.Contains(e.Tiers, t.ID) {
				out = append(out, missingTables(p, e, subnetsOf(d, t.Subnets))...)
			}
		}
	}
	return out
}

func missingTables(p *plan.Plan, e plan.VPCEndpoint, set document.SubnetSet) diag.List {
	var out diag.List
	for _, s := range set.Subnets {
		if s.RouteTable != "" {
			continue
		}
		out = append(out, diag.Diagnostic{
			Rule: "route-table", Path: p.Model.Network.EndpointPath(e.Service),
			Summary: "the route table of the existing subnet " + s.ID + " is not known",
			Detail:  "the gateway endpoint for " + e.Service + " is a route in that table",
			Fix: fmt.Sprintf("in the set %s, write for %s `{subnet: %s, routeTable: rtb-...}`; or, if the VPC has the endpoint already, say so "+
				"under `endpoints`:\n  existing: {%s: {}}", set.Name, s.Zone, s.ID, e.Service),
			At: []diag.Position{set.At},
		})
	}
	return out
}
