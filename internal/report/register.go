package report

import (
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// Source is a source of findings: a network.
type Source interface {
	// Path returns the path of the source's construct. Users acknowledge findings on this construct, or on one that contains it.
	Path() string
	// At returns the line that declared the source.
	At() diag.Position
	// Findings returns the findings of the last synthesis, including errors.
	Findings() diag.List
	// SkipsProof reports whether the source is excluded from the proof.
	SkipsProof() bool
	// Declaration returns the declaration that the proof compares the templates with. It returns nil before a synthesis without errors. It
	// is called after synthesis, when references to other stacks have become the exports and imports of the templates.
	Declaration() *proof.Network
}

// register is a construct at the root of the app. It has everything in the app that reports.
type register struct {
	constructs.Construct
	sources  []Source
	checks   []*check
	controls []declaredControl
}

// registerID is the construct id of the register.
const registerID = "TierwallFindings"

// AddSource registers a source in the app of scope.
func AddSource(scope constructs.IConstruct, s Source) {
	r := registerOf(scope)
	r.sources = append(r.sources, s)
}

// Sources returns the sources in the app of scope, in the order in which they were added.
func Sources(scope constructs.IConstruct) []Source {
	if r := findRegister(scope); r != nil {
		return r.sources
	}
	return nil
}

// registerOf returns the register of the app of scope. The first call makes it.
func registerOf(scope constructs.IConstruct) *register {
	if r := findRegister(scope); r != nil {
		return r
	}
	root := scope.Node().Root()
	r := &register{}
	constructs.NewConstruct_Override(r, root.(constructs.Construct), new(registerID))
	awscdk.Validations_Of(root).AddPlugins(&plugin{register: r})
	return r
}

// findRegister returns the register of the app of scope, or nil.
func findRegister(scope constructs.IConstruct) *register {
	r, _ := scope.Node().Root().Node().TryFindChild(new(registerID)).(*register)
	return r
}

// Networks returns the number of sources. It exists because jsii needs a type to have a method of its own.
func (r *register) Networks() int { return len(r.sources) }

// Forget removes the file of declarations that an earlier synthesis wrote to the same folder. CDK accepts a file that a plugin adds, and
// rejects one that a plugin changes.
func Forget(scope constructs.IConstruct) {
	r := findRegister(scope)
	if r == nil {
		return
	}
	if root, ok := r.Node().Root().(awscdk.Stage); ok {
		// In the first synthesis there is no file. If a file cannot be removed, CDK reports an error later.
		os.Remove(filepath.Join(*root.Outdir(), proof.FileName)) //nolint:errcheck // see above
	}
}
