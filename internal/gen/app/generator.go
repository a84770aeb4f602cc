package app

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// generator writes network_gen.go of one document.
type generator struct {
	doc     *document.Document
	options Options

	typ        string            // the type of the app: "Shop"
	fields     map[string]string // the fields of tiers by their ids
	balancers  map[string]string // the fields of load balancers by their ids
	webACLs    map[string]string // the fields of web ACLs by their ids
	watches    map[string]string // the fields of what watches the network by their ids
	locals     map[string]string // the local variables of peers by their names
	made       map[string]string // the fields of Resources by the names of resources
	constructs map[string]bool   // resources that are needed as constructs of CDK
	deferred   map[string]bool   // load balancers that need resources of workloads.go
	subnetSets map[string]string // the local variables of sets of existing subnets
	existing   bool              // the network wraps a VPC
	rules      bool              // files of Suricata rules are read

	variables        []wantedVariable
	environmentNames names
	resourceNames    names
	shopLocals       names

	current  *function
	problems diag.List
}

func newGenerator(d *document.Document, options Options) *generator {
	g := &generator{
		doc: d, options: options,
		fields: map[string]string{}, balancers: map[string]string{}, webACLs: map[string]string{}, watches: map[string]string{},
		locals: map[string]string{},
		made:   map[string]string{}, constructs: map[string]bool{}, deferred: map[string]bool{}, subnetSets: map[string]string{},
		environmentNames: names{"Name": true, "Account": true, "Region": true, "StackName": true, "Production": true},
		resourceNames:    names{}, shopLocals: names{"vpc": true},
	}
	g.typ = names{"Environment": true, "Resources": true}.unique(exported(d.Name), "App")
	g.name()
	g.resources()
	return g
}

// name gives everything that has a field or a variable its identifier.
func (g *generator) name() {
	fields := names{"Network": true, "Firewall": true, "Attach": true}
	for _, t := range g.doc.Tiers {
		if tierTypes[t.Kind] == "" {
			g.unknown("kind of tiers", t.Kind)
		}
		g.fields[t.ID] = fields.unique(exported(t.ID), "Tier")
	}
	for _, b := range g.doc.LoadBalancers {
		g.balancers[b.ID] = fields.unique(exported(b.ID), "Balancer")
	}
	for _, w := range g.doc.WebACLs {
		g.webACLs[w.ID] = fields.unique(exported(w.ID), "WebACL")
	}
	g.nameWatches(fields)
	for _, p := range g.doc.Peers {
		g.locals[p.Name] = g.shopLocals.unique(local(p.Name, "Peer"), "Peer")
	}
}

// refuse reports what the code cannot say.
func (g *generator) refuse(at diag.Position, summary, detail, fix string) {
	g.refuseAs("generate", at, summary, detail, fix)
}

// refuseAs reports what the code cannot say and the plan refuses as well, by the rule of the plan: one rule at one place is one mistake.
func (g *generator) refuseAs(rule string, at diag.Position, summary, detail, fix string) {
	g.problems.Add(diag.Diagnostic{Severity: diag.Error, Rule: rule, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at}})
}

// unknown reports a name of nothing. The document has checked the names of a file, but not those of a document from elsewhere.
func (g *generator) unknown(what, name string) {
	g.refuse(diag.Position{File: g.options.Source}, fmt.Sprintf("there is no %s %.60q", what, name),
		"something else names it", "add it, or name another")
}

// entry returns the entry of a list with a name. The document has checked that it is there, in every environment.
func entry[T any](list []T, name string, of func(T) string) T {
	for _, e := range list {
		if of(e) == name {
			return e
		}
	}
	var zero T
	return zero
}
