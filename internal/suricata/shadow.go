package suricata

// Place is a rule of a policy: the index of its group in the order of priority, and that of its line in Group.Lines.
type Place struct{ Group, Line int }

// Shadow is a rule that can never decide anything, because rules before it match all that it matches.
type Shadow struct {
	Rule Place
	// By are the rules that together match all of it, in the order of evaluation.
	By []Place
	// Contradiction is true if one of them decides the opposite of what the rule says.
	Contradiction bool
	// Why says it in one sentence.
	Why string
}

// Shadows returns the rules of a policy in strict order that can never decide anything. The groups are in the order of
// their priority.
func Shadows(groups []Group) []Shadow { return nil }
