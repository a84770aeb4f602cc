package cfn

import (
	"slices"
	"strings"
)

// AWS's Serverless Application Model (SAM): a transform that writes further resources for those of its own types, under
// names that templates may use, and that merges Globals into their properties.
const (
	serverlessTransform = "AWS::Serverless-"
	serverlessTypes     = "AWS::Serverless::"
)

// readServerless notes the resources of s that SAM writes, and merges what Globals say of their types.
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

// withGlobals is a copy of a resource whose properties are merged with those for all of its type.
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

// mergeNodes merges as SAM does: objects field by field, lists one after the other, and else the resource's own value counts.
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

// isFunctionCall reports whether n is written as a function.
func isFunctionCall(n *node) bool { return len(n.items) == 1 && isFunction(n.items[0].key) }

// serverlessIDs are what the logical ids begin with that SAM makes of no resource in particular.
var serverlessIDs = []string{"ServerlessRestApi", "ServerlessHttpApi", "ServerlessDeploymentApplication", "CodeDeployServiceRole"}

// serverlessParts are what follows a resource's own logical id in those that SAM makes of it.
var serverlessParts = []string{
	"Role", "Version", "Alias", "Url", "Stage", "Deployment", "EventInvokeConfig",
	"DomainName", "BasePathMapping", "ApiMapping", "Authorizer", "Permission",
}

// madeBySAM reports whether SAM makes something of that logical id: MyFunctionRole, ServerlessRestApiProdStage.
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

// hasEvent reports whether part begins with the name of an event of a function.
func (e *definition) hasEvent(part string) bool {
	events := e.node.field("Properties").field("Events")
	return events != nil && slices.ContainsFunc(events.items, func(n node) bool { return strings.HasPrefix(part, n.key) })
}

// serverlessPart resolves a Ref to something that SAM makes of one resource and that it lets be named with a dot: MyFunction.Version.
func (r *resolver) serverlessPart(name string) (Value, bool) {
	id, part, ok := strings.Cut(name, ".")
	if e := r.scope.resources[id]; ok && e != nil && slices.Contains(r.scope.serverless, e) && r.exists(r.scope, e) != no {
		return Value{Kind: Reference, Resource: e.resource, Text: part}, true
	}
	return Value{}, false
}
