package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// expectation is one line of a file of expectations: "accept Web -> App tcp/8080", "deny internet -> Database postgresql".
type expectation struct {
	accept   bool
	from, to string
	service  string
	traffic  traffic.Set
	at       diag.Position
}

// readExpectations reads a file of expectations. It ignores empty lines and comments after "#". The error lists every wrong line.
func readExpectations(file string) ([]expectation, error) {
	data, err := cfn.ReadNamed(file)
	if err != nil {
		return nil, fmt.Errorf("--expect %s: %w", file, err)
	}
	var out []expectation
	var problems []error
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		e, err := parseExpectation(line)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", file, number, err))
			continue
		}
		e.at = diag.Position{File: file, Line: number}
		out = append(out, e)
	}
	if len(out) == 0 && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%s: the file contains no expectation", file))
	}
	return out, errors.Join(problems...)
}

func parseExpectation(line string) (expectation, error) {
	left, right, ok := strings.Cut(line, "->")
	verb, from, ok1 := strings.Cut(strings.TrimSpace(left), " ")
	words := strings.Fields(right)
	if !ok || !ok1 || len(words) < 2 || verb != "accept" && verb != "deny" {
		return expectation{}, fmt.Errorf("%q is not an expectation; write accept or deny, FROM -> TO, and a service: "+
			"deny internet -> Database tcp/5432", strings.TrimSpace(line))
	}
	last := len(words) - 1
	e := expectation{accept: verb == "accept", from: strings.TrimSpace(from), to: strings.Join(words[:last], " "), service: words[last]}
	ports, err := arch.ParseService(e.service)
	if err != nil {
		return expectation{}, err
	}
	for _, p := range ports {
		e.traffic = e.traffic.Union(proof.TrafficOf(p))
	}
	return e, nil
}

// check compares expectations with a topology. An accepted service must certainly be carried between all ends of the two peers; a
// denied service must not even possibly be carried between any of them. A short name may exist in several environments, such as the
// stages of an app; the expectation must then hold in each of them.
func check(top *reach.Topology, expected []expectation) (diag.List, error) {
	var out diag.List
	var problems []error
	for _, e := range expected {
		pairs, err := e.pairs(top)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", e.at, err))
			continue
		}
		for _, pair := range pairs {
			in := e
			if len(pairs) > 1 {
				in.from, in.to = cmp.Or(pair[0].Name, e.from), cmp.Or(pair[1].Name, e.to)
			}
			if d, failed := in.check(top, pair[0].Ends, pair[1].Ends); failed {
				out.Add(d)
			}
		}
	}
	return out, errors.Join(problems...)
}

// pairs returns the two peers of an expectation, in each environment.
func (e expectation) pairs(top *reach.Topology) ([][2]reach.Named, error) {
	from, err := top.FindEach(e.from)
	to, err2 := top.FindEach(e.to)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	var out [][2]reach.Named
	for _, f := range from {
		for _, t := range to {
			if len(from) == 1 && len(to) == 1 || sameEnvironment(f, t) {
				out = append(out, [2]reach.Named{f, t})
			}
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case len(from) > 1:
		return nil, reach.Ambiguous(e.from, from)
	}
	return nil, reach.Ambiguous(e.to, to)
}

// sameEnvironment reports whether two peers are in the same environment. A peer outside, such as the internet, is in all of them.
func sameEnvironment(a, b reach.Named) bool {
	one, other := a.Environment()+"/", b.Environment()+"/"
	return a.Name == "" || b.Name == "" || strings.HasPrefix(one, other) || strings.HasPrefix(other, one)
}

func (e expectation) check(top *reach.Topology, from, to []reach.End) (diag.Diagnostic, bool) {
	pairs := 0
	for _, f := range from {
		for _, t := range to {
			if f.Is6() != t.Is6() || f.Class == nil && t.Class == nil {
				continue
			}
			pairs++
			carried := top.Carried(f, t)
			wrong := e.traffic.Intersect(reach.FamilyOf(t)).Minus(carried.Sure)
			word := "is expected to be accepted but is not certainly carried"
			if !e.accept {
				wrong, word = e.traffic.Intersect(carried.Maybe), "is expected to be denied but may be carried"
			}
			if service, ok := wrong.First(); ok {
				return e.diagnostic(top, f, t, service, word), true
			}
		}
	}
	if pairs == 0 && e.accept {
		word := "is expected to be accepted but cannot be carried: the two peers have no addresses of the same IP version"
		d := e.diagnostic(top, reach.End{}, reach.End{}, traffic.Service{}, word)
		return d, true
	}
	return diag.Diagnostic{}, false
}

func (e expectation) diagnostic(top *reach.Topology, from, to reach.End, service traffic.Service, word string) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Finding, Rule: "expected", Subject: fmt.Sprintf("%s->%s:%s", e.from, e.to, e.service),
		Path: e.from + " -> " + e.to, At: []diag.Position{e.at}, Summary: e.service + " " + word,
	}
	if from.Class == nil && to.Class == nil {
		return d
	}
	detail := []string{fmt.Sprintf("witness: %s from %s to %s", service, from.Address(), to.Address())}
	for _, s := range top.Explain(from, to, service) {
		detail = append(detail, proof.StepText(s))
	}
	d.Detail = strings.Join(detail, "\n")
	return d
}
