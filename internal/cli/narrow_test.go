package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNarrow(t *testing.T) {
	long := "12345678901234567890"
	table := &table{
		head: []string{"FROM", "EMPTY", "TO", "BYTES", "NOTE"},
		rows: [][]string{{"a", "", "b", "1", ""}, {long, "", "b", "", "late"}, {"c", "", "", "", ""}},
		more: "and 2 more",
	}
	for _, test := range []struct{ columns, want string }{
		{"40", "FROM                  TO  BYTES  NOTE\na                     b   1\n" + long + "  b          late\nc\nand 2 more\n"},
		{"36", "FROM                  TO  BYTES\na                     b   1\n" + long + "  b\n    late\nc\nand 2 more\n"},
		{"30", "FROM                  TO\na                     b\n    bytes 1\n" + long + "  b\n    late\nc\nand 2 more\n"},
		{"10", "FROM\na\n    to b,\n      bytes\n      1\n" + long + "\n    to b,\n      late\nc\nand 2 more\n"},
	} {
		t.Setenv("COLUMNS", test.columns)
		assert.Equal(t, test.want, table.narrow(), test.columns)
	}
}

func TestPlainCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                      "",
		"10.0.0.0/8 -> App":     "10.0.0.0/8 -> App",
		"=1+1":                  "'=1+1",
		"+1":                    "'+1",
		"-1":                    "'-1",
		"@SUM(A1)":              "'@SUM(A1)",
		"\t=1":                  `\t=1`,
		"\n=1":                  "' =1",
		"\uff1d1":               "'\uff1d1",
		"a;=HYPERLINK(1)":       "a;'=HYPERLINK(1)",
		"asks for a.example; b": "asks for a.example; b",
	} {
		assert.Equal(t, want, plainCell(text), text)
	}
}
