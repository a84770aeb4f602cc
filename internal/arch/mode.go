package arch

// Mode says how far a control is in force. A control is turned on, and off, one step per deployment.
type Mode int

const (
	// Enforce lets the control decide.
	Enforce Mode = iota
	// Observe sends traffic through the control, which reports and stops nothing.
	Observe
	// Prepare creates the control without sending traffic to it.
	Prepare
)
