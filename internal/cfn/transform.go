package cfn

import (
	"cmp"
	"slices"
	"strings"
)

// transform is the function that lets a macro rewrite its surroundings.
const transform = "Fn::Transform"

// awsTransform is one of AWS's transforms for whole templates.
type awsTransform struct {
	name  string   // prefix of the transform's name
	types []string // prefixes of the types that it rewrites
}

// awsTransforms lists the transforms that rewrite certain types only. AWS::Include is not listed, because it may
// include anything.
var awsTransforms = []awsTransform{
	{"AWS::LanguageExtensions", nil},
	{"AWS::CodeDeployBlueGreen", nil},
	{"AWS::ServiceCatalog", nil},
	{serverlessTransform, []string{serverlessTypes}},
	{"AWS::SecretsManager-", []string{"AWS::SecretsManager::RotationSchedule"}},
}

// readTransforms reads a Transform section. It separates transforms that may rewrite everything from those that rewrite
// certain types.
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

// transformNames returns the names in a Transform section.
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

// macroName returns the name of the macro that Fn::Transform calls.
func macroName(n *node) string { return cmp.Or(n.literal("Name"), transform) }

// Rewrites returns the macro that may rewrite resources of the given type in the stack, if there is one.
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

// usesTransform reports whether the stack uses a transform whose name starts with name.
func (s *Stack) usesTransform(name string) bool {
	return slices.ContainsFunc(s.transforms, func(t string) bool { return strings.HasPrefix(t, name) })
}

// macroOf returns the macro that writes a resource: Fn::Transform beside the resource's Type, or in one of its
// attributes. A macro in Metadata changes nothing else, and Properties are checked when they are resolved.
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
