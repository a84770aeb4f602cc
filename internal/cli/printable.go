package cli

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable shows what steers a terminal, reorders text or cannot be seen as an escape: "\x1b", "\u202e". Templates may hold it
// to look like something else.
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

// maxWord is how many characters of a word are shown where there is little room. Names in templates may be of megabytes.
const maxWord = 120

// brief is printable with long words shortened. JSON has them whole.
func brief(s string) string { return shortWords(printable(s)) }

// shortWords leaves the middle out of words that are very long.
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

// lines is printable, line by line.
func lines(s string) string {
	parts := strings.Split(s, "\n")
	for i := range parts {
		parts[i] = printable(parts[i])
	}
	return strings.Join(parts, "\n")
}

// escapeJSON writes the same as printable in JSON that is already encoded, as JSON's own escapes: its values stay what they are.
func escapeJSON(s string) string {
	return escape(s, func(r rune) string {
		switch {
		case r == '\n':
			return "\n" // Between values; those in values are escaped already.
		case r < 0x10000:
			return fmt.Sprintf(`\u%04x`, r)
		}
		r -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	})
}

// escape replaces every hidden character and every byte that is no UTF-8.
func escape(s string, as func(rune) string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			b.WriteString(as(rune(s[i])))
		case hidden(r):
			b.WriteString(as(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a character is nothing to be seen: controls, marks of direction, zero-width characters and joiners, separators
// of lines, tags, variation selectors, fillers and what Unicode has not assigned.
func hidden(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
