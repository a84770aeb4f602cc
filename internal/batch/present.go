package batch

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Present says of each construct whether it is in the tree of constructs: it was not removed, or one with the same path has
// replaced it.
func Present[C constructs.IConstruct](all []C) []bool {
	out := make([]bool, len(all))
	if len(all) == 0 || !load() {
		for i, c := range all {
			out[i] = isPresent(c)
		}
		return out
	}
	var answers any
	runtime.StaticInvoke(class, "present", []any{all}, &answers)
	for i, answer := range answers.([]any) {
		out[i] = answer.(bool)
	}
	return out
}

// isPresent asks from Go.
func isPresent(c constructs.IConstruct) bool {
	for at := c; at.Node().Scope() != nil; at = at.Node().Scope() {
		if at.Node().Scope().Node().TryFindChild(at.Node().Id()) == nil {
			return false
		}
	}
	return true
}
