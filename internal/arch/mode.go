package arch

// Mode is how far a control is in force: it is turned on, and off, one step per deployment.
type Mode int

const (
	// Enforce has the control decide.
	Enforce Mode = iota
	// Observe has traffic pass through the control, which reports and stops nothing.
	Observe
	// Prepare builds the control without leading traffic to it.
	Prepare
)
