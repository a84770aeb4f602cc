package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/explain"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// pair is everything that one box opens to another, with the rules that decide about it.
type pair struct {
	ID, From, To string
	Class        string // the worst state, or "exact" if the proof says so
	Label        string // its services, briefly
	Says         string // the cell in words
	Parts        []part
	Declared     []flow
	Guards       []guard
	Services     []service
	More         int // services that are not explained

	from, to string // ids of boxes
	carried  traffic.Set
}

// part is traffic of one state.
type part struct {
	Services, State string
	Marks, Why      []string
}

// service is one service of a pair, and what decides about it.
type service struct {
	Name, Command string
	Outcomes      []outcome // the first one is the one to read
	More          int       // outcomes that are not shown
	Unexplained   bool      // the page has no room for its outcomes
}

// outcome is a verdict with the controls on the way.
type outcome struct {
	Verdict, From, To string
	Others            int // pairs of places with the same verdict for the same reason
	Steps             []*step
}

// How much of a pair is shown. The command why shows everything.
const (
	maxServices = 8
	maxOutcomes = 4
	maxPlaces   = 200  // pairs of places that are explained for each service
	maxSteps    = 7000 // steps in the whole page, so that it is not too large to send
)

// states are the states of flows, the worst first, with the class of cells.
var states = []struct {
	state picture.State
	class string
}{
	{picture.Excess, "excess"}, {picture.Missing, "missing"}, {picture.Possible, "possible"}, {picture.Wider, "wider"},
	{picture.Carried, "carried"},
}

// makePairs makes the pairs of the picture's flows, in the order of the boxes.
func (m *maker) makePairs() []*pair {
	var out []*pair
	for _, f := range m.Survey.Picture.Flows {
		key := [2]string{f.From, f.To}
		p := m.pairs[key]
		if p == nil {
			p = &pair{ID: m.id("pair", m.name(f.From), m.name(f.To)), From: m.name(f.From), To: m.name(f.To), from: f.From, to: f.To}
			m.pairs[key] = p
			out = append(out, p)
		}
		p.add(f)
	}
	for _, p := range out {
		m.finish(p)
	}
	for _, plain := range []bool{false, true} { // What is wider than meant is often much of the same, so it comes last.
		for _, p := range out {
			if plain == (p.Class == "wider") {
				m.explain(p)
			}
		}
	}
	return out
}

func (m *maker) name(id string) string {
	if b := m.boxes[id]; b != nil {
		return b.Name
	}
	return id
}

func (p *pair) add(f picture.Flow) {
	one := part{Services: f.Traffic.String(), State: f.State.String(), Why: slices.DeleteFunc(slices.Clone(f.Why), isEmpty)}
	if f.Exception {
		until := "without an end"
		if f.Until != "" {
			until = "until " + f.Until
		}
		one.Marks = append(one.Marks, "exception "+until)
	}
	if f.Inspected {
		one.Marks = append(one.Marks, "inspected by a network firewall")
	}
	p.Parts = append(p.Parts, one)
	p.carried = p.carried.Union(f.Traffic)
	rank := func(class string) int {
		for i, s := range states {
			if s.class == class {
				return i
			}
		}
		return len(states)
	}
	for _, s := range states {
		if s.state == f.State && rank(s.class) < rank(p.Class) {
			p.Class = s.class
		}
	}
	if f.Exception && p.Class == "carried" {
		p.Class = "exception"
	}
}

func isEmpty(s string) bool { return s == "" }

// finish completes a pair with what is declared and with the rules that decide.
func (m *maker) finish(p *pair) {
	p.Label = picture.Services(p.carried)
	var says []string
	for _, one := range p.Parts {
		says = append(says, strings.Join(append([]string{one.Services, one.State}, one.Marks...), ", "))
	}
	p.Says = fmt.Sprintf("%s to %s: %s", p.From, p.To, strings.Join(says, "; "))
	for _, f := range m.Survey.Declared(p.from, p.to) {
		p.Declared = append(p.Declared, m.flow(f))
	}
	for _, r := range m.Survey.Members(p.to) {
		p.Guards = append(p.Guards, m.guarded[r]...)
	}
}

// explain says for each service of a pair what decides about it.
func (m *maker) explain(p *pair) {
	from, to := m.Survey.Ends(p.from, p.to)
	q := explain.Question{Topology: m.Topology, From: from, To: to, Limit: maxPlaces}
	for set := range p.carried.Ranges() {
		if len(p.Services) == maxServices {
			p.More++
			continue
		}
		s := service{Name: set.String(), Command: m.command(p, set)}
		if m.steps > maxSteps {
			s.Unexplained = true
			p.Services = append(p.Services, s)
			continue
		}
		answer := q.Ask(s.Name, set)
		verdicts := slices.Clone(explain.Verdicts)
		slices.Reverse(verdicts) // The way of what is carried comes first: the pair is here because of it.
		for _, v := range verdicts {
			for _, o := range answer.With(v) {
				if len(s.Outcomes) == maxOutcomes {
					s.More++
					continue
				}
				s.Outcomes = append(s.Outcomes, m.outcome(o))
				m.steps += len(o.Steps)
			}
		}
		p.Services = append(p.Services, s)
	}
}

func (m *maker) outcome(o *explain.Outcome) outcome {
	out := outcome{Verdict: strings.TrimSuffix(o.String(), ";"), From: endOf(o.Pairs[0].From), To: endOf(o.Pairs[0].To),
		Others: len(o.Pairs) - 1}
	for _, s := range o.Steps {
		out.Steps = append(out.Steps, m.rules.add(stepOf(s)))
	}
	return out
}

// endOf names an end: its subnet and an address.
func endOf(e reach.End) string {
	if e.Class != nil && e.Location.Subnet != nil {
		return fmt.Sprintf("%s, %s", e.Location.Subnet.Name, e.Address())
	}
	return e.Address()
}

// command returns the command that explains a service of a pair.
func (m *maker) command(p *pair, set traffic.Set) string {
	words := []string{"tierwall", "why", quoted(m.asked(p.from)), quoted(m.asked(p.to)), quoted(set.String())}
	for _, path := range m.Templates {
		words = append(words, quoted(path))
	}
	return strings.Join(words, " ")
}

// asked returns the name by which why finds a box.
func (m *maker) asked(id string) string {
	b := m.boxes[id]
	switch {
	case b == nil || b.Lane.IsInside():
		return id
	case b.Name == picture.Internet:
		return "internet"
	}
	return b.Name
}

// quoted quotes a word for a POSIX shell, if it must be.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:,+", r)
	}
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
