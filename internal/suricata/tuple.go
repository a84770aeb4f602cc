package suricata

import (
	"fmt"
	"strings"
)

// Tuple is a stateful rule in the form of CloudFormation's StatefulRule. Source, SourcePort, Destination and
// DestinationPort must not be empty; "ANY" stands for all.
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

// FromTuple returns the rule that AWS makes from a StatefulRule.
func FromTuple(t Tuple) (Rule, error) {
	r := Rule{Action: Action(strings.ToLower(t.Action)), Protocol: strings.ToLower(t.Protocol)}
	if !r.Action.Decides() && r.Action != Alert {
		return r, fmt.Errorf("got the action %.40q; allowed are PASS, DROP, REJECT and ALERT", t.Action)
	}
	switch strings.ToUpper(t.Direction) {
	case "FORWARD":
	case "ANY":
		r.Bidirectional = true
	default:
		return r, fmt.Errorf("got the direction %.40q; allowed are FORWARD and ANY", t.Direction)
	}
	for _, field := range []struct {
		name, from string
		to         *string
	}{
		{"Source", t.Source, &r.Source}, {"SourcePort", t.SourcePort, &r.SourcePort},
		{"Destination", t.Destination, &r.Destination}, {"DestinationPort", t.DestinationPort, &r.DestinationPort},
	} {
		switch {
		case field.from == "":
			return r, fmt.Errorf("%s is missing; write ANY", field.name)
		case strings.EqualFold(field.from, "any"):
			*field.to = "any"
		default:
			*field.to = field.from
		}
	}
	for _, o := range t.Options {
		r.Options = append(r.Options, Option{strings.ToLower(o.Keyword), strings.Join(o.Settings, ",")})
	}
	return r, nil
}
