package athena

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// text quotes a text for SQL. A character that does not print is written as Go writes it, so that a text stays on its line.
func text(s string) string { return "'" + strings.ReplaceAll(printable(s), "'", "''") + "'" }

// printable writes characters that do not print as Go does: "\n" becomes a backslash and an n.
func printable(s string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
	}
	return b.String()
}

// values is a table of constants.
type values struct {
	name    string
	comment string
	columns []column
	rows    []row
}

// column is the name of a column with its type in SQL.
type column struct{ name, sqlType string }

// row is the literals of a row, and what it is about.
type row struct {
	cells []string
	about string
}

// add adds a row of bool, int and string.
func (v *values) add(cells ...any) *row {
	var r row
	for _, c := range cells {
		switch c := c.(type) {
		case string:
			r.cells = append(r.cells, text(c))
		default:
			r.cells = append(r.cells, fmt.Sprint(c))
		}
	}
	v.rows = append(v.rows, r)
	return &v.rows[len(v.rows)-1]
}

// String writes the table as a named part of a query.
func (v *values) String() string {
	var b strings.Builder
	b.WriteString("-- " + v.name + ": " + v.comment + "\n" + v.name + " (")
	for i, c := range v.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.name)
	}
	b.WriteString(") AS (\n")
	if len(v.rows) == 0 {
		b.WriteString("  SELECT")
		for i, c := range v.columns {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(" CAST(NULL AS " + c.sqlType + ")")
		}
		b.WriteString(" WHERE false\n)")
		return b.String()
	}
	b.WriteString("  VALUES\n")
	for i, r := range v.rows {
		b.WriteString("    (" + strings.Join(r.cells, ", ") + ")")
		if i+1 < len(v.rows) {
			b.WriteString(",")
		}
		if r.about != "" {
			b.WriteString(" -- " + printable(r.about))
		}
		b.WriteString("\n")
	}
	b.WriteString(")")
	return b.String()
}
