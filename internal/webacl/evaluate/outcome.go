package evaluate

// outcome is what a statement makes of a request.
type outcome int

const (
	no outcome = iota
	unknown
	yes
	// skipped is that the rule is not asked at all: the header with the client's address is not there. Nothing turns it around.
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

// all is the outcome of statements that must all match.
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

// some is the outcome of statements of which one must match.
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
