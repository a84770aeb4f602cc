package suricata

// Severity says how bad a problem is.
type Severity uint8

// The severities.
const (
	// Error is a problem that AWS or Suricata rejects, or that tierwall rejects for safety.
	Error Severity = iota
	// Warning is a problem that they accept, but that is probably a mistake.
	Warning
)

// Problem is one mistake in rules.
type Problem struct {
	Severity Severity
	// Group is the index of the group in a [Policy]. It is 0 for a problem of a single group.
	Group int
	// Line is the number of the line, counted from 1. It is 0 if the problem concerns the whole text or group.
	Line int
	// Rule is the stable name of the check, in kebab case: "sid-missing".
	Rule string
	// Variable is the name of the group's variable that is wrong, without the dollar sign; empty for other problems.
	Variable string
	// Undefined is true if an address or port names a variable or reference that is not defined.
	Undefined bool
	// Summary says on one line what is wrong.
	Summary string
	// Detail says why, with the value found and the values allowed. It may be empty.
	Detail string
	// Fix says what to do.
	Fix string
}
