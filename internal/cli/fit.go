package cli

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/texttable"
)

// narrowest is the smallest width of a column whose cells continue on further lines.
const narrowest = 10

// fit writes the table as text does, but no wider than the output. The widest columns become narrower: their cells continue on further
// lines. If the output is too narrow for that, it writes what narrow writes.
func (t *table) fit() string {
	filled := t.filled()
	rows := append([][]string{filled.head}, filled.rows...)
	for i, row := range rows {
		rows[i] = make([]string, len(row))
		for at, cell := range row {
			rows[i][at] = brief(cell)
		}
	}
	widths, ok := fittingWidths(rows, outputWidth())
	if !ok {
		return t.narrow()
	}
	var lines [][]string
	for _, row := range rows {
		lines = append(lines, cellLines(row, widths)...)
	}
	return texttable.Layout{Gap: layout.Gap}.Format(lines) + t.below()
}

// fits reports whether every row of the table is one line of the output.
func (t *table) fits() bool {
	filled := t.filled()
	natural := columnWidths(append([][]string{filled.head}, filled.rows...))
	return sum(natural)+layout.Gap*(len(natural)-1) <= outputWidth()
}

// fittingWidths returns the width of each column of rows that are no wider than width together. It is not ok if words do not fit.
func fittingWidths(rows [][]string, width int) (widths []int, ok bool) {
	widths = columnWidths(rows)
	least := make([]int, len(widths))
	for _, row := range rows {
		for i, cell := range row {
			for n, word := range strings.Fields(cell) {
				least[i] = max(least[i], min(narrowest, widths[i]), utf8.RuneCountInString(word)+min(n, 1)*hangingIndent)
			}
		}
	}
	room := width - layout.Gap*(len(widths)-1)
	for sum(widths) > room {
		widest := -1
		for i := range widths {
			if widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return nil, false
		}
		widths[widest]--
	}
	return widths, true
}

func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}

// cellLines breaks the cells of a row into lines of the table.
func cellLines(row []string, widths []int) [][]string {
	var lines [][]string
	for i, cell := range row {
		for n, text := range strings.Split(wrapLine(cell, widths[i]), "\n") {
			if n == len(lines) {
				lines = append(lines, slices.Repeat([]string{""}, len(row)))
			}
			lines[n][i] = text
		}
	}
	return lines
}
