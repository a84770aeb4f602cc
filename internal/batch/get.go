package batch

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// Facts that are no properties in CDK.
const (
	// Itself is the construct.
	Itself = "itself"
	// Name is the unique name of a construct, of at most 120 characters, that CDK makes from the stack's name and the construct's path.
	Name = "name"
	// Present says whether a construct is in the tree of constructs: it was not removed, or one with the same path has replaced it.
	Present = "present"
	// Stack is the stack of a construct.
	Stack = "stack"
	// Stage is the stage of a construct, or the app if it is in no stage. Outside of an app it does not exist.
	Stage = "stage"
	// App is the root of the tree of constructs if it is an app or a stage.
	App = "app"
)

// Get adds a question about a construct. Run sets what Get returns. Until then, and if the construct does not exist or CDK does not know
// the answer, it is the zero T. property is a name in CDK's TypeScript, such as "attrArn" or "node.path", one of the facts, or a property
// of a fact, such as "stack.region". Run panics if the construct has no such property.
func Get[T any](b *Batch, of any, property string) *T {
	out := new(T)
	b.steps = append(b.steps, step{Does: getProperty, Scope: b.index(of), ID: property})
	b.answers = append(b.answers, func(answer any) {
		if v, ok := answer.(T); ok {
			*out = v
		}
	})
	return out
}

// get answers a question from Go.
func get(of constructs.IConstruct, property string) any {
	if of == nil {
		return nil
	}
	head, rest, _ := strings.Cut(property, ".")
	if at, isFact := fact(of, head); isFact {
		return read(at, rest)
	}
	return read(of, property)
}

// fact answers one of the facts. It reports false for properties.
func fact(of constructs.IConstruct, name string) (answer any, isFact bool) {
	switch name {
	case Itself:
		return of, true
	case Name:
		return *awscdk.Names_UniqueResourceName(of, &awscdk.UniqueResourceNameOptions{MaxLength: new(120.0), Separator: new("-")}), true
	case Present:
		return isPresent(of), true
	case Stack:
		return awscdk.Stack_Of(of), true
	case Stage:
		if stage := awscdk.Stage_Of(of); stage != nil {
			return stage, true
		}
		return nil, true
	case App:
		if app, isStage := of.Node().Root().(awscdk.Stage); isStage {
			return app, true
		}
		return nil, true
	}
	return nil, false
}

// read reads a property of a property. An empty text is the value itself.
func read(at any, properties string) any {
	for name := range strings.SplitSeq(properties, ".") {
		if at == nil || name == "" {
			break
		}
		getter := reflect.ValueOf(at).MethodByName(capital(name))
		if !getter.IsValid() {
			panic(fmt.Errorf("batch: there is no property %s", name))
		}
		at = call(getter)
	}
	if v := reflect.ValueOf(at); v.Kind() == reflect.Pointer && v.Type().Elem().Kind() != reflect.Struct {
		if v.IsNil() {
			return nil
		}
		return v.Elem().Interface()
	}
	return at
}

// call calls a getter. CDK panics if it does not know something of an imported construct; call then returns nil.
func call(getter reflect.Value) (answer any) {
	defer func() {
		if recover() != nil {
			answer = nil
		}
	}()
	return getter.Call(nil)[0].Interface()
}

// isPresent answers [Present] from Go.
func isPresent(c constructs.IConstruct) bool {
	for at := c; at.Node().Scope() != nil; at = at.Node().Scope() {
		if at.Node().Scope().Node().TryFindChild(at.Node().Id()) == nil {
			return false
		}
	}
	return true
}

// capital returns the name in Go of a property in CDK's TypeScript.
func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
