package batch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Visitor is an aspect and a validation. A Recorder among visitors can be given to groups.
type Visitor interface {
	awscdk.IAspect
	constructs.IValidation
}

// MakeVisited makes an empty construct that the visitor visits and validates.
func MakeVisited(scope constructs.Construct, id string, v Visitor) {
	if load() {
		runtime.StaticInvokeVoid(class, "visited", []any{scope, id, v})
		return
	}
	made := constructs.NewConstruct(scope, &id)
	awscdk.Aspects_Of(made).Add(v, nil)
	made.Node().AddValidation(v)
}
