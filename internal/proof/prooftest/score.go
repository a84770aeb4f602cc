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

// Score is how mutants fared.
type Score struct {
	Mutants  int
	Changed  int      // mutants whose traffic is another
	Reported int      // of those, the ones that the proof reports
	Survived []string // of those, the ones that it does not
	False    []string // reported, though the traffic is the same
	// Weakened are mutants with the same traffic of which the proof says that a control does not do its part any more.
	Weakened int
	// Lost are mutants that exchange the group of a member. The traffic is told by groups, and those have the same rules where they were
	// declared to be; the proof says that the member is not its tier's any more.
	Lost int
	// Unrequired are mutants that only take away what was allowed by flows with addresses and required by none: between two
	// tiers without a flow, or with addresses of the network that belong to no tier.
	Unrequired int

	original *cfn.Assembly
	before   []string // findings of the original
}

// String returns the score in words.
func (s *Score) String() string {
	return fmt.Sprintf("%d mutants, %d of them change the traffic, %d of those are reported, %d others are; %d take away what nobody "+
		"required, %d weaken a control, %d lose a member",
		s.Mutants, s.Changed, s.Reported, len(s.False), s.Unrequired, s.Weakened, s.Lost)
}

// Judge compares what the proof says of a mutant with what it changes. The original's own findings are not held against it.
func (s *Score) Judge(name string, original, mutant *cfn.Assembly, declared *proof.Declaration) error {
	s.Mutants++
	changes, err := changes(original, mutant, declared)
	if err != nil {
		return err
	}
	if s.original != original {
		if s.before, err = findings(original, declared); err != nil {
			return err
		}
		s.original = original
	}
	after, err := findings(mutant, declared)
	reported := err != nil || !slices.Equal(s.before, after) // A part that cannot be found is reported as well.
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

func isWeakened(finding string) bool { return strings.HasPrefix(finding, proof.Weakened.String()+" ") }

// required tells which changes touch what flows require, or allow something.
func required(declared *proof.Declaration) func(reach.Change) bool {
	tiers := map[string]string{}
	between := map[[2]string]traffic.Set{}
	open := map[[2]string]traffic.Set{} // with every address, those of the network included
	leaves := map[string]bool{}         // tiers with flows to addresses, beside what grants lead to lists
	enters := map[string]traffic.Set{}  // what flows from addresses bring to a tier
	for _, n := range declared.Networks {
		for _, t := range n.Architecture.Tiers {
			tiers[n.Architecture.Network.Path+"/"+t.ID] = t.ID
			if t.Imported != nil {
				tiers[t.Imported.Group.Text] = t.ID
			}
		}
		for _, f := range n.Architecture.Flows {
			ports, err := arch.ParseService(f.Service) // A declaration that was read holds no Ports.
			if err != nil {
				continue // Nobody declared that.
			}
			for _, p := range ports {
				key := [2]string{f.From.Text, f.To.Text}
				between[key] = between[key].Union(proof.TrafficOf(p))
				leaves[f.From.Text] = leaves[f.From.Text] || !f.To.Kind.IsTier()
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
			return false // At most possible: the network's own addresses are taken to be in no list of others.
		}
		listed := slices.ContainsFunc(c.Parts, func(o reach.Outside) bool { return o.List != "" })
		if from := tiers[c.From]; from != "" && !leaves[from] && len(c.Parts) > 0 && !listed && c.Allowed.IsEmpty() {
			return false // At most possible: the list of a gateway endpoint might hold these addresses, and has a way of its own.
		}
		if to := tiers[c.To]; to != "" && listed && !c.Opens().IsEmpty() && enters[to].Contains(c.Opens()) {
			return false // Other declared lists and blocks might hold addresses of this one.
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

// changes are those of the traffic, with the tiers where they were declared to be.
func changes(original, mutant *cfn.Assembly, declared *proof.Declaration) ([]reach.Change, error) {
	var tops [2]*reach.Topology
	for i, a := range []*cfn.Assembly{original, mutant} {
		var err error
		if tops[i], err = proof.Topology(a, declared); err != nil {
			return nil, err
		}
	}
	return reach.Diff(tops[0], tops[1]), nil
}

// net leaves out what only changes its name: interfaces of one group in other subnets are told apart, "Database in subnet 1".
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

// Harmless tells survivors that carry nothing that was not declared: an endpoint that also has the group of another one which the same
// tiers may reach on the same port, and a route that may lead elsewhere what a prefix list, whose addresses are not known, may hold.
func Harmless(survivor string) bool {
	return strings.Contains(survivor, "Endpoint") && strings.Contains(survivor, " groups 0: ") && strings.Contains(survivor, "added: ") ||
		strings.Contains(survivor, "a route to a part of the internet added: ") && strings.HasSuffix(survivor, "-> 192.0.2.0/24: newly tcp/443, not any more nothing")
}
