package cfn

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// isFunction reports whether an object whose only field has that name is a call of an intrinsic function.
func isFunction(name string) bool { return name == "Ref" || strings.HasPrefix(name, "Fn::") }

// function resolves a call of an intrinsic function. The node's key is the function, its content the argument.
func (r *resolver) function(n *node) Value {
	defer r.enter(n.key)()
	switch n.key {
	case "Ref":
		if n.isLiteral() {
			return r.ref(n, n.text)
		}
		return r.applyToText(n, r.value(n), func(name string) Value { return r.ref(n, name) })
	case "Fn::GetAtt":
		return r.getAtt(n)
	case "Fn::ImportValue":
		return r.importValue(n)
	case "Fn::FindInMap":
		return r.findInMap(n)
	case "Fn::Sub":
		return r.sub(n)
	case "Fn::Join":
		return r.join(n)
	case "Fn::Split":
		return r.split(n)
	case "Fn::Select":
		return r.selectFunction(n)
	case "Fn::Cidr":
		return r.cidr(n)
	case "Fn::GetAZs":
		return r.getAZs(n)
	case "Fn::If":
		return r.ifFunction(n)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		return r.conditionFunction(n)
	case "Fn::Length":
		return r.length(n)
	case "Fn::Base64":
		return r.base64(n)
	}
	name := strings.TrimPrefix(n.key, "Fn::")
	if strings.HasPrefix(n.key, loopPrefix) {
		r.unexpanded(n)
		return r.symbol(n, name+"("+r.scope.stack.Name+")")
	}
	return r.call(n, name, r.value(n))
}

// arguments resolves a function's list of arguments, and checks that there are between least and most of them.
func (r *resolver) arguments(n *node, least, most int, form string) ([]Value, bool) {
	if n.kind != listNode || len(n.items) < least || len(n.items) > most {
		got := n.kind.String()
		if n.kind == listNode {
			got = "a list of " + strconv.Itoa(len(n.items))
		}
		r.problem(n, "%s expects %s, got %s", n.key, form, got)
		return nil, false
	}
	args := make([]Value, len(n.items))
	for i := range n.items {
		r.path = append(r.path, index(i))
		args[i] = r.value(&n.items[i])
		r.leave()
	}
	return args, true
}

// applyToText calls f with the text of v. If the text is known only at deployment, the result is a Symbol for the call.
func (r *resolver) applyToText(n *node, v Value, f func(string) Value) Value {
	return r.eachOutcome([]Value{v}, func(args []Value) Value {
		switch v := args[0]; v.Kind {
		case Text:
			return f(v.Text)
		case Missing, List, Map:
			r.problem(n, "%s expects a string, got %s", n.key, describe(v))
			return Value{}
		default:
			return r.call(n, strings.TrimPrefix(n.key, "Fn::"), v)
		}
	})
}

// describe names a value in messages.
func describe(v Value) string {
	switch v.Kind {
	case Missing:
		return "nothing"
	case Text:
		return strconv.Quote(clip(v.Text))
	case List:
		return "a list of " + strconv.Itoa(len(v.Items))
	case Map:
		return "an object"
	}
	return clip(v.String())
}

// clip shortens a text for messages.
func clip(text string) string {
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

func (r *resolver) base64(n *node) Value {
	return r.applyToText(n, r.value(n), func(text string) Value {
		if !r.charge(n, len(text)/(madeText/4*3)) {
			return Value{}
		}
		return Value{Kind: Text, Text: base64.StdEncoding.EncodeToString([]byte(text))}
	})
}

func (r *resolver) length(n *node) Value {
	return r.eachOutcome([]Value{r.value(n)}, func(args []Value) Value {
		switch v := args[0]; v.Kind {
		case List:
			return r.eachOutcome(v.Items, func(items []Value) Value {
				items, ok := withoutMissing(items)
				if !ok {
					return r.call(n, "Length", v)
				}
				return Value{Kind: Text, Text: strconv.Itoa(len(items))}
			})
		case Missing, Text, Map:
			r.problem(n, "Fn::Length expects a list, got %s", describe(v))
			return Value{}
		default:
			return r.call(n, "Length", v)
		}
	})
}
