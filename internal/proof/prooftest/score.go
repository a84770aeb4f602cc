package prooftest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Score counts the mutants by the result of the proof.
type Score struct {
	Mutants  int
	Changed  int      // mutants that change the traffic
	Reported int      // mutants that change the traffic and that the proof reports
	Survived []string // mutants that change the traffic and that the proof does not report
	False    []string // mutants that are reported although the traffic is the same
	// Weakened counts mutants with the same traffic for which the proof reports a weakened control.
	Weakened int
	// Lost counts mutants that replace the group of a member. The traffic of the groups stays the same, but the proof reports that the
	// member no longer belongs to its tier.
	Lost int
	// Unrequired counts mutants that only remove traffic that flows with addresses allow but do not require: between two tiers without
	// a flow, or with addresses of the network that belong to no tier.
	Unrequired int

	original *cfn.Assembly
	top      *reach.Topology // of the original
	before   []string        // findings of the original
}

// String describes the score.
func (s *Score) String() string {
	return fmt.Sprintf("%d mutants: %d change the traffic, and %d of these are reported; %d with the same traffic are reported; "+
		"%d only remove traffic that is not required, %d weaken a control, %d remove a member from its tier",
		s.Mutants, s.Changed, s.Reported, len(s.False), s.Unrequired, s.Weakened, s.Lost)
}

// Judge compares the findings of the proof on a mutant with the change of the traffic. Findings on the original do not count.
func (s *Score) Judge(name string, original, mutant *cfn.Assembly, declared *proof.Declaration) error {
	s.Mutants++
	if err := s.begin(original, declared); err != nil {
		return err
	}
	top, err := proof.Topology(mutant, declared)
	if err != nil {
		return err
	}
	changes := reach.Diff(s.top, top)
	after, err := findings(mutant, declared)
	reported := err != nil || !slices.Equal(s.before, after) // An error about a missing part is a report, too.
	if !reported {
		changes = net(changes)
	}
	switch {
	case !reported && len(changes) > 0 && !slices.ContainsFunc(changes, declaredBy(declared).requires):
		s.Unrequired++
	case len(changes) > 0 && reported:
		s.Changed++
		s.Reported++
	case len(changes) > 0:
		s.Changed++
		s.Survived = append(s.Survived, fmt.Sprintf("%s: %s", name, describe(changes)))
	case reported && err == nil && slices.Equal(s.before, slices.DeleteFunc(slices.Clone(after), isWeakened)):
		s.Weakened++
	case reported && err == nil && strings.Contains(name, " groups ") && strings.HasSuffix(name, " instead"):
		s.Lost++
	case reported:
		s.False = append(s.False, fmt.Sprintf("%s: %s", name, after))
	}
	return nil
}

// begin reads the original, unless it is the one of the mutant before.
func (s *Score) begin(original *cfn.Assembly, declared *proof.Declaration) (err error) {
	if s.original == original {
		return nil
	}
	if s.top, err = proof.Topology(original, declared); err != nil {
		return err
	}
	if s.before, err = findings(original, declared); err != nil {
		return err
	}
	s.original = original
	return nil
}

// isWeakened reports whether a finding is about a weakened control.
func isWeakened(finding string) bool { return strings.HasPrefix(finding, proof.Weakened.String()+" ") }

// describe lists changes in the text of a survivor.
func describe(changes []reach.Change) string {
	var out []string
	for _, c := range changes {
		out = append(out, fmt.Sprintf("%s -> %s: newly %s, no longer %s", c.From, c.To, c.Opens(), c.Closes()))
	}
	return strings.Join(out, "; ")
}

// net leaves out changes of names only: interfaces of one group in several subnets have names such as "Database in subnet 1".
func net(changes []reach.Change) []reach.Change {
	ends := func(c reach.Change) [2]string {
		from, _, _ := strings.Cut(c.From, " in ")
		to, _, _ := strings.Cut(c.To, " in ")
		return [2]string{from, to}
	}
	allowed, denied := map[[2]string]traffic.Set{}, map[[2]string]traffic.Set{}
	for _, c := range changes {
		allowed[ends(c)], denied[ends(c)] = allowed[ends(c)].Union(c.Opens()), denied[ends(c)].Union(c.Closes())
	}
	return slices.DeleteFunc(changes, func(c reach.Change) bool {
		return len(c.Parts) == 0 && allowed[ends(c)].Equal(denied[ends(c)])
	})
}

// findings returns the findings of the proof, one text each.
func findings(a *cfn.Assembly, declared *proof.Declaration) ([]string, error) {
	report, err := proof.Prove(a, declared)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range report.Findings {
		out = append(out, fmt.Sprintf("%s %s -> %s %s", f.Verdict, f.From, f.To, f.Traffic))
	}
	return out, nil
}

// Harmless reports whether a surviving mutant carries only declared traffic: an endpoint also has the group of another endpoint, which the
// same tiers may reach on the same port.
func Harmless(survivor string) bool {
	return strings.HasPrefix(survivor, "Endpoint") && strings.Contains(survivor, " groups 0: Endpoint") &&
		strings.Contains(survivor, " added: ")
}
