package stack

import (
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/plan"
)

// Lacks returns an error for each thing that the stack of a document needs and the document does not say. The plan is that of the document.
func Lacks(d *document.Document, p *plan.Plan) diag.List {
	_, _, diags := watched(d, p)
	return slices.Concat(missingTablesOf(d, p), missingSubnets(d, p), undeclared(d, p.Model.Network.Path), diags)
}

// missingSubnets returns an error if the endpoints of an existing VPC have no subnets.
func missingSubnets(d *document.Document, p *plan.Plan) diag.List {
	placed := d.Endpoints != nil && (len(d.Endpoints.Subnets) > 0 || d.Endpoints.SharesWith != "")
	if d.Network.VPC == nil || len(d.Network.VPC.Subnets) == 0 || placed {
		return nil
	}
	var out diag.List
	for _, e := range p.VPCEndpoints {
		if !e.Gateway && !e.Imported {
			out.Add(diag.Diagnostic{
				Rule: "endpoint-subnets", Path: p.Model.Network.EndpointPath(e.Service),
				Summary: "the endpoint for " + e.Service + " has no subnets",
				Detail:  "nothing says which subnets of the existing VPC it stands in",
				Fix: "name a set of them under `endpoints`:\n  subnets: " + d.Network.VPC.Subnets[0].Name +
					"\nor, if the VPC has the endpoint already, say so under `endpoints`:\n  existing: {" + e.Service + ": {securityGroup: sg-...}}",
				At: []diag.Position{d.Network.At},
			})
		}
	}
	return out
}
