package stack

import (
	"cmp"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
)

// Stack is the stack of an architecture in one environment.
type Stack struct {
	// Name is the name of the stack in CloudFormation: "Production-Shop". Physical names begin with it.
	Name        string
	File        string // of Template
	Template    *template.Template
	Declaration *proof.Declaration
}

// Make makes the stack of a document in an environment: d is the Document of e. extension is ".json" or ".yaml". today decides which flows
// have expired. With errors in the list the stack is nil.
//
// Paths and names are those of the generated CDK app, where the stack is in a stage with the environment's name.
func Make(d *document.Document, e document.Environment, extension string, today time.Time) (*Stack, diag.List) {
	diags := refused(d)
	a := d.Architecture(e)
	p, found := plan.Make(a, today)
	diags = append(diags, found...)
	if p != nil {
		diags = append(diags, withoutTables(p)...)
	}
	if diags.HasErrors() {
		return nil, diags.Sorted()
	}
	path := e.Name + "/" + d.Name
	out := &Stack{Name: cmp.Or(e.StackName, strings.ReplaceAll(path, "/", "-"))}
	out.File = out.Name + ".template" + extension
	v := values{d: d, e: e, parameters: map[string]template.Parameter{}}
	applications, networks := v.loadBalancers()
	out.Template, out.Declaration = template.Make(template.Input{
		Applications: applications, NetworkBalancers: networks,
		Plan: p, StackPath: path, StackName: out.Name, File: out.File, Account: e.Account, Region: e.PlaceRegion(),
		IPAMPool: pool(d.Network), Allocations: d.Network.NATAddresses, Existing: existing(d), Firewall: v.firewall(), WebACLs: v.webACLs(),
		Symbol: v.symbol,
	})
	for name, parameter := range v.parameters {
		if out.Template.Parameters == nil {
			out.Template.Parameters = map[string]template.Parameter{}
		}
		out.Template.Parameters[name] = parameter
	}
	return out, append(diags, template.Check(out.Template, p.Model.Network)...).Sorted()
}

// Files returns the files of the stack by their names: the templates, and the declaration beside them.
func (s *Stack) Files() (map[string][]byte, error) {
	declared, err := s.Declaration.Encode()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{s.File: s.Template.Encode(s.File), proof.FileName: declared}
	for name, nested := range s.Template.Nested {
		out[name] = nested.Encode(name)
	}
	return out, nil
}

func pool(n document.Network) string {
	if n.IPAM == nil {
		return ""
	}
	return n.IPAM.Pool
}

// existing says where the VPC of somebody else is; nil for a VPC of the network's own.
func existing(d *document.Document) *template.Existing {
	vpc := d.Network.VPC
	if vpc == nil {
		return nil
	}
	sets := map[string][]any{}
	for _, set := range vpc.Subnets {
		for _, s := range set.Subnets {
			sets[set.Name] = append(sets[set.Name], s.ID)
		}
	}
	out := &template.Existing{VPC: vpc.ID, Subnets: map[string][]any{}}
	for _, t := range d.Tiers {
		if len(t.Subnets) == 1 {
			out.Subnets[t.ID] = sets[t.Subnets[0]]
		}
	}
	if d.Endpoints != nil && len(d.Endpoints.Subnets) == 1 {
		out.Subnets[""] = sets[d.Endpoints.Subnets[0]]
	}
	return out
}

// withoutTables refuses gateway endpoints in a VPC of somebody else: they are routes, and the file does not name its route tables.
func withoutTables(p *plan.Plan) diag.List {
	var out diag.List
	if !p.Model.Network.Wrapped {
		return nil
	}
	for _, e := range p.VPCEndpoints {
		if !e.Gateway || e.Imported {
			continue
		}
		out = append(out, diag.Diagnostic{
			Rule: "stack-route-tables", Path: p.Model.Network.EndpointPath(e.Service),
			Summary: "a gateway endpoint in an existing VPC, whose route tables are not known",
			Detail:  "a gateway endpoint is a route in the route tables of the subnets, which the file does not name",
			Fix:     "if the VPC has the endpoint, say so under `endpoints`:\n  existing: {" + e.Service + ": {}}",
			At:      atOf(p.Model, e),
		})
	}
	return out
}

// atOf returns the lines of the grants that need an endpoint.
func atOf(m *arch.Model, e plan.VPCEndpoint) []diag.Position {
	for _, g := range m.Grants {
		for _, n := range g.Needs {
			if n.Service == e.Service && n.Gateway == e.Gateway {
				return []diag.Position{g.At}
			}
		}
	}
	return nil
}
