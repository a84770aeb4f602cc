package cfn

import (
	"fmt"
	"strings"
)

// Evaluate resolves a JSON expression as if it stood in the template of the stack with that file or name: {"Ref":
// "Vpc"}, {"Fn::GetAtt": ["Vpc", "CidrBlock"]}, or a literal.
func (a *Assembly) Evaluate(file string, expression []byte) (Value, error) {
	s, ok := a.Stack(file)
	if !ok || s.scope == nil {
		names := make([]string, len(a.Stacks))
		for i, s := range a.Stacks {
			names[i] = s.Name
		}
		return Value{}, fmt.Errorf("there is no stack %q; the stacks are: %s", file, strings.Join(names, ", "))
	}
	n, _, err := parseJSON(expression)
	if err != nil {
		return Value{}, fmt.Errorf("expression: %w", err)
	}
	here := *s.scope
	here.source = "expression"
	r := &resolver{exports: a.exports, scope: &here, strict: true}
	v := r.value(n)
	if err := r.err(); err != nil {
		return Value{}, err
	}
	return v, nil
}
