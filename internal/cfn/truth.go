package cfn

// truth is what is known about a condition.
type truth uint8

const (
	maybe truth = iota
	yes
	no
)

func (t truth) itself() truth { return t }

func (t truth) not() truth {
	return [...]truth{maybe: maybe, yes: no, no: yes}[t]
}

func (t truth) or(other truth) truth {
	switch {
	case t == yes || other == yes:
		return yes
	case t == no && other == no:
		return no
	}
	return maybe
}

// value returns the outcome of a condition as a Value.
func (t truth) value() Value {
	return [...]Value{maybe: {Kind: Symbol, Text: "Condition"}, yes: {Kind: Text, Text: "true"}, no: {Kind: Text, Text: "false"}}[t]
}

// outcome returns what is known about a condition whose value is v.
func outcome(v Value) truth {
	switch {
	case v.Kind == Choice:
		return agreed(outcome(v.Items[0]), outcome(v.Items[1]))
	case v.Kind == Text && v.Text == "true":
		return yes
	case v.Kind == Text && v.Text == "false":
		return no
	}
	return maybe
}
