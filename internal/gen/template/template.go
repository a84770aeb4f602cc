package template

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
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
}

// Resource is one resource, by its logical id. Its properties are maps, lists, texts, numbers and booleans.
type Resource struct {
	Type                string
	Properties          map[string]any    `json:",omitempty"`
	DependsOn           []string          `json:",omitempty"`
	DeletionPolicy      string            `json:",omitempty"`
	UpdateReplacePolicy string            `json:",omitempty"`
	Metadata            map[string]string `json:",omitempty"`
}

// Parameter is a value that a deployment states.
type Parameter struct{ Type, Description string }

// Output is a value that other stacks may import.
type Output struct {
	Description string
	Value       any
	Export      map[string]any `json:",omitempty"`
}

// Make returns the template of a plan in one stack, and the declaration that says where its parts are. The template does not depend on the
// layout of the network: [Check] says whether one stack can hold it.
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
	for _, route := range r.p.Routes {
		r.route(route)
	}
	for _, e := range r.p.VPCEndpoints {
		r.vpcEndpoint(e)
	}
	for _, a := range r.p.WebACLs {
		r.webACL(a)
	}
	r.logAccess()
	return r.out, r.declaration()
}

// object is a JSON object.
type object = map[string]any

type renderer struct {
	in      Input
	p       *plan.Plan
	network arch.Network
	own     bool     // the network has a VPC of its own
	root    []string // the path of the network in its stack
	out     *Template
	blocks  map[string]any    // of subnets, by key
	labels  map[string]string // of tiers whose network ACLs exist, by key
	symbols map[string]any    // the expressions of symbols
	ids     map[string]string // logical ids, by path
	logs    map[string]any    // ARNs of log groups that logs are delivered to, by construct path or ARN
	ready   []string          // the logical ids that routes to the firewall depend on
	tiers   map[string]arch.Tier
}

func newRenderer(in Input) *renderer {
	r := &renderer{
		in: in, p: in.Plan, network: in.Plan.Model.Network, own: !in.Plan.Model.Network.Wrapped, root: in.networkPath(),
		out:    &Template{Resources: map[string]*Resource{}},
		blocks: map[string]any{}, labels: map[string]string{}, symbols: map[string]any{}, ids: map[string]string{}, logs: map[string]any{},
		tiers: map[string]arch.Tier{},
	}
	for _, t := range r.p.Model.Tiers {
		r.tiers[t.ID] = t
	}
	return r
}

// put adds a resource by its path under the network.
func (r *renderer) put(path, kind string, properties object) *Resource {
	made := &Resource{Type: "AWS::" + kind, Properties: properties, Metadata: map[string]string{"aws:cdk:path": r.in.StackPath + "/" + r.inStack(path)}}
	r.out.Resources[r.id(path)] = made
	return made
}

// inStack returns the path in the stack of a path under the network. A path that begins with a slash is in the stack already.
func (r *renderer) inStack(path string) string {
	if own, ok := strings.CutPrefix(path, "/"); ok {
		return own
	}
	return strings.Join(r.root, "/") + "/" + path
}

// id returns the logical id of a resource by its path under the network.
func (r *renderer) id(path string) string {
	id, ok := r.ids[path]
	if !ok {
		if r.in.LogicalID != nil {
			id = r.in.LogicalID(path)
		} else {
			id = cdkname.LogicalID(strings.Split(r.inStack(path), "/")...)
		}
		r.ids[path] = id
	}
	return id
}

// name returns the physical name of a construct by its path under the network, unless one is given.
func (r *renderer) name(path, given string) string {
	if given != "" {
		return given
	}
	return cdkname.ResourceName(append([]string{r.in.StackName}, strings.Split(r.inStack(path), "/")...)...)
}

// path returns the whole construct path of a path under the network.
func (r *renderer) path(path string) string { return r.network.Path + "/" + path }

func (r *renderer) ref(path string) object { return object{"Ref": r.id(path)} }

func (r *renderer) attribute(path, name string) object {
	return object{"Fn::GetAtt": []any{r.id(path), name}}
}

// dependsOn makes a resource depend on others, by their paths.
func (r *renderer) dependsOn(made *Resource, paths ...string) {
	for _, path := range paths {
		made.DependsOn = append(made.DependsOn, r.id(path))
	}
	slices.Sort(made.DependsOn)
	made.DependsOn = slices.Compact(made.DependsOn)
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
