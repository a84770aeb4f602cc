package report

import (
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// Source is a network, as the register knows it.
type Source interface {
	// Path returns the path of the source's construct. Findings are acknowledged there or above.
	Path() string
	// At returns the line that declared the source.
	At() diag.Position
	// Findings returns what the last synth found, errors included.
	Findings() diag.List
	// SkipsProof reports whether the source is left out of the proof.
	SkipsProof() bool
	// Declaration returns what the proof holds the templates against; nil before a synth without errors. It is called after the synth,
	// when references to other stacks are the exports and imports that stand in the templates.
	Declaration() *proof.Network
}

// register is a construct at the root of the app that knows everything that reports in the app.
type register struct {
	constructs.Construct
	sources  []Source
	checks   []*check
	controls []declaredControl
}

const registerID = "TierwallFindings"

// AddSource registers a source, which is in the app of scope.
func AddSource(scope constructs.IConstruct, s Source) {
	r := registerOf(scope)
	r.sources = append(r.sources, s)
}

// Sources returns the sources of the app of scope, in the order in which they were added.
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

func findRegister(scope constructs.IConstruct) *register {
	r, _ := scope.Node().Root().Node().TryFindChild(new(registerID)).(*register)
	return r
}

// Networks exists so that jsii sees a method of the type's own.
func (r *register) Networks() int { return len(r.sources) }

// Forget removes the declarations that an earlier synth wrote into the same folder. CDK takes a file that a plugin adds, and refuses one
// that a plugin changes.
func Forget(scope constructs.IConstruct) {
	r := findRegister(scope)
	if r == nil {
		return
	}
	if root, ok := r.Node().Root().(awscdk.Stage); ok {
		// The file is not there in the first synth. If it cannot be removed, CDK says so.
		os.Remove(filepath.Join(*root.Outdir(), proof.FileName)) //nolint:errcheck // see above
	}
}
