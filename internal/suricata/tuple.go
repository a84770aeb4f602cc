package suricata

import "errors"

// Tuple is a stateful rule in the form of CloudFormation's StatefulRule. Empty Source, SourcePort, Destination and
// DestinationPort are not allowed there; "ANY" is.
type Tuple struct {
	Action, Protocol             string // PASS, TCP
	Source, SourcePort           string
	Direction                    string // FORWARD or ANY
	Destination, DestinationPort string
	Options                      []TupleOption
}

// TupleOption is an option of a Tuple: a keyword with its settings, quotes included.
type TupleOption struct {
	Keyword  string
	Settings []string
}

// FromTuple returns the rule that AWS makes of a StatefulRule.
func FromTuple(t Tuple) (Rule, error) { return Rule{}, errors.New("not there yet") }
