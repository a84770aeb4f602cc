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
	m := top.Matrix()
	var text string
	switch s.Format {
	case "json":
		text, err = toJSON(matrixJSON(m, top))
	case "markdown":
		var why footnotes
		text = matrixTable(m, &why).markdown() + "\n" + markdownList(append(why.lines(), matrixNotes(m, top)...))
	default:
		text = matrixText(m) + "\n" + prose(strings.Join(matrixNotes(m, top), ""))
	}
	if err != nil {
		return err
	}
	return c.print(text)
}

// matrixText writes the matrix, or says why it is empty.
func matrixText(m reach.Matrix) string {
	switch {
	case len(m.Peers) == 0:
		return "nothing to show: the templates contain no security group and no resource that has one\n"
	case len(m.Rows) == 0:
		return "nothing is carried: security groups, routes and network ACLs together allow no traffic\n"
	}
	var why footnotes
	text := matrixTable(m, &why).text()
	if notes := why.lines(); len(notes) > 0 {
		text += "\nunknown because:\n" + prose(strings.Join(notes, ""))
	}
	return text
}

// matrixTable writes the matrix. Its unknowns refer to footnotes.
func matrixTable(m reach.Matrix, why *footnotes) *table {
	t := &table{head: []string{"FROM", "TO", "CARRIED", "UNKNOWN"}}
	for _, r := range m.Rows {
		carried, unknown := "-", ""
		if !r.Carried.Sure.IsEmpty() {
			carried = r.Carried.Sure.String()
		}
		if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
			unknown = doubt.String() + knownRulesText(r, doubt) + why.refer(r.Unsure)
		}
		if r.Partly {
			carried += " (between some subnets)"
		}
		t.add(r.From, r.To, carried, unknown)
	}
	return t
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
