package byhand

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// maker makes a template once.
type maker struct {
	made  map[string]awscdk.CfnResource
	known map[string]any // values of functions by their text
}

// Make makes the resources and outputs in a stack.
func (t *Template) Make(stack awscdk.Stack) {
	m := &maker{map[string]awscdk.CfnResource{}, map[string]any{}}
	for _, r := range t.resources {
		for _, b := range r.blanks {
			b.fill(m.value(b.value))
		}
		out := r.create.Call([]reflect.Value{reflect.ValueOf(stack), reflect.ValueOf(&r.id), r.props})
		made := out[0].Interface().(awscdk.CfnResource)
		m.made[r.id] = made
		var needs []constructs.IDependable
		for _, id := range r.dependsOn {
			needs = append(needs, m.made[id])
		}
		if len(needs) > 0 {
			made.Node().AddDependency(needs...)
		}
		switch r.removal {
		case "Retain":
			made.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
		case "RetainExceptOnCreate":
			made.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, nil)
		case "Delete":
			made.ApplyRemovalPolicy(awscdk.RemovalPolicy_DESTROY, nil)
		}
	}
	for _, o := range t.outputs {
		value, export := m.value(o.value).(string), m.value(o.export).(string)
		awscdk.NewCfnOutput(stack, &o.id, &awscdk.CfnOutputProps{Value: &value, Description: &o.description, ExportName: &export})
	}
}

// value returns what a value of the template is in CDK: a text, or a list of texts. It calls CDK once for each function.
func (m *maker) value(v any) any {
	function, ok := v.(map[string]any)
	if !ok {
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // It was JSON.
	}
	known, ok := m.known[string(text)]
	if !ok {
		for name, arguments := range function {
			known = m.call(name, arguments)
		}
		m.known[string(text)] = known
	}
	return known
}

// call calls CDK for a function.
func (m *maker) call(name string, arguments any) any {
	list, _ := arguments.([]any)
	switch name {
	case "Ref":
		return m.ref(arguments.(string))
	case "Fn::GetAtt":
		getter := "Attr" + strings.ReplaceAll(list[1].(string), ".", "")
		switch got := reflect.ValueOf(m.made[list[0].(string)]).MethodByName(getter).Call(nil)[0].Interface().(type) {
		case *string:
			return *got
		default:
			return got
		}
	case "Fn::Join":
		return m.join(list[0].(string), list[1])
	case "Fn::Sub":
		text := arguments.(string)
		return *awscdk.Fn_Sub(&text, nil)
	case "Fn::Split":
		return awscdk.Fn_Split(new(list[0].(string)), new(m.value(list[1]).(string)), nil)
	case "Fn::Select":
		var index float64
		if _, err := fmt.Sscan(fmt.Sprint(list[0]), &index); err != nil {
			panic(err)
		}
		return *awscdk.Fn_Select(&index, m.value(list[1]).(*[]*string))
	}
	panic("byhand: " + name + " is not known")
}

// join joins texts.
func (m *maker) join(separator string, values any) string {
	list, literal := values.([]any)
	if !literal {
		return *awscdk.Fn_Join(&separator, m.value(values).(*[]*string))
	}
	parts := make([]string, len(list))
	for i, part := range list {
		parts[i] = m.value(part).(string)
	}
	return strings.Join(parts, separator)
}

// ref returns the reference to a resource or a pseudo parameter.
func (m *maker) ref(id string) string {
	switch id {
	case "AWS::AccountId":
		return *awscdk.Aws_ACCOUNT_ID()
	case "AWS::Partition":
		return *awscdk.Aws_PARTITION()
	case "AWS::Region":
		return *awscdk.Aws_REGION()
	case "AWS::StackName":
		return *awscdk.Aws_STACK_NAME()
	case "AWS::URLSuffix":
		return *awscdk.Aws_URL_SUFFIX()
	}
	return *m.made[id].Ref()
}
