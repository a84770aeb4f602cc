package address

// Certainty is the answer to a question about addresses that only a deployment may know. A greater value is nearer to yes.
type Certainty int

// The answers.
const (
	No Certainty = iota
	Perhaps
	Yes
)
