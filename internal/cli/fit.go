package cli

import (
	"strings"
	"unicode/utf8"
)

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
	text, ok := layout.Fit(rows, outputWidth())
	if !ok {
		return t.narrow()
	}
	return text + t.below()
}

// fits reports whether every row of the table is one line of the output.
func (t *table) fits() bool {
	for line := range strings.Lines(t.filled().text()) {
		if utf8.RuneCountInString(line) > outputWidth()+1 { // The newline counts.
			return false
		}
	}
	return true
}
