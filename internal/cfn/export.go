package cfn

import (
	"slices"
	"strconv"
)

// exports finds exports by name. The name of an export is resolved when the first import is met. If the name itself
// depends on an import, it is resolved later.
type exports struct {
	pending []*export
	byKey   map[exportKey][]*export
}

// exportKey identifies an export: an import must agree in all three to see it.
type exportKey struct{ account, region, name string }

type export struct {
	scope   *scope
	output  *definition
	name    definition // its node is the expression for the name
	indexed bool
}

// addExports records the exports of s.
func (x *exports) addExports(s *scope) {
	for _, e := range inOrder(s.outputs) {
		if name := e.node.field("Export").field("Name"); name != nil {
			x.pending = append(x.pending, &export{scope: s, output: e, name: definition{node: name}})
		}
	}
}

// indexExports resolves the names of exports as far as possible.
func (r *resolver) indexExports() {
	found, before := r.mode, len(r.causes)
	r.mode = withDefaults
	defer func() { r.mode, r.causes = found, r.causes[:before] }()
	for _, e := range r.exports.pending {
		name := e.name.resolution(withDefaults)
		if e.indexed || !r.resolveOnce(&e.name, e.name.node, func() {
			r.inScope(e.scope, func() { name.value = r.value(e.name.node) }, "Outputs", e.output.node.key, "Export", "Name")
		}) || e.indexed {
			continue
		}
		e.indexed = true
		key := r.exportKey(e.scope, name.value)
		r.exports.byKey[key] = append(r.exports.byKey[key], e)
	}
	if len(r.exports.pending) > 0 {
		r.exports.pending = slices.DeleteFunc(slices.Clone(r.exports.pending), func(e *export) bool { return e.indexed })
	}
}

func (r *resolver) exportKey(s *scope, name Value) exportKey {
	return exportKey{s.stack.Account, s.stack.Region, name.String()}
}

func (r *resolver) importValue(n *node) Value {
	return r.eachOutcome([]Value{r.value(n)}, func(args []Value) Value {
		name := args[0]
		if name.Kind == Missing || name.Kind == List || name.Kind == Map {
			r.problem(n, "Fn::ImportValue expects the name of an export, got %s", describe(name))
			return Value{}
		}
		r.indexExports()
		e := r.findExport(name)
		if e == nil {
			return r.unknownImport(n, name)
		}
		if named := e.name.resolution(withDefaults).cause; named != nil {
			r.addCause(named)
			if r.mode == withoutDefaults {
				return r.unknownImport(n, name)
			}
		}
		return r.output(n, e.scope, e.output)
	})
}

// unknownImport returns the value of an import whose export was not read. The name of an export is unique in one account and Region: equal
// names in stacks of different places are different values.
func (r *resolver) unknownImport(n *node, name Value) Value {
	v := r.call(n, "Import", append([]Value{name}, r.scope.top().place...)...)
	if name.Kind != Text {
		return v // Once the name is known, the export may be known too.
	}
	export := "the template that exports " + strconv.Quote(name.Text)
	return r.unknown(v, &cause{name: "the import " + strconv.Quote(name.Text), remedy: export})
}

// findExport returns the export of that name that the current stack sees. It returns nil if there is none, or several.
func (r *resolver) findExport(name Value) *export {
	var here, there []*export
	for _, e := range r.exports.byKey[r.exportKey(r.scope, name)] {
		switch {
		case !r.stackExists(e.scope) || r.exists(e.scope, e.output) == no:
		case e.scope.group == r.scope.group:
			here = append(here, e)
		default:
			there = append(there, e)
		}
	}
	if len(here) == 0 {
		here = there
	}
	if len(here) != 1 {
		return nil
	}
	return here[0]
}

// setExports sets Stack.Exports of each stack, for all names that are known.
func (r *resolver) setExports() {
	r.indexExports()
	for _, all := range r.exports.byKey {
		for _, e := range all {
			name := e.name.resolution(withDefaults).value
			if name.Kind == Text && r.stackExists(e.scope) && r.exists(e.scope, e.output) != no {
				e.scope.stack.Exports[name.Text] = e.output.resolution(withDefaults).value
			}
		}
	}
}
