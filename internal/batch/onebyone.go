package batch

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
)

// oneByOne carries out steps from Go, and returns the answers.
func oneByOne(steps []step, objects []any) (answers []any) {
	for _, s := range steps {
		on, _ := objects[s.Scope].(constructs.IConstruct)
		switch s.Does {
		case findChild:
			objects[s.As] = child(on, s.ID)
		case getProperty:
			answers = append(answers, get(on, s.ID))
		case makeResource:
			objects[s.As] = create(on.(constructs.Construct), s)
		case addStatement:
			objects[s.As] = allow(on, s.Value)
		case validate:
			on.Node().AddValidation(&oneCheck{s.ID})
		default:
			change(on, s)
		}
	}
	for _, s := range steps {
		if on, ok := objects[s.Scope].(constructs.IConstruct); ok {
			connect(on, s, objects)
		}
	}
	return answers
}

// child returns a child of a construct, or of the root if the id begins with a slash. It returns nil if there is none.
func child(of constructs.IConstruct, id string) any {
	if of == nil {
		return nil
	}
	if inRoot, ok := strings.CutPrefix(id, "/"); ok {
		of, id = of.Node().Root(), inRoot
	}
	if c := of.Node().TryFindChild(&id); c != nil {
		return c
	}
	return nil
}

// create makes the resource of a step.
func create(scope constructs.Construct, s step) awscdk.CfnResource {
	out := reflect.ValueOf(s.create).Call([]reflect.Value{reflect.ValueOf(scope), reflect.ValueOf(&s.ID), reflect.ValueOf(s.Value)})
	made := out[0].Interface().(awscdk.CfnResource)
	for key, value := range s.Metadata {
		made.AddMetadata(&key, value)
	}
	return made
}

// allow adds a statement to the policy of a resource, and returns what depends on it, or nil.
func allow(on constructs.IConstruct, statement any) any {
	var added *awsiam.AddToResourcePolicyResult
	switch s := awsiam.PolicyStatement_FromJson(statement); of := on.(type) {
	case awskms.IKey:
		added = of.AddToResourcePolicy(s, nil)
	case interface {
		AddToResourcePolicy(statement awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult
	}:
		added = of.AddToResourcePolicy(s)
	}
	if added == nil || added.PolicyDependable == nil {
		return nil
	}
	return added.PolicyDependable
}

// change carries out a step that changes a construct.
func change(on constructs.IConstruct, s step) {
	switch s.Does {
	case addRoute:
		on.Node().TryRemoveChild(&s.ID)
		on.(awsec2.Subnet).AddRoute(&s.ID, s.Value.(*awsec2.AddRouteOptions))
	case setProperty:
		set(l1(on), s.ID, s.Value)
	case setJSON:
		set(l1(on), s.ID, awscdk.Stack_Of(on).ToJsonString(s.Value, nil))
	case setTag:
		value := s.Value.(string)
		l1(on).(awscdk.ITaggable).Tags().SetTag(&s.ID, &value, nil, nil)
	case setOverride:
		l1(on).(awscdk.CfnResource).AddPropertyOverride(&s.ID, plain(s.Value))
	}
}

// plain returns a value as JSON has it.
func plain(value any) (out any) {
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		panic(fmt.Errorf("batch: %w", err))
	}
	return out
}

// connect adds the dependencies of a step, when all constructs exist.
func connect(scope constructs.IConstruct, s step, objects []any) {
	for _, id := range s.After {
		scope.Node().FindChild(&s.ID).(awscdk.CfnResource).AddResourceDependency(scope.Node().FindChild(&id).(awscdk.CfnResource), nil)
	}
	for _, i := range s.Needs {
		scope.Node().FindChild(&s.ID).Node().AddDependency(objects[i].(constructs.IDependable))
	}
}

// l1 returns the L1 construct of a construct.
func l1(of constructs.IConstruct) constructs.IConstruct {
	if r, ok := of.(awscdk.CfnResource); ok {
		return r
	}
	return of.Node().DefaultChild()
}

// set sets a property of an L1 construct. Setters take pointers to lists.
func set(of constructs.IConstruct, property string, value any) {
	setter := reflect.ValueOf(of).MethodByName("Set" + capital(property))
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Slice && setter.Type().In(0).Kind() == reflect.Pointer {
		list := reflect.New(v.Type())
		list.Elem().Set(v)
		v = list
	}
	setter.Call([]reflect.Value{v})
}
