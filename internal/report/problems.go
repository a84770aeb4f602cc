package report

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Problems collects the mistakes of a construct. Synthesis fails with all of them.
type Problems struct {
	Of   constructs.IConstruct
	Path string        // of the construct
	At   diag.Position // the line that made the construct
	// Later are checks that run at synthesis, when everything is wired.
	Later []func()
	// List is everything found so far.
	List diag.List
	// Stack is the construct's stack.
	Stack awscdk.Stack

	name     string // see Name
	register *register
}

// Attach registers the construct, so that its problems are reported at synthesis.
func (p *Problems) Attach(c constructs.Construct, at diag.Position) {
	b, own := &batch.Batch{}, &check{run: p.all}
	b.Validate(c, own.errors)
	path, name, found := batch.Get[string](b, c, "node.path"), batch.Get[string](b, c, batch.Name), askRegister(b, c)
	stack := batch.Get[awscdk.Stack](b, c, batch.Stack)
	b.Run()
	p.Of, p.Path, p.At, p.Stack, p.name = c, *path, at, *stack, *name
	if arch.HasDynamicReference(p.Path) {
		p.Add("text", "an id in the construct's path has a dynamic reference", arch.DynamicReference,
			"choose construct ids without {{resolve:", at)
	}
	p.register = orNew(*found, c)
	p.register.addCheck(own)
}

// all returns everything that was found, with what the later checks find. The next synthesis runs them again.
func (p *Problems) all() diag.List {
	early := len(p.List)
	for _, check := range p.Later {
		check()
	}
	found := p.List
	p.List = p.List[:early:early]
	return found
}

// Name returns a physical name: given, or if that is empty, a name made from the stack's name and the construct's path.
func (p *Problems) Name(given string) *string {
	if given != "" {
		return &given
	}
	return new(p.name)
}

// Declare declares a resource of the construct; see [Declare].
func (p *Problems) Declare(c Control) { p.register.controls = append(p.register.controls, c) }

// Made declares the construct's child with an id, which is a resource, with the properties that were set; see [Made].
func (p *Problems) Made(name, id string, properties func() map[string]any) {
	p.Declare(Control{Name: name, Of: p.Of, ID: id, Properties: properties, At: p.At})
}

// Add records an error. at is the line that caused it.
func (p *Problems) Add(rule, summary, detail, fix string, at diag.Position) {
	p.List.Add(diag.Diagnostic{Rule: rule, Path: p.Path, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at}})
}

// Warn records a warning, which does not fail synthesis. subject distinguishes it from other warnings of the same rule.
func (p *Problems) Warn(rule, subject, summary, detail, fix string, at diag.Position) {
	p.Put(diag.Diagnostic{
		Severity: diag.Warning, Rule: rule, Subject: subject, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at},
	})
}

// Put records a diagnostic with the path of the construct.
func (p *Problems) Put(d diag.Diagnostic) {
	d.Path = p.Path
	p.List.Add(d)
}
