package firewall

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/tiers"
)

// problems collects what is wrong with a construct. The synth fails with all of it.
type problems struct {
	of    constructs.IConstruct
	path  string
	at    diag.Position // where the construct was made
	list  diag.List
	later []func() // checks that need all of the wiring
}

// attach has the problems of a construct reported when the app is synthesized.
func (p *problems) attach(c constructs.Construct, at diag.Position) {
	p.of, p.path, p.at = c, *c.Node().Path(), at
	tiers.Diagnose(c, func() diag.List {
		early := len(p.list)
		for _, check := range p.later {
			check()
		}
		found := p.list
		p.list = p.list[:early:early] // The later checks run again in another synth.
		return found
	})
}

// add records an error about the line at.
func (p *problems) add(rule, summary, detail, fix string, at diag.Position) {
	p.list.Add(diag.Diagnostic{Rule: rule, Path: p.path, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at}})
}

// warn records something that fails nothing. subject tells it from others of the same rule.
func (p *problems) warn(rule, subject, summary, detail, fix string, at diag.Position) {
	p.list.Add(diag.Diagnostic{Severity: diag.Warning, Rule: rule, Subject: subject, Path: p.path, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at}})
}

// The limits of names and descriptions (AWS Network Firewall API reference).
var resourceName = regexp.MustCompile(`^[a-zA-Z0-9-]{1,128}$`)

const maxDescription = 512

func (p *problems) checkName(property, name string, at diag.Position) {
	if name != "" && !arch.IsToken(name) && !resourceName.MatchString(name) {
		p.add("name", "a name is not usable", fmt.Sprintf("got %s %.140q with %d characters; allowed are 1 to 128 letters, digits and hyphens", property, name, len(name)), "", at)
	}
}

func (p *problems) checkDescription(text string, at diag.Position) {
	if len(text) > maxDescription || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		p.add("description", "a description is not usable", fmt.Sprintf("got %d characters; allowed is one line of at most %d", len(text), maxDescription), "", at)
	}
}

// nameOf is a physical name: the given one, or one made from the stack's name and the construct's path.
func nameOf(c constructs.IConstruct, given string) *string {
	if given != "" {
		return &given
	}
	return awscdk.Names_UniqueResourceName(c, &awscdk.UniqueResourceNameOptions{MaxLength: new(120.0), Separator: new("-")})
}

func mustHaveScope(scope constructs.Construct, what string, at diag.Position) {
	if scope == nil {
		panic(diag.Diagnostic{Summary: "the scope of a " + what + " is nil", At: []diag.Position{at}}.String())
	}
}

// list names the keys of a map, sorted.
func list[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
