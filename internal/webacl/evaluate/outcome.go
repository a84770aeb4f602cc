package evaluate

// outcome is the result of a statement for a request.
type outcome int

const (
	no outcome = iota
	unknown
	yes
	// skipped says that the rule does not apply, because the header with the client's address is missing. A negation does not change it.
	skipped
)

var words = map[outcome]string{no: "does not match", unknown: "may match", yes: "matches", skipped: "is not asked"}

func (o outcome) not() outcome {
	switch o {
	case yes:
		return no
	case no:
		return yes
	}
	return o
}

// all returns the outcome of statements that must all match.
func all(list []outcome) outcome {
	out := yes
	for _, o := range list {
		if o == skipped {
			return skipped
		}
		out = min(out, o)
	}
	return out
}

// some returns the outcome of statements of which one must match.
func some(list []outcome) outcome {
	out := no
	for _, o := range list {
		if o == skipped {
			return skipped
		}
		out = max(out, o)
	}
	return out
}

func sure(b bool) outcome {
	if b {
		return yes
	}
	return no
}
