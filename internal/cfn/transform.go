package cfn

import (
	"cmp"
	"slices"
	"strings"
)

// transform is the function that has a macro write what stands around it.
const transform = "Fn::Transform"

// awsTransform is a transform of AWS's for whole templates.
type awsTransform struct {
	name  string   // what its name begins with
	types []string // what the types begin with that it rewrites
}

// awsTransforms are those that rewrite certain types only. AWS::Include is none: it may include anything.
var awsTransforms = []awsTransform{
	{"AWS::LanguageExtensions", nil},
	{"AWS::CodeDeployBlueGreen", nil},
	{"AWS::ServiceCatalog", nil},
	{serverlessTransform, []string{serverlessTypes}},
	{"AWS::SecretsManager-", []string{"AWS::SecretsManager::RotationSchedule"}},
}

// readTransforms reads a Transform section: which transforms may rewrite everything, and which rewrite certain types.
func (s *Stack) readTransforms(n *node) {
	for _, name := range transformNames(n) {
		of := func(t awsTransform) bool { return strings.HasPrefix(name, t.name) }
		if slices.ContainsFunc(awsTransforms, of) {
			s.transforms = append(s.transforms, name)
		} else {
			s.Macros = append(s.Macros, name)
		}
	}
}

// transformNames are the names in a Transform section.
func transformNames(n *node) []string {
	var names []string
	add := func(n *node) {
		if n.kind == textNode && n.text != "" {
			names = append(names, n.text)
		} else if n.kind == objectNode {
			names = append(names, macroName(n))
		}
	}
	switch {
	case n == nil:
	case n.kind == listNode:
		for i := range n.items {
			add(&n.items[i])
		}
	default:
		add(n)
	}
	return names
}

// macroName is the name of the macro that the argument of Fn::Transform calls.
func macroName(n *node) string { return cmp.Or(n.literal("Name"), transform) }

// Rewrites returns the macro that may rewrite resources of that type in the stack.
func (s *Stack) Rewrites(kind string) (macro string, ok bool) {
	if len(s.Macros) > 0 {
		return s.Macros[0], true
	}
	for _, name := range s.transforms {
		for _, t := range awsTransforms {
			begins := func(prefix string) bool { return strings.HasPrefix(kind, prefix) }
			if strings.HasPrefix(name, t.name) && slices.ContainsFunc(t.types, begins) {
				return name, true
			}
		}
	}
	return "", false
}

// usesTransform reports whether the stack names a transform that begins so.
func (s *Stack) usesTransform(name string) bool {
	return slices.ContainsFunc(s.transforms, func(t string) bool { return strings.HasPrefix(t, name) })
}

// macroOf is the macro that writes a resource: it stands beside the resource's type or in one of its attributes. What
// stands in its metadata changes nothing else. Properties are looked at with their values.
func macroOf(n *node) string {
	if n.field(transform) != nil {
		return macroName(n.field(transform))
	}
	for i := range n.items {
		attribute := &n.items[i]
		if called := attribute.field(transform); called != nil && attribute.key != "Metadata" && attribute.key != "Properties" {
			return macroName(called)
		}
	}
	return ""
}
