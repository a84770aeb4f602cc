package layout

import (
	"strings"
	"unicode"
)

// narrow, wide and the rest are the widths of letters, in parts of the font's size. They are those of wide fonts for screens, so that a
// text fits in any.
const (
	narrowLetters = "ijlI.,:;'|!()[]{}/\\ ftr1-"
	wideLetters   = "mwMW@%—…"
)

// TextWidth returns about how wide a text is. It is an upper bound for the usual fonts without serifs.
func TextWidth(text string, size float64) float64 {
	n := 0.0
	for _, r := range text {
		n += letterWidth(r)
	}
	return n * size
}

func letterWidth(r rune) float64 {
	switch {
	case containsRune(narrowLetters, r):
		return 0.40
	case containsRune(wideLetters, r):
		return 1.0
	case r < 0x80 && unicode.IsUpper(r):
		return 0.72
	case r < 0x80:
		return 0.63
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < 0x500:
		return 0.75
	}
	return 1.05
}

func containsRune(set string, r rune) bool {
	for _, s := range set {
		if s == r {
			return true
		}
	}
	return false
}

// Fit shortens a text to a width.
func Fit(text string, size, width float64) string {
	if TextWidth(text, size) <= width {
		return text
	}
	runes := []rune(text)
	for n := len(runes) - 1; n > 0; n-- {
		if short := string(runes[:n]) + "…"; TextWidth(short, size) <= width {
			return short
		}
	}
	return "…"
}

// wrap breaks a text that is wider than a width into two lines that fit: after a comma, or else at a space. If there is no such place, it
// shortens the text to one line.
func wrap(text string, size, width float64) []string {
	if TextWidth(text, size) <= width {
		return []string{text}
	}
	for _, end := range []string{", ", " "} {
		for at := strings.LastIndex(text, end); at > 0; at = strings.LastIndex(text[:at], end) {
			first, rest := strings.TrimRight(text[:at+len(end)], " "), text[at+len(end):]
			if TextWidth(first, size) <= width && TextWidth(rest, size) <= width {
				return []string{first, rest}
			}
		}
	}
	return []string{Fit(text, size, width)}
}
