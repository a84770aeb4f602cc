package arch

// Widening says that a control must let through more than was declared, and why.
type Widening struct {
	Control string // "routes", "security group"
	Path    string // the tiers concerned
	Carries string // what it lets through beyond the declared flows
	Reason  string
}
