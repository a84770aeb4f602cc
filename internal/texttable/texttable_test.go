package texttable_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/texttable"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		layout texttable.Layout
		rows   [][]string
		want   string
	}{
		{"no rows", texttable.Layout{Gap: 2}, nil, ""},
		{"aligned", texttable.Layout{Gap: 2}, [][]string{{"A", "B"}, {"long", "x"}}, "A     B\nlong  x\n"},
		{"no trailing spaces", texttable.Layout{Gap: 3}, [][]string{{"A", "B"}, {"a", ""}}, "A   B\na\n"},
		{"shorter rows", texttable.Layout{Gap: 1}, [][]string{{"A"}, {"a", "b", "c"}}, "A\na b c\n"},
		{"characters, not bytes", texttable.Layout{Gap: 1}, [][]string{{"ü", "B"}, {"ab", "c"}}, "ü  B\nab c\n"},
		{"a long cell overflows", texttable.Layout{Gap: 1, MaxColumn: 3}, [][]string{{"A", "B"}, {"abcde", "c"}}, "A   B\nabcde c\n"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, test.layout.Format(test.rows), test.name)
	}
}
