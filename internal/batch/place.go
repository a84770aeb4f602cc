package batch

import (
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
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

// PlaceOf returns the place of a construct. It asks CDK once.
func PlaceOf(c constructs.IConstruct) Place {
	b := &Batch{}
	stack, root := Get[awscdk.Stack](b, c, Stack), Get[constructs.IConstruct](b, c, "node.root")
	text := func(property string) *string { return Get[string](b, c, property) }
	path, stackPath, name := text("node.path"), text("stack.node.path"), text("stack.stackName")
	region, account, file := text("stack.region"), text("stack.account"), text("stack.templateFile")
	outdir, stageDir := text("app.outdir"), text("stage.outdir")
	b.Run()
	return Place{
		Stack: *stack, Root: *root, Path: *path, StackPath: *stackPath, StackName: *name, Region: *region, Account: *account,
		file: *file, outdir: *outdir, stageDir: *stageDir,
	}
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
