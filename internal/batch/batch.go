package batch

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Batch collects constructs to make, and properties and tags to set. Run carries the steps out in their order. The zero Batch is empty.
//
// Values must be plain: texts, numbers, booleans, lists and structs of CDK. Tokens are texts.
type Batch struct {
	steps   []step
	objects []any
	indexes map[any]int // of objects
}

// Resource is an L1 construct to make.
type Resource struct {
	Scope constructs.IConstruct
	ID    string
	// Props is a pointer to the props of the class, such as *awsec2.CfnRouteProps.
	Props any
	// After are the ids of resources in the same scope that the resource depends on. The batch may make them later.
	After []string
	// Needs are other constructs that the resource depends on.
	Needs []constructs.IDependable
	// Metadata is the resource's metadata by key.
	Metadata map[string]any
}

// action says what a step does.
type action string

const (
	makeResource action = "make"
	addRoute     action = "route"
	setProperty  action = "set"
	setTag       action = "tag"
)

// step is one step as batch.js reads it. Constructs are indexes of the batch's objects.
type step struct {
	Does     action         `json:"does"`
	Class    string         `json:"class,omitempty"` // of a resource to make: "aws-ec2.CfnRoute"
	Scope    int            `json:"scope"`           // or the construct to set something on
	ID       string         `json:"id"`              // or the name of the property, or the key of the tag
	Value    any            `json:"value"`           // props, options, or the value of the property or tag
	After    []string       `json:"after,omitempty"`
	Needs    []int          `json:"needs,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
}

// Make adds a resource to make.
func (b *Batch) Make(r Resource) {
	b.steps = append(b.steps, step{
		makeResource, classOf(r.Props), b.index(r.Scope), r.ID, r.Props, r.After, b.needs(r.Needs), r.Metadata,
	})
}

// AddRoute adds a route of a subnet, which replaces a route with the same id. The route depends on what it needs.
func (b *Batch) AddRoute(subnet awsec2.Subnet, id string, options *awsec2.AddRouteOptions, needs ...constructs.IDependable) {
	b.steps = append(b.steps, step{Does: addRoute, Scope: b.index(subnet), ID: id, Value: options, Needs: b.needs(needs)})
}

// Set adds a property to set on an L1 construct, or on that of an L2 construct. property is its name in CDK's TypeScript.
func (b *Batch) Set(of constructs.IConstruct, property string, value any) {
	b.steps = append(b.steps, step{Does: setProperty, Scope: b.index(of), ID: property, Value: value})
}

// Tag adds a tag to set on an L1 construct, or on that of an L2 construct. It gives way to tags that users set with CDK's aspect.
func (b *Batch) Tag(on constructs.IConstruct, key, value string) {
	b.steps = append(b.steps, step{Does: setTag, Scope: b.index(on), ID: key, Value: value})
}

// Run carries out all steps and empties the batch. If CDK refuses one, Run panics with its path, as calls of CDK do.
func (b *Batch) Run() {
	steps, objects := b.steps, b.objects
	*b = Batch{}
	switch {
	case len(steps) == 0:
	case load():
		text, err := json.Marshal(steps)
		if err != nil {
			panic(fmt.Errorf("batch: %w", err))
		}
		runtime.StaticInvokeVoid(class, "run", []any{objects, string(text)})
	default:
		oneByOne(steps, objects)
	}
}

// index returns the index of an object, which it adds if it is new.
func (b *Batch) index(object any) int {
	i, ok := b.indexes[object]
	if !ok {
		if b.indexes == nil {
			b.indexes = map[any]int{}
		}
		i = len(b.objects)
		b.objects, b.indexes[object] = append(b.objects, object), i
	}
	return i
}

func (b *Batch) needs(objects []constructs.IDependable) []int {
	out := make([]int, len(objects))
	for i, o := range objects {
		out[i] = b.index(o)
	}
	return out
}

// classOf returns the module and the class of props: "aws-ec2.CfnRoute" for *awsec2.CfnRouteProps.
func classOf(props any) string {
	t := reflect.TypeOf(props).Elem()
	service := strings.TrimPrefix(path.Base(t.PkgPath()), "aws")
	return "aws-" + service + "." + strings.TrimSuffix(t.Name(), "Props")
}
