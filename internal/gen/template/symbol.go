package template

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/cdkname"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// operand is an operand as a template has it: a literal, a part of the network's range, or the expression of a symbol.
func (r *renderer) operand(o arch.Operand) any {
	if !o.Symbolic {
		return o.Text
	}
	if part, ok := address.PartOf(r.p.Model, o); ok {
		return r.part(part)
	}
	return r.symbol(o.Text)
}

// symbol is the expression that a symbol stands for.
func (r *renderer) symbol(symbol string) any {
	if known, ok := r.symbols[symbol]; ok {
		return known
	}
	var out any
	if r.in.Symbol != nil {
		out = r.in.Symbol(symbol)
	}
	if out == nil {
		out = r.parameter(symbol)
	}
	name := symbol
	if dot := strings.LastIndexByte(symbol, '.'); dot > 0 && strings.Contains(symbol, "/") {
		name = cdkname.LogicalID(strings.Split(symbol[:dot], "/")...) + symbol[dot:]
	}
	out = given(out, name)
	r.symbols[symbol] = out
	return out
}

// parameter makes the parameter for a symbol, unless the symbol is an expression itself.
func (r *renderer) parameter(symbol string) any {
	if expression, ok := expressionOf(symbol); ok {
		return expression
	}
	name := cdkname.LogicalID(symbol)                                      // Its letters and digits.
	for r.main.template.Parameters[name].Description != "" || name == "" { // Two symbols that differ in other characters only.
		name += "Other"
	}
	if r.main.template.Parameters == nil {
		r.main.template.Parameters = map[string]Parameter{}
	}
	r.main.template.Parameters[name] = Parameter{Type: "String", Description: symbol}
	return object{"Ref": name}
}

// text is a text of a policy as a template has it: pseudo parameters by Ref, and symbols by their expressions. Variables of policies stay.
func (r *renderer) text(text string) any {
	var parts []any
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return join(append(parts, text)...)
		}
		parts = append(parts, before)
		switch variable := "${" + name + "}"; {
		case strings.HasPrefix(name, "AWS::"):
			parts = append(parts, object{"Ref": name})
		case iam.IsVariable(variable):
			parts = append(parts, variable)
		default:
			parts = append(parts, r.symbol(name))
		}
		text = after
	}
}

// join joins texts and expressions. Joins within are part of it.
func join(parts ...any) any {
	var out []any
	for _, part := range flat(parts) {
		text, isText := part.(string)
		if last := len(out) - 1; isText && last >= 0 {
			if before, ok := out[last].(string); ok {
				out[last] = before + text
				continue
			}
		}
		if part != "" {
			out = append(out, part)
		}
	}
	switch len(out) {
	case 0:
		return ""
	case 1:
		return out[0]
	}
	return object{"Fn::Join": []any{"", out}}
}

// flat replaces joins by their parts.
func flat(parts []any) []any {
	var out []any
	for _, part := range parts {
		if inner, isJoin := joined(part); isJoin {
			out = append(out, inner...)
		} else {
			out = append(out, part)
		}
	}
	return out
}

// joined returns the parts of a join without a delimiter.
func joined(v any) (parts []any, isJoin bool) {
	function, _ := v.(object)
	arguments, _ := function["Fn::Join"].([]any)
	if len(function) != 1 || len(arguments) != 2 || arguments[0] != "" {
		return nil, false
	}
	parts, isJoin = arguments[1].([]any)
	return parts, isJoin
}
