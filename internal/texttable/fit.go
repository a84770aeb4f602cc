package texttable

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// narrowest is the smallest width of a column whose cells continue on further lines.
const narrowest = 10

// Fit writes rows of equal length as Format does, but no wider than width. The widest columns become narrower: their cells continue on
// further lines. It is not ok if words are too wide for that; then it is as narrow as words allow.
func (l Layout) Fit(rows [][]string, width int) (text string, ok bool) {
	if len(rows) == 0 {
		return "", true
	}
	widths, ok := l.fitting(rows, width)
	var lines [][]string
	for _, row := range rows {
		lines = append(lines, cellLines(row, widths)...)
	}
	return Layout{Gap: l.Gap}.Format(lines), ok
}

// fitting returns the width of each column of rows that are no wider than width together. It is not ok if words do not fit.
func (l Layout) fitting(rows [][]string, width int) (widths []int, ok bool) {
	widths = Layout{}.widths(rows)
	least := make([]int, len(widths))
	for _, row := range rows {
		for i, cell := range row {
			for n, word := range strings.Fields(cell) {
				least[i] = max(least[i], min(narrowest, widths[i]), utf8.RuneCountInString(word)+min(n, 1)*indent)
			}
		}
	}
	room := width - l.Gap*(len(widths)-1)
	for sum(widths) > room {
		widest := -1
		for i := range widths {
			if widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return widths, false
		}
		widths[widest]--
	}
	return widths, true
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
		for n, text := range strings.Split(Wrap(cell, widths[i]), "\n") {
			if n == len(lines) {
				lines = append(lines, slices.Repeat([]string{""}, len(row)))
			}
			lines[n][i] = text
		}
	}
	return lines
}
