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
	folder   string // see outdir
}

// registerID is the construct id of the register.
const registerID = "TierwallFindings"

// AddSource registers a source in the app of scope. The source must call forget whenever it makes its plan: it removes the file of
// declarations that an earlier synthesis wrote to the same folder. CDK accepts a file that a plugin adds, and rejects one that a plugin
// changes.
func AddSource(scope constructs.IConstruct, s Source) (forget func()) {
	r := registerOf(scope)
	r.sources = append(r.sources, s)
	return func() {
		if folder, ok := r.outdir(); ok {
			// In the first synthesis there is no file. If a file cannot be removed, CDK reports an error later.
			os.Remove(filepath.Join(folder, proof.FileName)) //nolint:errcheck // see above
		}
	}
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

// outdir returns the folder of the app's cloud assembly. ok is false if the root is no app.
func (r *register) outdir() (folder string, ok bool) {
	if r.folder == "" {
		if root, isStage := r.Node().Root().(awscdk.Stage); isStage {
			r.folder = *root.Outdir()
		}
	}
	return r.folder, r.folder != ""
}
