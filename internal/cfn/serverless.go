package cfn

import (
	"slices"
	"strings"
)

// These are the names of AWS's Serverless Application Model (SAM). SAM is a transform that writes further resources for
// resources of its own types and merges the Globals section into their properties. Templates may refer to the names of
// the written resources.
const (
	serverlessTransform = "AWS::Serverless-"
	serverlessTypes     = "AWS::Serverless::"
)

// readServerless records the resources of SAM's types in s, and merges Globals into them.
func (r *resolver) readServerless(s *scope) {
	if !s.stack.usesTransform(serverlessTransform) {
		return
	}
	for _, e := range inOrder(s.resources) {
		kind, ok := strings.CutPrefix(e.node.literal("Type"), serverlessTypes)
		if !ok {
			continue
		}
		if globals := s.root.field("Globals").field(kind); globals != nil {
			e.node = r.withGlobals(e.node, globals)
		}
		s.serverless = append(s.serverless, e)
	}
}

// withGlobals returns a copy of a resource whose properties are merged with the global ones for its type.
func (r *resolver) withGlobals(resource, globals *node) *node {
	out := *resource
	i := slices.IndexFunc(out.items, func(n node) bool { return n.key == "Properties" })
	if i < 0 {
		all := *globals
		all.key = "Properties"
		out.items = append(slices.Clone(out.items), all)
		return &out
	}
	out.items = slices.Clone(out.items)
	out.items[i] = r.mergeNodes(*globals, out.items[i])
	return &out
}

// mergeNodes merges as SAM does: objects field by field, and lists by concatenation. Otherwise the resource's own value
// is used.
func (r *resolver) mergeNodes(global, own node) node {
	if !r.charge(&own, 1+len(global.items)+len(own.items)) {
		return own
	}
	switch {
	case global.kind == listNode && own.kind == listNode:
		own.items = append(slices.Clone(global.items), own.items...)
	case global.kind == objectNode && own.kind == objectNode && !isFunctionCall(&global) && !isFunctionCall(&own):
		own.items = r.mergeFields(global.items, own.items)
	}
	return own
}

func (r *resolver) mergeFields(global, own []node) []node {
	place := make(map[string]int, len(own))
	for i := range own {
		place[own[i].key] = i
	}
	out := slices.Clone(own)
	for _, field := range global {
		if i, ok := place[field.key]; ok {
			out[i] = r.mergeNodes(field, own[i])
		} else {
			out = append(out, field)
		}
	}
	return out
}

// isFunctionCall reports whether n is written as a function call.
func isFunctionCall(n *node) bool { return len(n.items) == 1 && isFunction(n.items[0].key) }

// serverlessIDs lists prefixes of logical ids that SAM makes for the whole template.
var serverlessIDs = []string{"ServerlessRestApi", "ServerlessHttpApi", "ServerlessDeploymentApplication", "CodeDeployServiceRole"}

// serverlessParts lists what SAM appends to the logical id of one resource.
var serverlessParts = []string{
	"Role", "Version", "Alias", "Url", "Stage", "Deployment", "EventInvokeConfig",
	"DomainName", "BasePathMapping", "ApiMapping", "Authorizer", "Permission",
}

// madeBySAM reports whether SAM makes a resource with that logical id, such as MyFunctionRole or
// ServerlessRestApiProdStage.
func (s *scope) madeBySAM(id string) bool {
	if !s.stack.usesTransform(serverlessTransform) {
		return false
	}
	begins := func(text string) func(string) bool {
		return func(prefix string) bool { return strings.HasPrefix(text, prefix) }
	}
	if slices.ContainsFunc(serverlessIDs, begins(id)) {
		return true
	}
	return slices.ContainsFunc(s.serverless, func(e *definition) bool {
		part, ok := strings.CutPrefix(id, e.node.key)
		return ok && (slices.ContainsFunc(serverlessParts, begins(part)) || strings.HasSuffix(part, "Stage") || e.hasEvent(part))
	})
}

// hasEvent reports whether part starts with the name of one of the function's events.
func (e *definition) hasEvent(part string) bool {
	events := e.node.field("Properties").field("Events")
	return events != nil && slices.ContainsFunc(events.items, func(n node) bool { return strings.HasPrefix(part, n.key) })
}

// serverlessPart resolves a Ref with a dot to a resource that SAM makes, such as MyFunction.Version.
func (r *resolver) serverlessPart(name string) (Value, bool) {
	id, part, ok := strings.Cut(name, ".")
	if e := r.scope.resources[id]; ok && e != nil && slices.Contains(r.scope.serverless, e) && r.exists(r.scope, e) != no {
		return Value{Kind: Reference, Resource: e.resource, Text: part}, true
	}
	return Value{}, false
}
