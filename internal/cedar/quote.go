package cedar

import (
	"fmt"
	"strings"
)

// quote returns s as a string of Cedar. Everything except printable ASCII is an escape, so that no character can hide what a policy says.
// In a pattern of like, an asterisk is a wildcard: texts of users have none there, because Check refuses it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r > '~':
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// oneLine returns s as the text of a comment, which ends with its line. Everything except printable ASCII becomes a question mark.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}
