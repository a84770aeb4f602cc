package cfn

import "strconv"

func (r *resolver) selectFunction(n *node) Value {
	args, ok := r.arguments(n, 2, 2, "an index and a list")
	if !ok {
		return Value{}
	}
	return r.eachOutcome(args, func(args []Value) Value {
		at, list := args[0], args[1]
		switch at.Kind {
		case Text:
		case Missing, List, Map:
			r.problem(n, "Fn::Select expects an index, got %s", describe(at))
			return Value{}
		default:
			return r.call(n, "Select", at, list)
		}
		i, ok := at.Int()
		if !ok || i < 0 {
			return r.badArguments(n, "Select", args, "Fn::Select expects an index of 0 or more, got %s", describe(at))
		}
		return r.item(n, list, i)
	})
}

// item returns item i of a list.
func (r *resolver) item(n *node, list Value, i int) Value {
	switch list.Kind {
	case Missing, Text, Map:
		r.problem(n, "Fn::Select expects a list, got %s", describe(list))
		return Value{}
	case List:
		return r.eachOutcome(list.Items, func(items []Value) Value {
			items, ok := withoutMissing(items)
			if !ok {
				return r.call(n, "Select", Value{Kind: Text, Text: strconv.Itoa(i)}, Value{Kind: List, Items: items})
			}
			if i >= len(items) {
				return r.badArguments(n, "Select", []Value{{Kind: Text, Text: strconv.Itoa(i)}, list},
					"Fn::Select selects item %d of a list of length %d; the first item is 0", i, len(items))
			}
			return items[i]
		})
	}
	return r.listEntry(n, list, i)
}
