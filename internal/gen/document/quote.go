package document

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// bare matches the texts that every reader of YAML, old or new, takes for texts: words, and addresses with their length.
var bare = lazyregexp.New(`^(?:[A-Za-z./_][A-Za-z0-9 ./_*+@;()=&$~^'-]*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9]{1,2})$`)

// bareKey also has what keys of flows have.
var bareKey = lazyregexp.New(`^[A-Za-z./_0-9][A-Za-z0-9 ./_*,:-]* -> [A-Za-z0-9 ./_*,:-]+$`)

// words are texts that some reader takes for something else.
var words = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true, ".inf": true,
	".nan": true, "nan": true, "inf": true, "~": true,
}

// number matches what begins like a number.
var number = lazyregexp.New(`^[._]*[0-9]`)

// plain returns a scalar as it is written: bare where all readers agree, otherwise in double quotes.
func plain(n *node, inside bool) string {
	if !n.quoted {
		return n.text // a number, true, false or a word of the format
	}
	text := n.text
	switch {
	case text == "" || words[strings.ToLower(text)] || strings.TrimSpace(text) != text || strings.Contains(text, ": ") ||
		strings.HasSuffix(text, ":"):
		return quote(text)
	case bareKey.MatchString(strings.ReplaceAll(text, arrow, " -> ")) && strings.Count(text, "->") == 1 && !inside:
		return text
	case arn.MatchString(text) && !inside:
		return text
	case !bare.MatchString(text) && (inside || text[0] == ',' || !bare.MatchString(strings.ReplaceAll(text, ",", ""))):
		return quote(text)
	case number.MatchString(text) && !isBlock(text):
		return quote(text)
	}
	return text
}

// arn matches ARNs without characters that have a meaning in YAML.
var arn = lazyregexp.New(`^arn:[A-Za-z0-9:/_.*-]*[A-Za-z0-9/_.*-]$`)

// quote returns a text in double quotes, with the escapes that JSON and YAML share.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r > 0xffff && hidden(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		case hidden(r) || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
