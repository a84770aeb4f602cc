package template

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/cdkname"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
)

// Template is a CloudFormation template.
type Template struct {
	Description string               `json:",omitempty"`
	Parameters  map[string]Parameter `json:",omitempty"`
	Resources   map[string]*Resource
	Outputs     map[string]Output `json:",omitempty"`
	// Nested are the templates of nested stacks, by their files, which belong into the folder of this one. The property TemplateURL of a stack
	// is its file, as the command aws cloudformation package expects it.
	Nested map[string]*Template `json:"-"`

	refused diag.List // what it cannot hold
}

// Resource is one resource, by its logical id. Its properties are maps, lists, texts, numbers and booleans.
type Resource struct {
	Type                string
	Properties          map[string]any    `json:",omitempty"`
	DependsOn           []string          `json:",omitempty"`
	DeletionPolicy      string            `json:",omitempty"`
	UpdateReplacePolicy string            `json:",omitempty"`
	Metadata            map[string]string `json:",omitempty"`

	after []string // paths of resources that it depends on
}

// Parameter is a value that a deployment states.
type Parameter struct {
	Type        string
	Description string `json:",omitempty"`
}

// Output is a value that other stacks may use.
type Output struct {
	Description string `json:",omitempty"`
	Value       any
	Export      map[string]any `json:",omitempty"`
}

// Make returns the template of a plan, and the declaration that says where its parts are. [Check] says what is wrong with the template.
func Make(in Input) (*Template, *proof.Declaration) {
	r := newRenderer(in.defaults())
	r.vpc()
	r.subnets()
	r.gateways()
	r.firewall()
	for _, a := range r.p.NetworkACLs {
		r.networkACL(a)
	}
	for _, g := range r.p.Groups {
		r.group(g)
	}
	for _, rule := range r.p.Rules {
		r.rule(rule)
	}
	for _, t := range r.p.Model.Tiers {
		r.instanceConnect(t)
	}
	for _, route := range r.p.Routes {
		r.route(route)
	}
	for _, e := range r.p.VPCEndpoints {
		r.vpcEndpoint(e)
	}
	for _, a := range r.in.Applications {
		r.application(a)
	}
	for _, b := range r.in.NetworkBalancers {
		r.networkBalancer(b)
	}
	for _, a := range r.p.WebACLs {
		r.webACL(a)
	}
	for _, s := range r.in.Shields {
		r.shield(s)
	}
	r.watch()
	r.logAccess()
	declared := r.declaration()
	r.finish()
	return r.main.template, declared
}

// pathKey is the metadata in which the CDK, too, states the path of a construct.
const pathKey = "aws:cdk:path"

// object is a JSON object.
type object = map[string]any

type renderer struct {
	in      Input
	p       *plan.Plan
	network arch.Network
	own     bool   // the network has a VPC of its own
	nests   bool   // into stacks of tiers and of network ACLs
	root    string // the path of the network in its stack
	main    *stack
	nested  map[string]*stack // by path under the network
	places  map[string]place  // by path under the network
	tiers   map[string]arch.Tier
	blocks  map[string]any            // of subnets, by key
	labels  map[string]string         // of subnets, by key
	symbols map[string]any            // the expressions of symbols
	logs    map[string]map[string]any // ARNs of log groups that logs are delivered to, by path of the policy, and by path or ARN
	ready   []string                  // the logical ids that routes to the firewall depend on
}

func newRenderer(in Input) *renderer {
	r := &renderer{
		in: in, p: in.Plan, network: in.Plan.Model.Network, root: strings.Join(in.networkPath(), "/"),
		main:   &stack{file: in.File, template: &Template{Resources: map[string]*Resource{}}},
		nested: map[string]*stack{}, places: map[string]place{}, tiers: map[string]arch.Tier{}, blocks: map[string]any{},
		labels: map[string]string{}, symbols: map[string]any{}, logs: map[string]map[string]any{},
	}
	r.own = !r.network.Wrapped
	r.nests = r.network.Layout == arch.NestedStacks && !in.OneStack
	for _, t := range r.p.Model.Tiers {
		r.tiers[t.ID] = t
	}
	return r
}

// put adds a resource by its path under the network.
func (r *renderer) put(path, kind string, properties object) *Resource {
	at := r.place(path)
	made := &Resource{Type: "AWS::" + kind, Properties: properties, Metadata: map[string]string{pathKey: r.in.StackPath + "/" + at.path}}
	if other := at.stack.template.Resources[at.id]; other != nil && other.Metadata[pathKey] != made.Metadata[pathKey] {
		r.refuse("template-id", "two resources have the same logical id",
			other.Metadata[pathKey]+" and "+made.Metadata[pathKey]+" have "+at.id, "give one of them another id")
	}
	at.stack.template.Resources[at.id] = made
	return made
}

// refuse records what the template cannot hold.
func (r *renderer) refuse(rule, summary, detail, fix string) {
	r.main.template.refused.Add(diag.Diagnostic{
		Rule: rule, Path: r.network.PathTo("network"), At: []diag.Position{r.network.At}, Summary: summary, Detail: detail, Fix: fix,
	})
}

// name returns the physical name of a construct by its path under the network, unless one is given.
func (r *renderer) name(path, given string) string {
	if given != "" {
		return given
	}
	return cdkname.ResourceName(append([]string{r.in.StackName}, strings.Split(r.place(path).path, "/")...)...)
}

// path returns the whole construct path of a path under the network.
func (r *renderer) path(path string) string {
	if r.in.StackPath == "" {
		return r.place(path).path
	}
	return r.in.StackPath + "/" + r.place(path).path
}

// dependsOn makes a resource depend on others, by their paths.
func (*renderer) dependsOn(made *Resource, paths ...string) {
	made.after = append(made.after, paths...)
}

// tags returns the property Tags: keys and values in turn, sorted by their keys.
func tags(pairs ...string) []any {
	var out []any
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, object{"Key": pairs[i], "Value": pairs[i+1]})
	}
	return out
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
