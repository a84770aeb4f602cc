package cfn

import "slices"

// resource finds every value in a resource, if it may exist.
func (r *resolver) resource(s *scope, e *entry) {
	exists := r.exists(s, e)
	if exists == no {
		return
	}
	res, n := e.resource, e.node
	if exists == maybe {
		res.Condition = s.conditionName(n.literal("Condition"))
	}
	s.stack.Resources = append(s.stack.Resources, res)
	s.stack.byID[res.ID] = res
	r.path = append(r.path, "Resources", n.key)
	res.Properties = r.properties(n.field("Properties"))
	res.DependsOn = r.dependsOn(s, n.field("DependsOn"))
	res.DeletionPolicy = r.policy(n.field("DeletionPolicy"))
	res.UpdateReplacePolicy = r.policy(n.field("UpdateReplacePolicy"))
	r.path = r.path[:len(r.path)-2]
}

func (r *resolver) properties(n *node) map[string]Value {
	if n == nil {
		return map[string]Value{}
	}
	defer r.at("Properties")()
	if n.kind != objectNode {
		r.problem(n, "Properties must be an object, got %v", n.kind)
		return nil
	}
	switch v := r.value(n); v.Kind {
	case Map:
		return v.Fields
	case Symbol:
		return map[string]Value{"Fn::Transform": v} // A macro writes them.
	case Choice, Reference, Text, List:
		r.problem(n, "Properties must be an object of properties, no function but Fn::Transform")
	}
	return nil
}

// dependsOn reads one logical id, or a list of them. Those of resources that do not exist are left out.
func (r *resolver) dependsOn(s *scope, n *node) []string {
	if n == nil {
		return nil
	}
	defer r.at("DependsOn")()
	if !isPlain(n) {
		r.problem(n, "DependsOn must be a logical id or a list of them")
		return nil
	}
	items := n.items
	if n.kind == textNode {
		items = []node{*n}
	}
	var ids []string
	for i := range items {
		id := items[i].text
		switch e := s.resources[id]; {
		case e == nil:
			r.problem(&items[i], "there is no resource %q to depend on", clip(id))
		case r.exists(s, e) != no:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// policy reads what becomes of a resource; with language extensions it may be a function.
func (r *resolver) policy(n *node) string {
	if n == nil {
		return ""
	}
	defer r.at(n.key)()
	v := r.value(n)
	if v.Kind == Text {
		return v.Text
	}
	return ""
}
