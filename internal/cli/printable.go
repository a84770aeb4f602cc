package cli

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable replaces characters that control a terminal, reorder text or are invisible by escapes such as "\x1b" and "\u202e". A
// template may contain them to disguise a text.
func printable(s string) string {
	return escape(s, func(r rune) string {
		switch {
		case r == '\n':
			return `\n`
		case r == '\t':
			return `\t`
		case r == '\r':
			return `\r`
		case r < 0x100:
			return fmt.Sprintf(`\x%02x`, r)
		case r < 0x10000:
			return fmt.Sprintf(`\u%04x`, r)
		}
		return fmt.Sprintf(`\U%08x`, r)
	})
}

// maxWord is how many characters of a word a table shows. Names in templates can have megabytes.
const maxWord = 120

// brief is printable with long words shortened. Only text and Markdown use it; JSON has the whole words.
func brief(s string) string { return shortWords(printable(s)) }

// shortWords leaves out the middle of very long words.
func shortWords(s string) string {
	if len(s) <= maxWord {
		return s
	}
	words := strings.Split(s, " ")
	for i, word := range words {
		if runes := []rune(word); len(runes) > maxWord {
			words[i] = string(runes[:maxWord-43]) + "..." + string(runes[len(runes)-40:])
		}
	}
	return strings.Join(words, " ")
}

// printableLines is printable for text of several lines.
func printableLines(s string) string {
	parts := strings.Split(s, "\n")
	for i := range parts {
		parts[i] = printable(parts[i])
	}
	return strings.Join(parts, "\n")
}

// escapeJSON does the same as printable in encoded JSON. It uses JSON's own escapes, so that the values stay the same.
func escapeJSON(s string) string {
	return escape(s, func(r rune) string {
		switch {
		case r == '\n':
			return "\n" // Newlines between values; those inside values are escaped already.
		case r < 0x10000:
			return fmt.Sprintf(`\u%04x`, r)
		}
		r -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	})
}

// escape replaces every invisible character and every byte that is not UTF-8.
func escape(s string, as func(rune) string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, invisible) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			b.WriteString(as(rune(s[i])))
		case invisible(r):
			b.WriteString(as(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// invisible reports whether a character has no visible form: control characters, direction marks, zero-width characters and joiners,
// line separators, tags, variation selectors, fillers and unassigned code points.
func invisible(r rune) bool {
	if r < 0x80 {
		return r < ' ' || r == 0x7f
	}
	return !unicode.IsGraphic(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
