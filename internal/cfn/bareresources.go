package cfn

import "strings"

// addResourcesSection accepts a template that lists resources without a Resources section.
func (r *resolver) addResourcesSection(s *scope) {
	if s.root.field("Resources") != nil {
		return
	}
	if whole := bareResources(s.root); whole != nil {
		r.warnAt(s.root, "no-resources-section", s.source, "there is no Resources section, so the objects with a Type are read as resources")
		s.root = whole
	}
}

// bareResources returns a template in which the resources are moved into a Resources section. It is used for a file
// that lists resources without that section: all fields that have a type. It returns nil if there are none.
func bareResources(root *node) *node {
	resources := node{kind: objectNode, line: root.line, key: "Resources"}
	var rest []node
	for _, item := range root.items {
		if isResource(&item) {
			resources.items = append(resources.items, item)
		} else {
			rest = append(rest, item)
		}
	}
	if len(resources.items) == 0 {
		return nil
	}
	return &node{kind: objectNode, line: root.line, items: append(rest, resources)}
}

// isResource reports whether a field looks like a resource: an object with a type such as AWS::EC2::VPC.
func isResource(n *node) bool { return strings.Contains(n.literal("Type"), "::") }
