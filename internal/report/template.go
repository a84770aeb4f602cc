package report

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// Expression returns a resolved value as JSON, as a template has it.
func Expression(resolved any) []byte {
	data, err := json.Marshal(resolved)
	if err != nil {
		panic(fmt.Errorf("a resolved value: %w", err)) // Recovered in the plugin.
	}
	return data
}

// TemplateFile returns the path of a stack's template, relative to the folder of the app's cloud assembly. The templates of stages are in
// folders below it.
func TemplateFile(stack awscdk.Stack) string {
	root, _ := stack.Node().Root().(awscdk.Stage)
	stage := awscdk.Stage_Of(stack)
	if root == nil || stage == nil {
		return *stack.TemplateFile()
	}
	folder, err := filepath.Rel(*root.Outdir(), *stage.Outdir())
	if err != nil {
		return *stack.TemplateFile()
	}
	return filepath.ToSlash(filepath.Join(folder, *stack.TemplateFile()))
}
