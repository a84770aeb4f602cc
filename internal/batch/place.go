package batch

import (
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Place is where a construct is. Nothing of it changes after the construct is made.
type Place struct {
	Stack     awscdk.Stack
	Root      constructs.IConstruct
	Path      string // of the construct
	StackPath string
	StackName string // a token for a nested stack
	Region    string // of the stack; may be a token
	Account   string // of the stack; may be a token

	file     string // the stack's template, below folder
	outdir   string // of the root; empty if the root is no app
	stageDir string // the folder of the app or of the stage that the construct is in
}

// PlaceOf returns the place of a construct.
func PlaceOf(c constructs.IConstruct) Place {
	if !load() {
		return placeFromGo(c)
	}
	var answer any
	runtime.StaticInvoke(class, "place", []any{c}, &answer)
	a := answer.([]any)
	text := func(i int) string { return a[i].(string) }
	return Place{a[0].(awscdk.Stack), a[1].(constructs.IConstruct), text(2), text(3), text(4), text(5), text(6), text(7), text(8), text(9)}
}

// placeFromGo asks for each part of a place.
func placeFromGo(c constructs.IConstruct) Place {
	stack, node := awscdk.Stack_Of(c), c.Node()
	p := Place{
		Stack: stack, Root: node.Root(), Path: *node.Path(), StackPath: *stack.Node().Path(), StackName: *stack.StackName(),
		Region: *stack.Region(), Account: *stack.Account(), file: *stack.TemplateFile(),
	}
	if root, isStage := p.Root.(awscdk.Stage); isStage {
		p.outdir, p.stageDir = *root.Outdir(), *awscdk.Stage_Of(stack).Outdir()
	}
	return p
}

// Outdir returns the folder of the app's cloud assembly. ok is false if the root is no app.
func (p Place) Outdir() (folder string, ok bool) { return p.outdir, p.outdir != "" }

// TemplateFile returns the path of the stack's template, relative to the folder of the app's cloud assembly. The templates of stages are in
// folders below it.
func (p Place) TemplateFile() string {
	folder, err := filepath.Rel(p.outdir, p.stageDir)
	if p.outdir == "" || err != nil {
		return p.file
	}
	return filepath.ToSlash(filepath.Join(folder, p.file))
}
