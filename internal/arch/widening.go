package arch

// Widening says that a control must allow more than was declared, and why.
type Widening struct {
	Control string // "routes", "security group"
	Path    string // the tiers concerned
	Carries string // what it allows beyond the declared flows
	Reason  string
}
