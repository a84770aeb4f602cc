package detail

import (
	"cmp"
	"slices"
	"strings"
)

// Change is a row that one of two plans lacks, or a value that differs.
type Change struct {
	Table string   // the name of the table
	Mark  string   // "+", "-" or "~"
	Row   []string // without the columns that say where something stands; of "~" with both values: "3 -> 4"
}

// Changes returns what the second of two plans changes, in the order of the tables.
func Changes(before, after []Table) []Change {
	var out []Change
	for i, t := range after {
		if t.Keyed {
			out = append(out, values(before[i], t)...)
			continue
		}
		old, now := before[i].bare(), t.bare()
		out = append(out, only(t.Name, "-", old, now)...)
		out = append(out, only(t.Name, "+", now, old)...)
	}
	return out
}

// bare returns the rows without the columns that say where something stands.
func (t Table) bare() [][]string {
	out := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		for j, cell := range row {
			if !slices.Contains(t.Place, t.Columns[j]) {
				out[i] = append(out[i], cell)
			}
		}
	}
	return out
}

// Bare returns the columns that rows of changes have.
func (t Table) Bare() []string {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c string) bool { return slices.Contains(t.Place, c) })
}

// only returns the rows that others lack. Equal rows count.
func only(table, mark string, rows, others [][]string) []Change {
	left := map[string]int{}
	for _, row := range others {
		left[strings.Join(row, "\x00")]++
	}
	var out []Change
	for _, row := range rows {
		if key := strings.Join(row, "\x00"); left[key] > 0 {
			left[key]--
		} else {
			out = append(out, Change{table, mark, row})
		}
	}
	return out
}

// values returns the rows of keyed tables whose values differ.
func values(before, after Table) []Change {
	var out []Change
	for _, row := range after.Rows {
		old := before.value(row[0])
		if old != row[1] {
			out = append(out, Change{after.Name, "~", append([]string{row[0], old + " -> " + row[1]}, row[2:]...)})
		}
	}
	for _, row := range before.Rows {
		gone := !slices.ContainsFunc(after.Rows, func(r []string) bool { return r[0] == row[0] })
		if absent := after.absent(); gone && row[1] != absent {
			out = append(out, Change{after.Name, "~", append([]string{row[0], row[1] + " -> " + absent}, row[2:]...)})
		}
	}
	return out
}

// value returns the value of a key.
func (t Table) value(key string) string {
	for _, row := range t.Rows {
		if row[0] == key {
			return row[1]
		}
	}
	return t.absent()
}

// absent is the value of a key that the table lacks.
func (t Table) absent() string { return cmp.Or(t.Absent, "0") }
