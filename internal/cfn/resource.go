package cfn

import (
	"cmp"
	"slices"
	"strings"
)

// resolveResource resolves every value in a resource, if it may exist.
func (r *resolver) resolveResource(s *scope, e *definition) {
	exists := r.exists(s, e)
	if exists == no {
		return
	}
	res, n := e.resource, e.node
	r.uncertain = r.countUncertain(s)
	if exists == maybe {
		res.Condition = s.conditionName(n.literal("Condition"))
		res.doubt = s.conditionCause(n.literal("Condition"))
		r.uncertain++
	}
	s.stack.Resources = append(s.stack.Resources, res)
	s.stack.byID[res.ID] = res
	r.path = append(r.path, "Resources", n.key)
	res.Rewritten = macroOf(n)
	r.properties(res, n.field("Properties"))
	res.DependsOn = r.readDependsOn(s, n.field("DependsOn"))
	res.DeletionPolicy = r.readPolicy(n.field("DeletionPolicy"))
	res.UpdateReplacePolicy = r.readPolicy(n.field("UpdateReplacePolicy"))
	r.path = r.path[:len(r.path)-2]
	r.uncertain = 0
}

// properties resolves the properties of a resource and records the defaults that they depend on.
func (r *resolver) properties(res *Resource, n *node) {
	if n == nil {
		return
	}
	defer r.enter("Properties")()
	var all []*cause
	switch {
	case n.kind != objectNode:
		r.problem(n, "Properties must be an object, got %v", n.kind)
	case len(n.items) == 1 && isFunction(n.items[0].key) && n.items[0].key != transform &&
		!strings.HasPrefix(n.items[0].key, loopPrefix):
		all = r.collectCauses(func() { r.computedProperties(res, n) })
	default:
		all = r.resolveProperties(res, n)
	}
	res.Defaults = r.defaultsAmong(n, all)
}

// computedProperties takes the properties from the result of a function.
func (r *resolver) computedProperties(res *Resource, n *node) {
	v := r.value(n)
	if v.Kind == Map {
		res.Properties = v.Fields
	} else if v.Kind != Missing {
		r.problem(n, "Properties must be an object of properties; Fn::Transform is the only function allowed here")
	}
}

// resolveProperties resolves the properties one by one. Causes of tags are dropped, because tags have no effect on
// traffic.
func (r *resolver) resolveProperties(res *Resource, n *node) (all []*cause) {
	res.Properties = make(Fields, 0, len(n.items))
	for i := range n.items {
		item := &n.items[i]
		leave := r.enter(item.key)
		causes := r.collectCauses(func() {
			if v := r.property(res, item); v.Kind != Missing {
				res.Properties = append(res.Properties, Field{item.key, v})
			}
		})
		if leave(); item.key != "Tags" {
			all = append(all, causes...)
		}
	}
	res.Properties.sort()
	return all
}

// property resolves one property. A macro among the properties may write any property.
func (r *resolver) property(res *Resource, n *node) Value {
	switch {
	case n.key == transform:
		res.Rewritten = cmp.Or(res.Rewritten, macroName(n))
		return r.call(n, "Transform", r.value(n))
	case strings.HasPrefix(n.key, loopPrefix):
		res.Rewritten = cmp.Or(res.Rewritten, n.key)
		return r.function(n)
	case strings.HasPrefix(n.key, "Fn::"):
		r.problem(n, "%s must be the only field of its object", n.key)
		return Value{}
	}
	return r.value(n)
}

// readDependsOn reads one logical id or a list of them. Resources that do not exist are left out.
func (r *resolver) readDependsOn(s *scope, n *node) []string {
	if n == nil {
		return nil
	}
	defer r.enter("DependsOn")()
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
			if !s.mayComeFromMacro(id) {
				r.warnAt(&items[i], "dangling-reference", s.stack.Name+"/"+id, "DependsOn names the resource %q, which does not exist", clip(id))
			}
		case r.exists(s, e) != no:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// readPolicy reads a deletion policy. With language extensions it may be a function.
func (r *resolver) readPolicy(n *node) string {
	if n == nil {
		return ""
	}
	defer r.enter(n.key)()
	v := r.value(n)
	if v.Kind == Text {
		return v.Text
	}
	return ""
}
