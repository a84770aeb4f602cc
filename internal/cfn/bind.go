package cfn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// bindParameters gives the top-level stacks the parameter values from the options.
func (l *loader) bindParameters() {
	sets := l.givenSets()
	used := make([]map[string]bool, len(sets))
	for i := range used {
		used[i] = map[string]bool{}
	}
	count, shared, known := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, s := range l.top {
		for _, name := range s.parameterNames() {
			count[name]++
		}
	}
	for _, s := range l.top {
		s.shared = shared
		if s.given == nil {
			s.given = map[string]string{}
		}
		s.previous = map[string]bool{}
		for _, name := range s.parameterNames() {
			if count[name] > 1 {
				shared[name] = true
			}
			if !strings.HasPrefix(name, "AWS::") {
				known[name] = true
			}
			for i := range sets {
				s.takeValue(name, sets[i], used[i], count[name] == 1)
			}
		}
		s.stack.Account, s.stack.Region = s.given["AWS::AccountId"], s.given["AWS::Region"]
	}
	for i := range sets {
		l.reportUnused(sets[i], used[i], slices.Sorted(maps.Keys(known)))
	}
}

// parameterNames returns the names of all parameters of a top-level stack, pseudo parameters included.
func (s *scope) parameterNames() []string {
	names := append(slices.Clone(stackPseudoParameters), placePseudoParameters...)
	if section := s.root.field("Parameters"); section != nil {
		for _, item := range section.items {
			names = append(names, item.key)
		}
	}
	return names
}

// takeValue gives s the value that a set holds for one of its parameters. The argument only says that no other
// top-level stack has a parameter of that name.
func (s *scope) takeValue(name string, set givenSet, used map[string]bool, only bool) {
	keys := []string{name, s.stack.Name + "." + name}
	if set.isContext && (!only || strings.HasPrefix(name, "AWS::")) {
		keys = keys[1:] // Without a stack's name, the value is meant for the app or for any of several stacks.
	}
	for _, key := range keys {
		value, ok := set.values[key]
		if !ok {
			continue
		}
		used[key] = true
		if s.previous[name] = value.previous; value.previous {
			delete(s.given, name)
		} else {
			s.given[name] = value.text
		}
	}
}

// reportUnused reports values for parameters that no stack has. On the command line such a value is a misspelt name and
// an error. In a file it is a warning, because several stacks may share the file.
func (l *loader) reportUnused(set givenSet, used map[string]bool, known []string) {
	for _, name := range slices.Sorted(maps.Keys(set.values)) {
		switch {
		case used[name] || len(l.top) == 0 || set.isContext && !l.mayMeanParameter(name, known):
		case set.file != "":
			l.resolver.warn(diag.Diagnostic{
				Rule: "unknown-parameter", Subject: set.file + ":" + name,
				Summary: unusedReason(name, known),
				At:      []diag.Position{{File: set.file, Line: set.values[name].line}},
			})
		case l.options.Optional:
			l.unused = append(l.unused, name)
		default:
			l.resolver.problems.Add(unknownParameter(name, known))
		}
	}
}

// mayMeanParameter reports whether a value in CDK's context may be meant for a parameter: its name is a parameter's
// name, or starts with a stack's name. All other context is meant for the app.
func (l *loader) mayMeanParameter(name string, known []string) bool {
	stack, _, isOf := strings.Cut(name, ".")
	return slices.Contains(known, name) ||
		isOf && slices.ContainsFunc(l.top, func(s *scope) bool { return s.stack.Name == stack })
}

// unusedReason explains why a value in a file is not used.
func unusedReason(name string, known []string) string {
	if slices.Contains(known, name) {
		return fmt.Sprintf("several templates have the parameter %q, but CDK's context does not say which one is meant, "+
			"so its value is not used; write \"Stack:%s\"", clip(name), clip(name))
	}
	return fmt.Sprintf("no template has the parameter %q; its value is not used", clip(name))
}

// unknownParameter reports a value for a parameter that no template has. The argument known lists the parameters that
// exist.
func unknownParameter(name string, known []string) diag.Diagnostic {
	const most = 20
	list := "the templates have no parameters"
	if len(known) > 0 {
		list = "the parameters are: " + strings.Join(known[:min(len(known), most)], ", ")
	}
	if more := len(known) - most; more > 0 {
		list += fmt.Sprintf(", and %d more", more)
	}
	return diag.Diagnostic{
		Summary: fmt.Sprintf("a value is given for the parameter %q, but no template has it", name),
		Detail:  "values can be given to parameters of top-level stacks, as \"Name\" or \"Stack.Name\"; " + list,
	}
}
