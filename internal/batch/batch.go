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

// Batch collects constructs to make, properties and tags to set, and questions. Run carries the steps out in their order. The zero Batch is
// empty.
//
// Values must be plain: texts, numbers, booleans, lists and structs of CDK. Tokens are texts.
//
// What a step is about is a construct, or what [Batch.Make] or [Batch.Child] returned.
type Batch struct {
	steps   []step
	objects []any
	indexes map[any]int // of objects
	answers []func(any) // to the questions
}

// Ref refers to a construct that a batch makes or finds.
type Ref struct{ index int }

// Resource is an L1 construct to make.
type Resource struct {
	Scope constructs.IConstruct
	ID    string
	// New is CDK's function that makes the resource, such as awsec2.NewCfnRoute.
	New any
	// Props are the props that New takes, such as *awsec2.CfnRouteProps.
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
	setOverride  action = "override"
	validate     action = "validate"
	addStatement action = "statement"
	setJSON      action = "json"
	findChild    action = "child"
	getProperty  action = "get"
)

// step is one step as batch.js reads it. Constructs are indexes of the batch's objects.
type step struct {
	Does     action         `json:"does"`
	Class    string         `json:"class,omitempty"` // of a resource to make: "aws-ec2.CfnRoute"
	Scope    int            `json:"scope"`           // or the construct to set something on
	ID       string         `json:"id"`              // or the name of the property, or the key of the tag
	Value    any            `json:"value"`           // props, options, the value of the property or tag, or the index of the checks
	After    []string       `json:"after,omitempty"`
	Needs    []int          `json:"needs,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
	As       int            `json:"as,omitempty"` // the index that the construct gets

	create any // see Resource.New
}

// Make adds a resource to make.
func (b *Batch) Make(r Resource) Ref {
	s := step{
		Does: makeResource, Class: classOf(r), Scope: b.index(r.Scope), ID: r.ID, Value: r.Props, After: r.After, Needs: b.needs(r.Needs),
		Metadata: r.Metadata, create: r.New,
	}
	return b.naming(s)
}

// Child adds a search for a child of a construct, or of the root of the tree if the id begins with a slash. Questions about a child that
// does not exist have no answer.
func (b *Batch) Child(of any, id string) Ref {
	return b.naming(step{Does: findChild, Scope: b.index(of), ID: id})
}

// naming adds a step whose construct later steps may refer to.
func (b *Batch) naming(s step) Ref {
	s.As = len(b.objects)
	b.objects, b.steps = append(b.objects, nil), append(b.steps, s)
	return Ref{s.As}
}

// AddRoute adds a route of a subnet, which replaces a route with the same id. The route depends on what it needs.
func (b *Batch) AddRoute(subnet awsec2.Subnet, id string, options *awsec2.AddRouteOptions, needs ...constructs.IDependable) {
	b.steps = append(b.steps, step{Does: addRoute, Scope: b.index(subnet), ID: id, Value: options, Needs: b.needs(needs)})
}

// Set adds a property to set on an L1 construct, or on that of an L2 construct. property is its name in CDK's TypeScript.
func (b *Batch) Set(of any, property string, value any) {
	b.steps = append(b.steps, step{Does: setProperty, Scope: b.index(of), ID: property, Value: value})
}

// SetJSON adds a property to set, as Set does, to a value as JSON. The value may hold tokens.
func (b *Batch) SetJSON(of any, property string, value any) {
	b.steps = append(b.steps, step{Does: setJSON, Scope: b.index(of), ID: property, Value: value})
}

// Allow adds a statement, in the words of IAM, to the policy of an L2 resource. What depends on the statement depends on what Allow
// returns. If the resource is imported, that does not exist, because the resource's owner maintains its policy.
func (b *Batch) Allow(on any, statement map[string]any) Ref {
	return b.naming(step{Does: addStatement, Scope: b.index(on), Value: statement})
}

// Tag adds a tag to set on an L1 construct, or on that of an L2 construct. It gives way to tags that users set with CDK's aspect.
func (b *Batch) Tag(on constructs.IConstruct, key, value string) {
	b.steps = append(b.steps, step{Does: setTag, Scope: b.index(on), ID: key, Value: value})
}

// Override adds a property to set on an L1 construct past CDK's types, as AddPropertyOverride does. property is its path in CloudFormation.
func (b *Batch) Override(of any, property string, value any) {
	b.steps = append(b.steps, step{Does: setOverride, Scope: b.index(of), ID: property, Value: value})
}

// Run carries out all steps and empties the batch. If CDK refuses one, Run panics with its path, as calls of CDK do.
func (b *Batch) Run() {
	steps, objects, answers := b.steps, b.objects, b.answers
	*b = Batch{}
	var got []any
	switch {
	case len(steps) == 0:
		return
	case load():
		text, err := json.Marshal(steps)
		if err != nil {
			panic(fmt.Errorf("batch: %w", err))
		}
		var out any
		runtime.StaticInvoke(class, "run", []any{objects, string(text)}, &out)
		got, _ = out.([]any)
	default:
		got = oneByOne(steps, objects)
	}
	for i, answer := range got {
		answers[i](answer)
	}
}

// index returns the index of an object, which it adds if it is new.
func (b *Batch) index(object any) int {
	if r, ok := object.(Ref); ok {
		return r.index
	}
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

// classOf returns the module and the class of a resource: "aws-ec2.CfnRoute" for awsec2.NewCfnRoute.
func classOf(r Resource) string {
	create := reflect.TypeOf(r.New)
	if create.In(2) != reflect.TypeOf(r.Props) {
		panic(fmt.Errorf("batch: %s takes %s, not %T", create.Out(0), create.In(2), r.Props))
	}
	made := create.Out(0)
	return "aws-" + strings.TrimPrefix(path.Base(made.PkgPath()), "aws") + "." + made.Name()
}
