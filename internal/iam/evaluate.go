package iam

import (
	"maps"
	"slices"
	"strings"
)

// Request is a call of an AWS API.
type Request struct {
	// Principal is the ARN of the calling role, session or user; empty is a caller without AWS credentials.
	Principal string
	Action    string // "s3:GetObject"
	Resource  string // an ARN without wildcards
	// Keys are the values of condition keys. A key without values is absent. If a key is not in the map, its value is derived from the
	// caller, the resource or the endpoint if it follows from them, assuming that no AWS service makes the request. Otherwise it is unknown.
	Keys map[string][]string
	// Through is the endpoint that the request goes through. The zero Endpoint is an interface endpoint of an unknown service and Region.
	Through Endpoint
}

// WithKey returns the request with one more key, unless it already has the key.
func (r Request) WithKey(key string, values ...string) Request {
	for name := range r.Keys {
		if strings.EqualFold(name, key) {
			return r
		}
	}
	r.Keys = maps.Clone(r.Keys)
	if r.Keys == nil {
		r.Keys = map[string][]string{}
	}
	r.Keys[key] = values
	return r
}

// Decision is what a policy decides.
type Decision int

// The decisions.
const (
	Unmatched Decision = iota // no statement allows it, which denies it
	Allowed
	Denied  // a statement denies it
	Unknown // it depends on what is not known
)

var decisionNames = [...]string{Unmatched: "denied, as no statement allows it", Allowed: "allowed", Denied: "denied by a statement",
	Unknown: "unknown"}

// String returns the decision in words.
func (d Decision) String() string { return decisionNames[d] }

// IsDenied reports whether the request certainly does not pass.
func (d Decision) IsDenied() bool { return d == Unmatched || d == Denied }

// Explanation is a decision with the statements that make it, or that leave it open.
type Explanation struct {
	Decision   Decision
	Statements []int    // as indexes into the policy's
	Unknown    []string // what would have to be known, sorted
	Assumed    []string // what was taken as given, sorted
}

// Evaluate returns what the policy alone decides. For a request through a VPC endpoint, the policy of the endpoint must allow it, and so
// must others (IAM User Guide, "Policy evaluation logic").
func (p Policy) Evaluate(r Request) Explanation {
	e := evaluation{request: r, version: p.Version, caller: callerOf(r.Principal), open: map[string]bool{}, assumed: map[string]bool{}}
	out := e.decide(p)
	out.Assumed = slices.Sorted(maps.Keys(e.assumed))
	return out
}

func (e *evaluation) decide(p Policy) Explanation {
	var by [3]map[Effect][]int
	for i := range by {
		by[i] = map[Effect][]int{}
	}
	for i, s := range p.Statements {
		m := e.matches(s)
		by[m][s.Effect] = append(by[m][s.Effect], i)
	}
	switch {
	case len(by[yes][Deny]) > 0:
		return Explanation{Decision: Denied, Statements: by[yes][Deny]}
	case len(by[yes][Allow]) > 0 && len(by[maybe][Deny]) == 0:
		return Explanation{Decision: Allowed, Statements: by[yes][Allow]}
	case len(by[yes][Allow])+len(by[maybe][Allow]) > 0:
		open := by[maybe][Deny]
		if len(by[yes][Allow]) == 0 {
			open = slices.Concat(open, by[maybe][Allow])
		}
		return Explanation{Decision: Unknown, Statements: open, Unknown: slices.Sorted(maps.Keys(e.open))}
	}
	return Explanation{Decision: Unmatched}
}

// truth is the answer to a question, if it is known.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func sure(is bool) truth {
	if is {
		return yes
	}
	return no
}

func (t truth) not() truth { return yes - t }

// evaluation is a request, and what was missing to decide it.
type evaluation struct {
	request Request
	version string // of the policy
	caller  caller
	open    map[string]bool
	assumed map[string]bool
}

// matches reports whether a statement is about the request.
func (e *evaluation) matches(s Statement) truth {
	match := min(e.principal(s.Principal), e.action(s))
	if match != no {
		match = min(match, e.resource(s)) // What is open there matters only if the rest matches.
	}
	for _, c := range s.Conditions {
		if match == no {
			return no
		}
		match = min(match, e.condition(c))
	}
	return match
}

func (e *evaluation) action(s Statement) truth {
	found := slices.ContainsFunc(s.Actions, func(pattern string) bool {
		return matchesText(strings.ToLower(pattern), strings.ToLower(e.request.Action)) == yes
	})
	return sure(found != s.NotAction)
}

func (e *evaluation) resource(s Statement) truth {
	found := no
	for _, pattern := range e.expandAll(s.Resources) {
		m := matchesText(pattern, e.request.Resource)
		if m == maybe {
			m = matchesARN(pattern, e.request.Resource) // Comparing field by field may decide it.
		}
		if m == maybe {
			e.dependsOnText(pattern, pattern)
		}
		found = max(found, m)
	}
	if s.NotResource {
		return found.not()
	}
	return found
}

func (e *evaluation) principal(p Principal) truth {
	if p.Missing {
		return yes // The policy is about whoever has it.
	}
	found := no
	for _, name := range p.Names {
		found = max(found, e.isCaller(name))
	}
	if p.Not {
		return found.not()
	}
	return found
}

// isOne reports whether a text is a single value that is known only at deployment.
func isOne(text string) bool {
	p := parts(text)
	return len(p) == 1 && p[0].unknown
}

// CutARN splits an ARN into its six fields, at colons outside of values that are known only at deployment; nil if it has fewer fields.
func CutARN(arn string) []string {
	var fields []string
	start, depth := 0, 0
	for i := 0; i < len(arn) && len(fields) < 5; i++ {
		switch {
		case strings.HasPrefix(arn[i:], "${"):
			depth++
		case arn[i] == '}' && depth > 0:
			depth--
		case arn[i] == ':' && depth == 0:
			fields = append(fields, arn[start:i])
			start = i + 1
		}
	}
	if len(fields) < 5 {
		return nil
	}
	return append(fields, arn[start:])
}
