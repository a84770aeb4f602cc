package cli

import (
	"strings"
	"unicode/utf8"
)

// narrow writes the table as text does, but no wider than the output. It leaves out columns without values. The columns that do not fit
// follow below each row, with their names.
func (t *table) narrow() string {
	filled := t.filled()
	fits := filled.fitting(outputWidth())
	if fits == len(filled.head) {
		return filled.text()
	}
	first := &table{head: filled.head[:fits]}
	for _, row := range filled.rows {
		first.add(row[:fits]...)
	}
	lines := strings.SplitAfter(first.text(), "\n")
	var b strings.Builder
	for i, line := range lines[:len(filled.rows)+1] {
		b.WriteString(prose(line))
		if i == 0 {
			continue
		}
		var rest []string
		for at, cell := range filled.rows[i-1][fits:] {
			if cell != "" {
				rest = append(rest, strings.TrimPrefix(strings.ToLower(filled.head[fits+at])+" ", "note ")+brief(cell))
			}
		}
		if len(rest) > 0 {
			b.WriteString(prose("    " + strings.Join(rest, ", ") + "\n"))
		}
	}
	return b.String() + t.below()
}

// filled returns the table without columns that have no values.
func (t *table) filled() *table {
	out := &table{more: t.more}
	has := make([]bool, len(t.head))
	for _, row := range t.rows {
		for i, cell := range row {
			has[i] = has[i] || cell != ""
		}
	}
	choose := func(cells []string) (chosen []string) {
		for i, cell := range cells {
			if has[i] {
				chosen = append(chosen, cell)
			}
		}
		return chosen
	}
	out.head = choose(t.head)
	for _, row := range t.rows {
		out.rows = append(out.rows, choose(row))
	}
	return out
}

// fitting returns how many of the first columns fit into a width, at least one. A cell that is wider than columns are counts as one.
func (t *table) fitting(width int) int {
	total := 0
	for i, head := range t.head {
		widest := utf8.RuneCountInString(head)
		for _, row := range t.rows {
			widest = max(widest, min(utf8.RuneCountInString(brief(row[i])), layout.MaxColumn))
		}
		if total += widest; total > width && i > 0 {
			return i
		}
		total += layout.Gap
	}
	return len(t.head)
}
