package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
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
		var why reasons
		text = matrixTable(m, &why).markdown() + "\n" + markdownList(append(why.lines(), bullets(m, top)...))
	default:
		text = matrixText(m) + "\n" + strings.Join(bullets(m, top), "")
	}
	if err != nil {
		return err
	}
	return c.print(text)
}

// matrixText is the matrix, or what there is instead.
func matrixText(m reach.Matrix) string {
	switch {
	case len(m.Peers) == 0:
		return "the templates hold no security group and nothing that has one: there is nothing to show\n"
	case len(m.Rows) == 0:
		return "nothing is carried: no group of the templates lets anything through that routes and network ACLs let through\n"
	}
	var why reasons
	text := matrixTable(m, &why).text()
	if notes := why.lines(); len(notes) > 0 {
		text += "\nnot known because:\n" + strings.Join(notes, "")
	}
	return text
}

// matrixTable is the matrix with the numbers of the reasons for what is not known.
func matrixTable(m reach.Matrix, why *reasons) *table {
	t := &table{head: []string{"FROM", "TO", "CARRIED", "UNKNOWN"}}
	for _, r := range m.Rows {
		carried, unknown := "-", ""
		if !r.Carried.Sure.IsEmpty() {
			carried = r.Carried.Sure.String()
		}
		if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
			unknown = doubt.String() + seenText(r, doubt) + why.refer(r.Unsure)
		}
		if r.Partly {
			carried += " (between some subnets)"
		}
		t.add(r.From, r.To, carried, unknown)
	}
	return t
}

// seenText is what of a doubt is by rules that are seen, where that is not all of it.
func seenText(r reach.Row, doubt traffic.Set) string {
	seen := r.Seen.Intersect(doubt)
	if seen.IsEmpty() || r.Seen.Contains(doubt) {
		return ""
	}
	return "; by rules that are seen: " + seen.String()
}

// bullets are what is said beside the matrix.
func bullets(m reach.Matrix, top *reach.Topology) []string {
	var out []string
	if m.Pairs > reach.MaxPairs {
		out = append(out, fmt.Sprintf("left out: the rows of %d pairs of peers that may talk to each other, which are more than %d; ask `tierwall why` about two\n", m.Pairs, reach.MaxPairs))
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
		Seen    string   `json:"seen,omitempty"` // of what is unknown, by rules that are seen
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
		gaps = append(gaps, map[string]any{"resource": g.Resource.String(), "file": g.Resource.Stack.File, "line": g.Resource.Line, "reason": g.Reason})
	}
	if m.Pairs > reach.MaxPairs {
		gaps = append(gaps, map[string]any{"reason": fmt.Sprintf("%d pairs of peers may talk to each other; rows between peers are left out beyond %d", m.Pairs, reach.MaxPairs)})
	}
	return map[string]any{"rows": rows, "peers": m.Peers, "foreign": append([]string{}, m.Foreign...), "gaps": gaps, "assumptions": append([]string{reach.Unfiltered}, top.Assumptions...)}
}
