package upgrade

import "github.com/tierwall/tierwall/internal/diag"

// findTypeChanges finds logical ids whose type changes, which CloudFormation rejects.
func (u *update) findTypeChanges() {
	stacks := stacksByName(u.before)
	for r := range resources(u.after) {
		b := formerResource(stacks[r.Stack.Name], r)
		if b == nil || b.Type == r.Type {
			continue
		}
		u.failing[r] = true
		u.report("type-changed", r, diag.Diagnostic{
			Summary: "the type of " + r.ID + " changes from " + b.Type + " to " + r.Type,
			Detail:  "CloudFormation answers \"Update of resource type is not permitted\" and changes nothing",
			Fix:     "give the resource of the other type a logical id of its own",
		}, b)
	}
}
