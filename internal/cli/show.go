package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

type showCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Format   string   `enum:"text,json,markdown" default:"text" help:"Output format: text, json or markdown."`
	All      bool     `help:"Show one row for each pair of peers, with whole names; without it, equal rows are one."`
	templateFlags
	reachFlags
}

// Run shows the traffic between all peers.
func (s showCommand) Run(c console) error {
	assembly, err := s.load(s.Template...)
	if err != nil {
		return err
	}
	c.progress.step("finding what passes")
	top, err := s.topology(assembly)
	if err != nil {
		return err
	}
	view := matrixView{Matrix: top.Matrix(), all: s.All}
	if view.ranks, err = ranksOf(assembly, top); err != nil {
		return err
	}
	var text string
	switch s.Format {
	case "json":
		text, err = toJSON(matrixJSON(view.Matrix, top))
	case "markdown":
		var why footnotes
		text = view.table(&why).markdown() + "\n" + markdownList(append(why.lines(), matrixNotes(view.Matrix, top)...))
	default:
		text = view.text() + "\n" + prose(strings.Join(matrixNotes(view.Matrix, top), ""))
	}
	more := slices.Concat(s.Template, s.templateFlags.words(), s.reachFlags.words())
	return c.finish(text+c.next(view.next(top, more...)...), err, false)
}

// knownRulesText says which part of unknown traffic the known rules allow, unless they allow all of it.
func knownRulesText(r *reach.Row, doubt traffic.Set) string {
	seen := r.Seen.Intersect(doubt)
	if seen.IsEmpty() || r.Seen.Contains(doubt) {
		return ""
	}
	return "; known rules allow " + seen.String()
}

// matrixNotes lists the unknowns, assumptions and limits of a matrix.
func matrixNotes(m reach.Matrix, top *reach.Topology) []string {
	var out []string
	if m.Pairs > reach.MaxPairs {
		out = append(out, fmt.Sprintf("left out: the rows between peers, because %d pairs may exchange traffic and the limit is %d; "+
			"ask about one pair with `tierwall why`\n", m.Pairs, reach.MaxPairs))
	}
	for _, g := range top.Gaps {
		out = append(out, "unknown: "+brief(fmt.Sprintf("%s (%s:%d): %s", g.Resource, g.Resource.Stack.File, g.Resource.Line, g.Reason))+"\n")
	}
	for _, f := range m.Foreign {
		out = append(out, "unknown: "+brief(f)+": its own rules are not in the templates\n")
	}
	for _, a := range top.Assumptions {
		out = append(out, "assumed: "+brief(a)+"\n")
	}
	return append(out, "note: "+reach.Unfiltered+"\n")
}

// showJSON is the JSON of show.
type showJSON struct {
	Rows        []showRowJSON `json:"rows" doc:"traffic from one peer to another; no row: nothing is carried, unless a gap says otherwise"`
	Peers       []string      `json:"peers" doc:"all peers, also those without a row"`
	Foreign     []string      `json:"foreign" doc:"security groups that are not in the templates"`
	Gaps        []gapJSON     `json:"gaps" doc:"what is not known"`
	Assumptions []string      `json:"assumptions" doc:"what the answer takes as given"`
}

type showRowJSON struct {
	From    string   `json:"from"`
	To      string   `json:"to"`
	Carried string   `json:"carried" doc:"what certainly passes"`
	Unknown string   `json:"unknown,omitempty" doc:"what may pass beyond that"`
	Seen    string   `json:"seen,omitempty" doc:"the part of unknown that known rules allow"`
	Why     []string `json:"why,omitempty" doc:"why it is unknown"`
	Partly  bool     `json:"partly,omitempty" doc:"only between some of their subnets"`
}

type gapJSON struct {
	Resource string `json:"resource,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Reason   string `json:"reason"`
}

func matrixJSON(m reach.Matrix, top *reach.Topology) showJSON {
	out := showJSON{
		Rows: []showRowJSON{}, Peers: orEmpty(m.Peers), Foreign: orEmpty(m.Foreign), Gaps: []gapJSON{},
		Assumptions: append([]string{reach.Unfiltered}, top.Assumptions...),
	}
	for _, r := range m.Rows {
		one := showRowJSON{From: r.WholeFrom(), To: r.WholeTo(), Carried: r.Carried.Sure.String(), Why: r.Unsure, Partly: r.Partly}
		if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
			one.Unknown = doubt.String()
			if seen := r.Seen.Intersect(doubt); !seen.IsEmpty() {
				one.Seen = seen.String()
			}
		}
		out.Rows = append(out.Rows, one)
	}
	for _, g := range top.Gaps {
		at := g.Resource
		out.Gaps = append(out.Gaps, gapJSON{at.String(), at.Stack.File, at.Line, g.Reason})
	}
	if m.Pairs > reach.MaxPairs {
		reason := fmt.Sprintf("%d pairs of peers may exchange traffic; beyond %d, rows between peers are left out", m.Pairs, reach.MaxPairs)
		out.Gaps = append(out.Gaps, gapJSON{Reason: reason})
	}
	return out
}
