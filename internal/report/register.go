package report

import (
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
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

// register is a construct at the root of the app. It has everything in the app that reports, and is the validation plugin that reports it.
type register struct {
	constructs.Construct
	sources  []Source
	checks   []*check
	controls []Control
	place    batch.Place                     // of a construct of the app
	shared   map[string]constructs.Construct // see Shared
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
		if folder, ok := r.place.Outdir(); ok {
			// In the first synthesis there is no file. If a file cannot be removed, CDK reports an error later.
			os.Remove(filepath.Join(folder, proof.FileName)) //nolint:errcheck // see above
		}
	}
}

// Sources returns the sources in the app of scope, in the order in which they were added.
func Sources(scope constructs.IConstruct) []Source {
	b := &batch.Batch{}
	r := askRegister(b, scope)
	b.Run()
	if found, ok := (*r).(*register); ok {
		return found.sources
	}
	return nil
}

// askRegister asks for the register of the app of scope.
func askRegister(b *batch.Batch, scope constructs.IConstruct) *constructs.Construct {
	return batch.Get[constructs.Construct](b, b.Child(scope, "/"+registerID), batch.Itself)
}

// registerOf returns the register of the app of scope. The first call makes it.
func registerOf(scope constructs.IConstruct) *register {
	b := &batch.Batch{}
	found := askRegister(b, scope)
	b.Run()
	return orNew(*found, scope)
}

// orNew returns the register that was found, or makes one in the app of scope.
func orNew(found constructs.Construct, scope constructs.IConstruct) *register {
	if r, ok := found.(*register); ok {
		return r
	}
	r := &register{place: batch.PlaceOf(scope), shared: map[string]constructs.Construct{}}
	constructs.NewConstruct_Override(r, r.root(), new(registerID))
	awscdk.Validations_Of(r.root()).AddPlugins(r)
	return r
}

// Shared returns the construct with an id at the root of the app, which controls share. create makes it when it is first asked for.
func Shared[T constructs.Construct](p *Problems, id string, create func(root constructs.Construct) T) T {
	if _, ok := p.register.shared[id]; !ok {
		p.register.shared[id] = create(p.register.root())
	}
	return p.register.shared[id].(T)
}

// root returns the root of the app.
func (r *register) root() constructs.Construct { return r.place.Root.(constructs.Construct) }
