package suricata

import (
	"fmt"
	"strings"
)

// Quote writes text as the value of msg: in quotes, with semicolons, quotes and backslashes escaped. The error names a
// character that cannot be part of a message: one that is not printable ASCII could end the line, or be invisible in a log.
func Quote(text string) (string, error) {
	var b strings.Builder
	b.WriteByte('"')
	for i, c := range text {
		switch {
		case c < ' ' || c > '~':
			return "", fmt.Errorf("character %d of the message %q is %U: only printable ASCII characters can be written in a rule", i+1, text, c)
		case c == ';' || c == '"' || c == '\\':
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	b.WriteByte('"')
	return b.String(), nil
}

// unquote undoes Quote. A value without quotes is returned with its escapes undone.
func unquote(value string) string {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		value = value[1 : n-1]
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' && i+1 < len(value) && strings.IndexByte(`;"\`, value[i+1]) >= 0 {
			i++
		}
		b.WriteByte(value[i])
	}
	return b.String()
}
