package page

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/plan/cost"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// content is what the template of the page shows.
type content struct {
	Title, Summary string
	Verdict        verdict
	Day            string
	Templates      []string
	Nested         int // templates of nested stacks
	Findings       []finding
	Gaps           []gap
	Assumptions    []string
	Notes          []string
	Picture        figure
	MatrixFirst    bool
	Matrix         matrix
	Pairs          []*pair
	Rules          []*step // of the pairs
	Flows          []flow
	Budgets        []budget
	Totals, Costs  [][]string
	CostBasis      string
	Uses           []use
	Failures       []failure
	SIDs           []sid
	Usage          []Section
	Change         *change.Change
	Evidence       []standard
	Update         []finding // what goes wrong on the way from the state before
}

// verdict is the outcome in a few words.
type verdict struct{ Class, Text string }

// finding is a finding of the proof, or a mistake in a control.
type finding struct {
	ID, Severity, Summary, Path, Detail, Fix, At, Acknowledge string
}

// gap is something that the templates do not say.
type gap struct{ Resource, At, Reason string }

// use is a declared use of an AWS service.
type use struct {
	ID, Tier, Endpoint, Use, Verdict string
	Actions, Resources               []string
}

// failure is what the failure of a part does.
type failure struct{ Part, Effect string }

// biggestPicture is the number of tiers up to which the picture comes before the matrix: beyond it, the matrix is easier to read.
const biggestPicture = 12

// of makes the content of a page.
func of(in Input) content {
	m := &maker{Input: in, ids: map[string]int{}, boxes: map[string]*picture.Box{}, pairs: map[[2]string]*pair{}}
	p := in.Survey.Picture
	for i := range p.Boxes {
		m.boxes[p.Boxes[i].ID] = &p.Boxes[i]
	}
	c := content{Title: in.Title, Summary: p.Summary, Verdict: m.verdict(), Day: in.Today.Format(time.DateOnly),
		Findings: m.findings(), Gaps: m.gaps(), Notes: slices.Clone(p.Notes), Usage: in.Usage}
	c.Templates, c.Nested = m.files()
	m.guarded = guards(in.Assembly)
	c.Pairs = m.makePairs()
	c.Rules = m.rules.all
	c.Matrix = m.matrix()
	c.MatrixFirst = m.tiers() > biggestPicture
	c.Flows, c.SIDs = m.flows(), m.sids()
	c.Budgets, c.Totals, c.Costs, c.CostBasis = m.budgets(), m.totals(), m.costs(), cost.Basis
	c.Picture = drawn(p)
	if c.Change = in.Change; in.Change != nil {
		c.Picture, c.Summary, c.Update = drawn(in.Change.Picture), in.Change.Picture.Summary, m.list(in.Change.Update.Findings)
	}
	c.Evidence = m.evidence()
	c.Assumptions = []string{reach.Unfiltered}
	if in.Proof == nil {
		c.Assumptions = append(c.Assumptions, in.Topology.Assumptions...)
		return c
	}
	c.Assumptions = append(c.Assumptions, in.Proof.Assumptions...)
	c.Notes = append(c.Notes, in.Proof.Notes...)
	c.Uses, c.Failures = m.uses(), failures(in.Proof)
	return c
}

// maker makes the content of one page.
type maker struct {
	Input
	ids   map[string]int // how often each id is taken
	boxes map[string]*picture.Box
	pairs map[[2]string]*pair // by the ids of boxes

	guarded map[*cfn.Resource][]guard
	rules   rules
	steps   int // that the pairs have so far
}

// id returns an id for an element of the page. It stays the same as long as the words do, so that links to it keep working.
func (m *maker) id(words ...string) string {
	id := slug(words...)
	m.ids[id]++
	if n := m.ids[id]; n > 1 {
		return fmt.Sprintf("%s--%d", id, n)
	}
	return id
}

// slug joins words to an id: letters and digits with hyphens between them.
func slug(words ...string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.Join(words, "-")) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String()[:min(b.Len(), 120)], "-")
}

func (m *maker) verdict() verdict {
	switch {
	case len(m.Findings) > 0:
		return verdict{"bad", counted(len(m.Findings), "finding")}
	case m.Proof == nil:
		return verdict{"plain", "nothing declared"}
	}
	return verdict{"good", "proven: exactly the declared traffic"}
}

// files names the templates. It counts those of nested stacks.
func (m *maker) files() (named []string, nested int) {
	for _, s := range m.Assembly.Stacks {
		if s.Parent == nil {
			named = append(named, s.File)
		} else {
			nested++
		}
	}
	return named, nested
}

// tiers counts the tiers.
func (m *maker) tiers() int {
	n := 0
	for _, b := range m.boxes {
		if b.Lane.IsInside() && b.Lane != picture.Endpoint {
			n++
		}
	}
	return n
}

func (m *maker) findings() []finding { return m.list(m.Findings) }

func (m *maker) list(findings diag.List) []finding {
	var out []finding
	for _, f := range findings {
		one := finding{
			ID: m.id("finding", f.ID()), Severity: f.Severity.String(), Summary: f.Summary, Path: f.Path, Detail: f.Detail, Fix: f.Fix,
			At: f.Where(),
		}
		if f.Severity == diag.Finding {
			one.Acknowledge = "tierwall::" + f.AcknowledgeID()
		}
		out = append(out, one)
	}
	return out
}

func (m *maker) gaps() []gap {
	var out []gap
	for _, g := range m.Topology.Gaps {
		out = append(out, gap{g.Resource.String(), fmt.Sprintf("%s:%d", g.Resource.Stack.File, g.Resource.Line), g.Reason})
	}
	for _, label := range m.Topology.Matrix().Foreign {
		out = append(out, gap{Resource: label, Reason: "its own rules are not in the templates"})
	}
	return out
}

func (m *maker) uses() []use {
	var out []use
	for _, a := range m.Proof.Accesses {
		out = append(out, use{m.id("use", a.Tier, a.Endpoint, a.Use), a.Tier, a.Endpoint, a.Use, a.Verdict.String(), a.Actions, a.Resources})
	}
	return out
}

// failures says what the failure of each part does to the declared flows.
func failures(r *proof.Report) []failure {
	var out []failure
	for _, f := range r.Failures {
		one := failure{f.Part, "no declared flow stops outside of it"}
		if len(f.Stops) > 0 {
			one.Effect = "these flows stop: " + strings.Join(f.Stops, ", ")
		}
		if len(f.Bypasses) > 0 {
			one.Effect += "; these flows bypass inspection: " + strings.Join(f.Bypasses, ", ")
		}
		out = append(out, one)
	}
	return out
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
