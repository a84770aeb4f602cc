package prooftest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Score counts the mutants by the result of the proof.
type Score struct {
	Mutants  int
	Changed  int      // mutants that change the traffic
	Reported int      // those that the proof reports
	Survived []string // those that the proof does not report
	False    []string // mutants that are reported although the traffic is the same
	// Weakened counts mutants with the same traffic for which the proof reports a weakened control.
	Weakened int
	// Lost counts mutants that replace the group of a member. The traffic of the groups stays the same, but the proof reports that the
	// member no longer belongs to its tier.
	Lost int
	// Unrequired counts mutants that only remove traffic which flows with addresses allow but do not require: between two tiers without
	// a flow, or with addresses of the network that belong to no tier.
	Unrequired int

	original *cfn.Assembly
	top      *reach.Topology // of the original
	before   []string        // findings of the original
}

// String describes the score.
func (s *Score) String() string {
	return fmt.Sprintf("%d mutants, %d of them change the traffic, %d of those are reported, %d others are; %d take away what nobody "+
		"required, %d weaken a control, %d lose a member",
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
	case !reported && len(changes) > 0 && !slices.ContainsFunc(changes, required(declared)):
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

func isWeakened(finding string) bool { return strings.HasPrefix(finding, proof.Weakened.String()+" ") }

// required reports which changes concern required traffic, or open something.
func required(declared *proof.Declaration) func(reach.Change) bool {
	tiers := map[string]string{}
	between := map[[2]string]traffic.Set{}
	open := map[[2]string]traffic.Set{} // with every address, including those of the network
	leaves := map[string]traffic.Set{}  // flows of a tier to addresses, without what grants open to lists
	enters := map[string]traffic.Set{}  // the traffic of flows from addresses to a tier
	for _, n := range declared.Networks {
		for _, t := range n.Architecture.Tiers {
			tiers[n.Architecture.Network.Path+"/"+t.ID] = t.ID
			if t.Imported != nil {
				tiers[t.Imported.Group.Text] = t.ID
			}
		}
		for _, f := range n.Architecture.Flows {
			ports, err := arch.ParseService(f.Service) // A decoded declaration has no Ports.
			if err != nil {
				continue // This is not declared.
			}
			for _, p := range ports {
				key := [2]string{f.From.Text, f.To.Text}
				between[key] = between[key].Union(proof.TrafficOf(p))
				if !f.To.Kind.IsTier() {
					leaves[f.From.Text] = leaves[f.From.Text].Union(proof.TrafficOf(p))
				}
				if !f.From.Kind.IsTier() {
					enters[f.To.Text] = enters[f.To.Text].Union(proof.TrafficOf(p))
				}
				if f.To.Kind == arch.Internet || f.To.Kind == arch.Domain {
					open[[2]string{f.From.Text, ""}] = open[[2]string{f.From.Text, ""}].Union(proof.TrafficOf(p))
				}
				if f.From.Kind == arch.Internet {
					open[[2]string{"", f.To.Text}] = open[[2]string{"", f.To.Text}].Union(proof.TrafficOf(p))
				}
			}
		}
	}
	return func(c reach.Change) bool {
		inside := len(c.Parts) > 0 && !slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return !o.Inside })
		if inside && c.Closes().IsEmpty() && len(c.Unsure) > 0 {
			return false // At most possible: the addresses of the network are assumed to be in no list of others.
		}
		listed := slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return o.List != "" })
		if from := tiers[c.From]; from != "" && !leaves[from].Overlaps(c.Closes()) && len(c.Parts) > 0 && !listed && c.Allowed.IsEmpty() {
			return false // At most possible: the list of a gateway endpoint may contain these addresses and has a way of its own.
		}
		if to := tiers[c.To]; to != "" && listed && !c.Opens().IsEmpty() && enters[to].Contains(c.Opens()) {
			return false // Other declared lists and blocks may contain addresses of this one.
		}
		private := len(c.Parts) > 0 && !slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return !o.IsUnroutable() })
		if (inside || private) && !c.Opens().IsEmpty() && open[[2]string{tiers[c.From], tiers[c.To]}].Contains(c.Opens()) {
			return false
		}
		if !c.Opens().IsEmpty() || len(c.Parts) > 0 {
			return !c.Opens().IsEmpty() || slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return !o.Inside })
		}
		return between[[2]string{tiers[c.From], tiers[c.To]}].Overlaps(c.Closes())
	}
}

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

// Harmless reports whether a surviving mutant carries only declared traffic. There are two kinds: an endpoint that also has the group of
// another endpoint, which the same tiers may reach on the same port; and a route that may lead the unknown addresses of a prefix list to
// another place.
func Harmless(survivor string) bool {
	return strings.Contains(survivor, "Endpoint") && strings.Contains(survivor, " groups 0: ") && strings.Contains(survivor, "added: ") ||
		strings.Contains(survivor, "a route to a part of the internet added: ") &&
			strings.HasSuffix(survivor, "-> 192.0.2.0/24: newly tcp/443, not any more nothing")
}
