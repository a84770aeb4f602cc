package cli

import (
	"fmt"
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
	if err != nil {
		return err
	}
	return c.print(text)
}

// knownRulesText says which part of unknown traffic the known rules allow, unless they allow all of it.
func knownRulesText(r reach.Row, doubt traffic.Set) string {
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

func matrixJSON(m reach.Matrix, top *reach.Topology) any {
	type row struct {
		From    string   `json:"from"`
		To      string   `json:"to"`
		Carried string   `json:"carried"`
		Unknown string   `json:"unknown,omitempty"`
		Seen    string   `json:"seen,omitempty"` // the part of Unknown that known rules allow
		Why     []string `json:"why,omitempty"`
		Partly  bool     `json:"partly,omitempty"`
	}
	rows := []row{}
	for _, r := range m.Rows {
		out := row{From: r.WholeFrom(), To: r.WholeTo(), Carried: r.Carried.Sure.String(), Why: r.Unsure, Partly: r.Partly}
		if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
			out.Unknown = doubt.String()
			if seen := r.Seen.Intersect(doubt); !seen.IsEmpty() {
				out.Seen = seen.String()
			}
		}
		rows = append(rows, out)
	}
	gaps := []map[string]any{}
	for _, g := range top.Gaps {
		at := g.Resource
		gaps = append(gaps, map[string]any{"resource": at.String(), "file": at.Stack.File, "line": at.Line, "reason": g.Reason})
	}
	if m.Pairs > reach.MaxPairs {
		reason := fmt.Sprintf("%d pairs of peers may exchange traffic; beyond %d, rows between peers are left out", m.Pairs, reach.MaxPairs)
		gaps = append(gaps, map[string]any{"reason": reason})
	}
	return map[string]any{
		"rows": rows, "peers": m.Peers, "foreign": append([]string{}, m.Foreign...), "gaps": gaps,
		"assumptions": append([]string{reach.Unfiltered}, top.Assumptions...),
	}
}
