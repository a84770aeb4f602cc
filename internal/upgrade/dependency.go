package upgrade

import "github.com/tierwall/tierwall/internal/cfn"

// dependsOn reports whether r is updated after target, because it refers to it or depends on it. Both are of the state
// after.
func dependsOn(r, target *cfn.Resource) bool {
	seen := map[*cfn.Resource]bool{}
	var visit func(*cfn.Resource) bool
	visit = func(r *cfn.Resource) bool {
		if r == target {
			return true
		}
		if seen[r] {
			return false
		}
		seen[r] = true
		for ref := range r.References() {
			if ref.Kind == cfn.Reference && visit(ref.Resource) {
				return true
			}
		}
		for _, id := range r.DependsOn {
			if d, ok := r.Stack.Resource(id); ok && visit(d) {
				return true
			}
		}
		return false
	}
	return visit(r)
}
