package cfn

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/diag"
)

// resolver turns nodes of templates into values. One resolver reads a whole assembly. Each expression that is evaluated
// later has its own.
type resolver struct {
	exports  *exports
	scope    *scope   // of the current expression
	path     []string // of the current expression, in its template
	problems diag.List
	omitted  int // number of problems beyond maxProblems
	warnings diag.List
	warned   map[string]bool // by rule and subject
	strict   bool            // references to undefined names are problems, not warnings

	mode      defaultsMode // which resolutions the current value uses
	causes    []*cause     // what the current value depends on: defaults if they are used, otherwise whatever is unknown
	uncertain int          // number of open conditions around the current value, which may never be used

	looped         int // nodes that loops of the current template made
	spent          int // units of values so far; see charge
	depth          int // nesting of the current value
	deepest        int // greatest depth since the last reset
	exhausted      bool
	conditionDepth int // number of condition functions around the current value
}

// problem reports a mistake at n.
func (r *resolver) problem(n *node, format string, args ...any) {
	if len(r.problems) == maxProblems {
		r.omitted++
		return
	}
	r.problems.Add(r.diagnostic(n, format, args...))
}

// diagnostic returns an error at n.
func (r *resolver) diagnostic(n *node, format string, args ...any) diag.Diagnostic {
	d := diag.Diagnostic{Path: pathText(r.path), Summary: fmt.Sprintf(format, args...)}
	if r.scope != nil {
		d.At = []diag.Position{{File: r.scope.source}}
		if n != nil {
			d.At[0].Line = int(n.line)
		}
	}
	return d
}

// pathText writes a path. It leaves out the middle of a long path.
func pathText(path []string) string {
	const first, last = 8, 4
	if len(path) > first+last+1 {
		path = slices.Concat(path[:first], []string{"..."}, path[len(path)-last:])
	}
	names := make([]string, len(path))
	for i, name := range path {
		names[i] = clip(name)
	}
	return strings.NewReplacer(".[", "[", ".....", "...").Replace(strings.Join(names, "."))
}

// err returns all problems as one error.
func (r *resolver) err() error {
	list := r.problems.Sorted()
	if r.omitted > 0 {
		list.Add(diag.Diagnostic{Summary: fmt.Sprintf("and %d more problems", r.omitted)})
	}
	return list.Err()
}

// enter appends names to the path, until the returned function is called.
func (r *resolver) enter(names ...string) (leave func()) {
	before := len(r.path)
	r.path = append(r.path, names...)
	return func() { r.path = r.path[:before] }
}

func (r *resolver) leave() { r.path = r.path[:len(r.path)-1] }

// inScope calls f in another scope, at the given path.
func (r *resolver) inScope(s *scope, f func(), path ...string) {
	scope, before := r.scope, r.path
	r.scope, r.path = s, path
	f()
	r.scope, r.path = scope, before
}

// charge counts units of values, to limit their total: one per value, one per 64 bytes of a literal, and one per
// madeText bytes of a text that functions produce. It returns false when the limit is exceeded.
func (r *resolver) charge(n *node, units int) bool {
	r.spent += units
	return r.withinLimit(n, r.spent <= maxResolved, tooMany)
}

// tooMany names the limit.
var tooMany = fmt.Sprintf("the values are too many or too long (more than %d, where %d characters of a text count as one); "+
	"references to references can multiply values", maxResolved, madeText)

// descend goes one value deeper, with height further values below. It returns false if that is too deep.
func (r *resolver) descend(n *node, height int) bool {
	r.depth++
	r.deepest = max(r.deepest, r.depth+height)
	return r.withinLimit(n, r.depth+height <= maxDepth, tooDeep)
}

// tooDeep is formatted once, because descend is called for every value.
var tooDeep = fmt.Sprintf("values are nested more than %d deep", maxDepth)

// withinLimit stops reading if fits is false, with a single problem.
func (r *resolver) withinLimit(n *node, fits bool, otherwise string) bool {
	if !fits && !r.exhausted {
		r.exhausted = true
		r.problem(n, "%s", otherwise)
	}
	return !r.exhausted
}

// value resolves a node.
func (r *resolver) value(n *node) Value {
	if !r.charge(n, 1) || !r.descend(n, 0) {
		return Value{}
	}
	v := r.valueOf(n)
	v.Line = int(n.line)
	r.depth--
	return v
}

func (r *resolver) valueOf(n *node) Value {
	switch n.kind {
	case textNode:
		return r.text(n, n.text)
	case listNode:
		return r.list(n)
	case objectNode:
		if len(n.items) == 1 && isFunction(n.items[0].key) {
			return r.function(&n.items[0])
		}
		return r.object(n)
	}
	r.problem(n, "null is not allowed in templates; leave it out, or write {\"Ref\": \"AWS::NoValue\"}")
	return Value{}
}

func (r *resolver) list(n *node) Value {
	v := Value{Kind: List, Items: make([]Value, 0, len(n.items))}
	for i := range n.items {
		r.path = append(r.path, index(i))
		if item := r.value(&n.items[i]); item.Kind != Missing {
			v.Items = append(v.Items, item)
		}
		r.leave()
	}
	return v
}

func (r *resolver) object(n *node) Value {
	v := Value{Kind: Map, Fields: make(Fields, 0, len(n.items))}
	for i := range n.items {
		item := &n.items[i]
		if strings.HasPrefix(item.key, "Fn::") {
			return r.functionAmongFields(n, item)
		}
		r.path = append(r.path, item.key)
		if field := r.value(item); field.Kind != Missing {
			v.Fields = append(v.Fields, Field{item.key, field})
		}
		r.leave()
	}
	v.Fields.sort()
	return v
}

// functionAmongFields resolves an object that has a function beside other fields. Only Fn::Transform and Fn::ForEach
// allow that.
func (r *resolver) functionAmongFields(n, function *node) Value {
	if function.key != "Fn::Transform" {
		defer r.enter(function.key)()
		if strings.HasPrefix(function.key, "Fn::ForEach") {
			return r.function(function)
		}
		r.problem(function, "%s must be the only field of its object", function.key)
		return Value{}
	}
	rest := node{kind: objectNode, line: n.line}
	for _, item := range n.items {
		if item.key == function.key {
			item.key = "Transform"
		}
		rest.items = append(rest.items, item)
	}
	return r.call(function, "Transform", r.value(&rest))
}

// symbol returns a Symbol with that name, made of parts.
func (r *resolver) symbol(n *node, name string, parts ...Value) Value {
	r.charge(n, len(name)/madeText)
	return Value{Kind: Symbol, Text: name, Items: parts}
}

// call returns the Symbol for a function call whose arguments are known only at deployment.
func (r *resolver) call(n *node, function string, args ...Value) Value {
	return r.symbol(n, callName(function, args...), args...)
}

// index returns the path element of an item in a list. Small indexes need no allocation.
func index(i int) string {
	if small := indexes(); i < len(small) {
		return small[i]
	}
	return fmt.Sprintf("[%d]", i)
}

var indexes = sync.OnceValue(func() *[256]string {
	all := &[256]string{}
	for i := range all {
		all[i] = fmt.Sprintf("[%d]", i)
	}
	return all
})

// badArguments reports invalid arguments of a function. Behind an open condition they are no error, and the result is a
// Symbol.
func (r *resolver) badArguments(n *node, function string, args []Value, format string, details ...any) Value {
	if r.uncertain > 0 {
		return r.call(n, function, args...)
	}
	r.problem(n, format, details...)
	return Value{}
}
