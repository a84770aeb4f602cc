package cli

import (
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
)

type showCommand struct {
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Format   string   `enum:"text,json,markdown" default:"text" help:"text, json or markdown."`
	templates
	places
}

// Run shows the matrix.
func (s showCommand) Run(c console) error {
	assembly, err := s.load(s.Template...)
	if err != nil {
		return err
	}
	c.warn(assembly)
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
		text = matrixTable(m).markdown() + "\n" + markdownList(bullets(m, top))
	default:
		text = matrixTable(m).text() + "\n" + strings.Join(bullets(m, top), "")
	}
	if err != nil {
		return err
	}
	return c.print(text)
}

func matrixTable(m reach.Matrix) *table {
	t := &table{head: []string{"FROM", "TO", "CARRIED", "UNKNOWN"}}
	for _, r := range m.Rows {
		carried, unknown := "-", ""
		if !r.Carried.Sure.IsEmpty() {
			carried = r.Carried.Sure.String()
		}
		if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
			unknown = doubt.String() + ": " + strings.Join(r.Unsure, "; ")
		}
		if r.Partly {
			carried += " (between some subnets)"
		}
		t.add(r.From, r.To, carried, unknown)
	}
	return t
}

// bullets are what is said beside the matrix.
func bullets(m reach.Matrix, top *reach.Topology) []string {
	var out []string
	for _, g := range top.Gaps {
		out = append(out, "unknown: "+printable(g.Resource.String()+": "+g.Reason)+"\n")
	}
	for _, f := range m.Foreign {
		out = append(out, "unknown: "+printable(f)+": its own rules are not in the templates\n")
	}
	for _, a := range top.Assumptions {
		out = append(out, "assumed: "+printable(a)+"\n")
	}
	return append(out, "note: "+reach.Unfiltered+"\n")
}

func matrixJSON(m reach.Matrix, top *reach.Topology) any {
	type row struct {
		From    string   `json:"from"`
		To      string   `json:"to"`
		Carried string   `json:"carried"`
		Unknown string   `json:"unknown,omitempty"`
		Why     []string `json:"why,omitempty"`
		Partly  bool     `json:"partly,omitempty"`
	}
	rows := []row{}
	for _, r := range m.Rows {
		out := row{From: r.WholeFrom(), To: r.WholeTo(), Carried: r.Carried.Sure.String(), Why: r.Unsure, Partly: r.Partly}
		if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
			out.Unknown = doubt.String()
		}
		rows = append(rows, out)
	}
	gaps := []map[string]string{}
	for _, g := range top.Gaps {
		gaps = append(gaps, map[string]string{"resource": g.Resource.String(), "reason": g.Reason})
	}
	return map[string]any{"rows": rows, "peers": m.Peers, "foreign": append([]string{}, m.Foreign...), "gaps": gaps, "assumptions": append([]string{reach.Unfiltered}, top.Assumptions...)}
}
