package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/fold"
	"github.com/tierwall/tierwall/internal/reach"
)

// matrixView shows a matrix to people.
type matrixView struct {
	reach.Matrix
	ranks ranks
	all   bool // one row for each pair of peers, with whole names
}

// text writes the matrix, or says why it is empty.
func (v matrixView) text() string {
	switch {
	case len(v.Peers) == 0:
		return "nothing to show: the templates contain no security group and no resource that has one\n"
	case len(v.Rows) == 0:
		return "nothing is carried: security groups, routes and network ACLs together allow no traffic\n"
	}
	var why footnotes
	t := v.table(&why)
	text := t.text()
	if !v.all {
		text = ""
		if prefix := commonPrefix(v.Peers); !t.fits() && prefix != "" {
			text = prose("peers are named without "+prefix) + "\n\n"
			t = v.within(prefix).table(&footnotes{})
		}
		text += t.fit()
	}
	if notes := why.lines(); len(notes) > 0 {
		text += "\nunknown because:\n" + prose(strings.Join(notes, ""))
	}
	return text
}

// within returns the view with names without a prefix.
func (v matrixView) within(prefix string) matrixView {
	v.Rows = slices.Clone(v.Rows)
	for i, r := range v.Rows {
		v.Rows[i].From, v.Rows[i].To = strings.TrimPrefix(r.From, prefix), strings.TrimPrefix(r.To, prefix)
	}
	return v
}

// table writes the matrix. Its unknowns refer to footnotes.
func (v matrixView) table(why *footnotes) *table {
	t := &table{head: []string{"FROM", "TO", "CARRIED", "UNKNOWN"}}
	for _, g := range v.groups() {
		carried, unknown := rowText(g.row, why)
		t.add(strings.Join(fold.Names(g.from), ", "), strings.Join(fold.Names(g.to), ", "), carried, unknown)
	}
	return t
}

// rowText says what a row carries, and what is unknown.
func rowText(r *reach.Row, why *footnotes) (carried, unknown string) {
	carried = "-"
	if !r.Carried.Sure.IsEmpty() {
		carried = r.Carried.Sure.String()
	}
	if doubt := r.Carried.Maybe.Minus(r.Carried.Sure); !doubt.IsEmpty() {
		unknown = doubt.String() + knownRulesText(r, doubt) + why.refer(r.Unsure)
	}
	if r.Partly {
		carried += " (between some subnets)"
	}
	return carried, unknown
}

// rowGroup is one row that stands for a row between each from and each to.
type rowGroup struct {
	from, to []string
	row      *reach.Row // any of them
}

// groups joins rows that are equal but for their ends, and sorts them: what matters most is first.
func (v matrixView) groups() []*rowGroup {
	first := map[string]*reach.Row{}
	var pairs []fold.Pair
	for i := range v.Rows {
		r := &v.Rows[i]
		content := v.content(i, r)
		if first[content] == nil {
			first[content] = r
		}
		pair := fold.Pair{From: r.From, To: r.To, Content: content}
		if v.all {
			pair.From, pair.To = r.WholeFrom(), r.WholeTo()
		}
		pairs = append(pairs, pair)
	}
	var out []*rowGroup
	for _, g := range fold.Pairs(pairs) {
		out = append(out, &rowGroup{g.From, g.To, first[g.Content]})
	}
	slices.SortStableFunc(out, func(a, b *rowGroup) int { return v.ranks.compare(a.row, b.row) })
	return out
}

// content returns a text that is equal for rows that may be joined: those of equal rank in which a reader sees the same but the ends.
func (v matrixView) content(number int, r *reach.Row) string {
	if v.all {
		return fmt.Sprint(number)
	}
	key := []byte{byte(v.ranks.of(r)), yes(r.Partly), yes(r.FromPeer == ""), yes(r.ToPeer == "")}
	key = r.Carried.Sure.AppendKey(key)
	key = r.Carried.Maybe.AppendKey(key)
	key = r.Seen.AppendKey(key)
	return string(key) + strings.Join(r.Unsure, "\x00")
}

func yes(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// commonPrefix returns what all names begin with, up to the last slash; empty for fewer than two names.
func commonPrefix(names []string) string {
	if len(names) < 2 {
		return ""
	}
	prefix := names[0]
	for _, name := range names[1:] {
		for !strings.HasPrefix(name, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix[:strings.LastIndex(prefix, "/")+1]
}
