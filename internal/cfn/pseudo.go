package cfn

import "slices"

func (r *resolver) getAZs(n *node) Value {
	region := r.value(n)
	if region.Kind == Missing || region.Kind == Text && region.Text == "" {
		region = r.pseudo(n, "AWS::Region")
	}
	return r.eachOutcome([]Value{region}, func(args []Value) Value {
		if kind := args[0].Kind; kind == List || kind == Map {
			r.problem(n, "Fn::GetAZs expects the name of a Region, got %s", describe(args[0]))
			return Value{}
		}
		return r.call(n, "GetAZs", args[0])
	})
}

const stackName = "AWS::StackName"

// stackPseudoParameters lists the pseudo parameters that differ from stack to stack.
var stackPseudoParameters = []string{stackName, "AWS::StackId", "AWS::NotificationARNs"}

// placePseudoParameters lists the pseudo parameters that depend on the account and Region.
var placePseudoParameters = []string{"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"}

// pseudo resolves a pseudo parameter.
func (r *resolver) pseudo(n *node, name string) Value {
	switch {
	case name == "AWS::NoValue":
		return Value{}
	case slices.Contains(stackPseudoParameters, name):
		return r.stackPseudo(n, name)
	case slices.Contains(placePseudoParameters, name):
		if text, ok := r.scope.top().given[name]; ok {
			return Value{Kind: Text, Text: text}
		}
		return r.unknown(r.symbol(n, name), &cause{name: name, remedy: "-p " + name + "=..."})
	}
	r.problem(n, "there is no pseudo parameter %q", clip(name))
	return Value{}
}

// stackPseudo resolves a pseudo parameter that belongs to the stack. Users cannot give one for a nested stack.
func (r *resolver) stackPseudo(n *node, name string) Value {
	if text, ok := r.scope.given[name]; ok {
		return Value{Kind: Text, Text: text}
	}
	s := r.scope
	v := r.symbol(n, s.stack.Name+"/"+name)
	switch {
	case s.parent != nil:
		return v
	case name == stackName && s.assumedName != "" && !s.previous[name]:
		return r.assumeName(v)
	}
	return r.unknown(v, &cause{name: name + " of " + s.stack.Name, remedy: s.flag(name)})
}

// assumeName returns the assumed name of a stack that is named after its file. If defaults are not used, it returns the
// Symbol.
func (r *resolver) assumeName(symbol Value) Value {
	s := r.scope
	if s.nameCause == nil {
		flag := s.flag(stackName)
		s.nameCause = &cause{
			name: stackName + " of " + s.stack.Name, remedy: flag,
			byDefault: &Default{Stack: s.stack.Name, Name: stackName, Value: s.assumedName, Flag: flag},
		}
	}
	if r.mode == withoutDefaults {
		return r.unknown(symbol, s.nameCause)
	}
	r.addCause(s.nameCause)
	return Value{Kind: Text, Text: s.assumedName}
}

// stackID returns a value that identifies the current stack, to distinguish calls whose meaning depends on the stack.
func (r *resolver) stackID() Value {
	return Value{Kind: Symbol, Text: r.scope.stack.Name + "/AWS::StackId"}
}
