package batch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Template is the template of a stack.
type Template struct {
	Path string // of the stack's construct
	File string
}

// Templates returns the templates that a validation plugin is called for.
func Templates(context awscdk.IPolicyValidationContext) (out []Template) {
	if !load() {
		for _, t := range *context.StackTemplates() {
			out = append(out, Template{*t.StackConstructPath, *t.TemplatePath})
		}
		return out
	}
	var answer [][]string
	runtime.StaticInvoke(class, "templates", []any{context}, &answer)
	for _, t := range answer {
		out = append(out, Template{t[0], t[1]})
	}
	return out
}
