// Package texttable aligns text in columns, for output to people. It must not know what the text means: the callers choose the cells,
// escape them and shorten them.
package texttable

import (
	"strings"
	"unicode/utf8"
)

// Layout says how columns are set.
type Layout struct {
	Gap       int // spaces between two columns
	MaxColumn int // maximum width of a column in characters; a longer cell overflows its column. 0 is no maximum.
}

// Format writes rows, one on each line, with aligned columns and without trailing spaces. Rows may have different numbers of cells.
func (l Layout) Format(rows [][]string) string {
	widths := l.widths(rows)
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell
			if i+1 < len(row) {
				line += strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell))+l.Gap)
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// widths returns the width of each column.
func (l Layout) widths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			width := utf8.RuneCountInString(cell)
			if l.MaxColumn > 0 {
				width = min(width, l.MaxColumn)
			}
			widths[i] = max(widths[i], width)
		}
	}
	return widths
}
