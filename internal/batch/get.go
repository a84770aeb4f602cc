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
)

// Get adds a question about a construct. Run sets what Get returns. Until then, and if the construct does not exist or CDK does not know
// the answer, it is the zero T. property is a name in CDK's TypeScript, such as "attrArn" or "node.path", or one of the facts. Run panics
// if the construct has no such property.
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
	switch {
	case of == nil:
		return nil
	case property == Itself:
		return of
	case property == Name:
		return *awscdk.Names_UniqueResourceName(of, &awscdk.UniqueResourceNameOptions{MaxLength: new(120.0), Separator: new("-")})
	case property == Present:
		return isPresent(of)
	case property == Stack:
		return awscdk.Stack_Of(of)
	}
	return read(of, property)
}

// read reads a property of a property of a construct.
func read(of constructs.IConstruct, property string) any {
	var at any = of
	for name := range strings.SplitSeq(property, ".") {
		getter := reflect.ValueOf(at).MethodByName(capital(name))
		if !getter.IsValid() {
			panic(fmt.Errorf("batch: there is no property %s", name))
		}
		if at = call(getter); at == nil {
			return nil
		}
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
