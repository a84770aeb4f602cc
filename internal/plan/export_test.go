package plan

// Later is later, for tests outside the package.
func (p *Plan) Later(a, b string) bool { return p.later(a, b) }

// Home is the number that the entry has where nothing collides with it.
func (e Entry) Home() int { return number(e.hashed(), 0, lastNumber) }
