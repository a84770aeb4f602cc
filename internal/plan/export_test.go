package plan

// Later is later, for tests outside the package.
func (p *Plan) Later(a, b string) bool { return p.later(a, b) }
