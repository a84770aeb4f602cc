package diag

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Position is a line of the user's source or of a template. The zero Position is unknown.
type Position struct {
	File string // with slashes, and relative to the root of its module if that is known
	Line int
}

// IsZero reports whether the position is unknown.
func (p Position) IsZero() bool { return p == Position{} }

// String returns "file:line", or "" for the zero Position.
func (p Position) String() string {
	switch {
	case p.IsZero():
		return ""
	case p.Line == 0:
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

// MarshalText writes "file:line".
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the format of MarshalText. An empty text is the zero Position.
func (p *Position) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Position{}
		return nil
	}
	i := max(0, strings.LastIndex(string(text), ":"))
	file, number := string(text[:i]), string(text[min(i+1, len(text)):])
	line, err := strconv.Atoi(number)
	if err != nil || file == "" || line < 1 {
		return fmt.Errorf("%q is not a position; write it as in \"main.go:12\"", text)
	}
	*p = Position{File: file, Line: line}
	return nil
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line))
}
