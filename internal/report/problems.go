package report

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Problems collects what is wrong with a construct. The synth fails with all of it.
type Problems struct {
	Of   constructs.IConstruct
	Path string
	At   diag.Position // where the construct was made
	// Later are checks that need all of the wiring.
	Later []func()
	// List is what was found so far.
	List diag.List
}

// Attach has the problems of a construct reported when the app is synthesized.
func (p *Problems) Attach(c constructs.Construct, at diag.Position) {
	p.Of, p.Path, p.At = c, *c.Node().Path(), at
	if arch.HasDynamicReference(p.Path) {
		p.Add("text", "an id in the construct's path has a dynamic reference", arch.DynamicReference, "name constructs without {{resolve:", at)
	}
	AddCheck(c, func() diag.List {
		early := len(p.List)
		for _, check := range p.Later {
			check()
		}
		found := p.List
		p.List = p.List[:early:early] // The later checks run again in another synth.
		return found
	})
}

// Add records an error about the line at.
func (p *Problems) Add(rule, summary, detail, fix string, at diag.Position) {
	p.List.Add(diag.Diagnostic{Rule: rule, Path: p.Path, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at}})
}

// Warn records something that fails nothing. subject tells it from others of the same rule.
func (p *Problems) Warn(rule, subject, summary, detail, fix string, at diag.Position) {
	p.Put(diag.Diagnostic{
		Severity: diag.Warning, Rule: rule, Subject: subject, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at},
	})
}

// Put records a diagnostic under the construct's path.
func (p *Problems) Put(d diag.Diagnostic) {
	d.Path = p.Path
	p.List.Add(d)
}
