package report

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
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
}

// Attach registers the construct, so that its problems are reported at synthesis.
func (p *Problems) Attach(c constructs.Construct, at diag.Position) {
	p.Of, p.Path, p.At = c, *c.Node().Path(), at
	if arch.HasDynamicReference(p.Path) {
		p.Add("text", "an id in the construct's path has a dynamic reference", arch.DynamicReference,
			"choose construct ids without {{resolve:", at)
	}
	AddCheck(c, func() diag.List {
		early := len(p.List)
		for _, check := range p.Later {
			check()
		}
		found := p.List
		p.List = p.List[:early:early] // The next synthesis runs the later checks again.
		return found
	})
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
