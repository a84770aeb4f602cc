package batch

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Batch collects constructs to make, and properties and tags to set, below a root. Paths are relative to the root. Run carries the steps out in their
// order.
type Batch struct {
	root  constructs.Construct
	steps []step
}

// New returns an empty batch.
func New(root constructs.Construct) *Batch { return &Batch{root: root} }

// Resource is an L1 construct to make. Values must be plain: texts, numbers, booleans, lists and structs of CDK. Tokens are texts.
type Resource struct {
	// Scope is the path of the construct to make it in.
	Scope string
	// ID is the construct's id.
	ID string
	// Props is a pointer to the props of the class, such as *awsec2.CfnRouteProps.
	Props any
	// After are the ids of resources in the same scope that the resource depends on. The batch may make them later.
	After []string
	// Metadata is the resource's metadata by key.
	Metadata map[string]any
}

// step is one step as batch.js reads it.
type step struct {
	Does     string         `json:"does"`            // make, set or tag
	Class    string         `json:"class,omitempty"` // to make: "aws-ec2.CfnRoute"
	Scope    string         `json:"scope"`           // or the path of the construct to set or tag
	ID       string         `json:"id"`              // or the name of the property, or the key of the tag
	Value    any            `json:"value"`           // props, or the value of the property or tag
	After    []string       `json:"after,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
}

// Make adds a construct to make.
func (b *Batch) Make(r Resource) {
	b.steps = append(b.steps, step{"make", classOf(r.Props), r.Scope, r.ID, r.Props, r.After, r.Metadata})
}

// Set adds a property to set. at is the path of an L1 construct, and property the name of a property in CDK's TypeScript.
func (b *Batch) Set(at, property string, value any) {
	b.steps = append(b.steps, step{Does: "set", Scope: at, ID: property, Value: value})
}

// Tag adds a tag to set on the L1 construct at a path. It gives way to tags that users set with CDK's aspect.
func (b *Batch) Tag(at, key, value string) {
	b.steps = append(b.steps, step{Does: "tag", Scope: at, ID: key, Value: value})
}

// Run carries out all steps and empties the batch. If CDK refuses one, Run panics with the path and the class, as calls of CDK do.
func (b *Batch) Run() {
	steps := b.steps
	b.steps = nil
	if len(steps) == 0 {
		return
	}
	if !load() {
		newBuilder(b.root).run(steps)
		return
	}
	text, err := json.Marshal(steps)
	if err != nil {
		panic(fmt.Errorf("batch: %w", err))
	}
	runtime.StaticInvokeVoid(class, "run", []any{b.root, string(text)})
}

// classOf returns the module and the class of props: "aws-ec2.CfnRoute" for *awsec2.CfnRouteProps.
func classOf(props any) string {
	t := reflect.TypeOf(props).Elem()
	service := strings.TrimPrefix(path.Base(t.PkgPath()), "aws")
	return "aws-" + service + "." + strings.TrimSuffix(t.Name(), "Props")
}
