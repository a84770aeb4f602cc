package iam

import (
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// contains reports whether a pattern certainly matches everything that another one matches. Only a star matches a star of the inner one.
// It may return false if that is harder to see, as for "a*?" and "a?*".
func contains(outer, inner string) bool {
	return outer == inner || outer == "*" || catalog.Glob(outer, strings.ReplaceAll(inner, "?", "\x00")) && wildcardsFit(outer, inner)
}

// wildcardsFit matches letter by letter. A question mark does not match a star of the inner pattern.
func wildcardsFit(outer, inner string) bool {
	reach := make([]bool, len(inner)+1)
	reach[0] = true
	for p := range len(outer) {
		next := make([]bool, len(inner)+1)
		if outer[p] == '*' {
			next[0] = reach[0]
			for i := range len(inner) {
				next[i+1] = reach[i+1] || next[i]
			}
		} else {
			for i := range len(inner) {
				next[i+1] = reach[i] && (outer[p] == inner[i] || outer[p] == '?' && inner[i] != '*')
			}
		}
		reach = next
	}
	return reach[len(inner)]
}

// overlaps reports whether some text matches both patterns. Values that are known only at deployment may be any text.
func overlaps(a, b string) bool {
	a, b = open(a), open(b)
	reach := make([]bool, len(b)+1)
	reach[0] = true
	for j := 0; j < len(b) && b[j] == '*'; j++ {
		reach[j+1] = true
	}
	for i := range len(a) {
		next := make([]bool, len(b)+1)
		next[0] = reach[0] && a[i] == '*'
		for j := range len(b) {
			switch {
			case a[i] == '*':
				next[j+1] = reach[j+1] || next[j] || reach[j]
			case b[j] == '*':
				next[j+1] = next[j] || reach[j+1] || reach[j]
			default:
				next[j+1] = reach[j] && (a[i] == b[j] || a[i] == '?' || b[j] == '?')
			}
		}
		reach = next
	}
	return reach[len(b)]
}

// overlapsARN reports whether some ARN matches both patterns. A star does not match beyond a colon.
func overlapsARN(a, b string) bool {
	x, y := CutARN(a), CutARN(b)
	if x == nil || y == nil {
		return overlaps(a, b)
	}
	for i := range x {
		if !overlaps(x[i], y[i]) {
			return false
		}
	}
	return true
}

// open replaces each value that is known only at deployment by a star.
func open(text string) string {
	var b strings.Builder
	for _, p := range parts(text) {
		switch {
		case p.text == OwnAccount:
			b.WriteString("????????????")
		case p.unknown:
			b.WriteByte('*')
		default:
			b.WriteString(p.text)
		}
	}
	return b.String()
}

type part struct {
	text    string // of an unknown one, with its braces
	unknown bool
}

// parts splits a text into known parts and unknown values, which are known only at deployment or from a request: "${aws:username}".
// "${*}", "${?}" and "${$}" are IAM's escapes of the letters themselves.
func parts(text string) []part {
	var out []part
	for text != "" {
		start := strings.Index(text, "${")
		end := -1
		if start >= 0 {
			end = strings.IndexByte(text[start:], '}')
		}
		if end < 0 {
			return append(out, part{text, false})
		}
		if start > 0 {
			out = append(out, part{text[:start], false})
		}
		name := text[start : start+end+1]
		out = append(out, part{name, name != "${*}" && name != "${?}" && name != "${$}"})
		text = text[start+end+1:]
	}
	return out
}

// isKnown reports whether a text has no unknown values.
func isKnown(text string) bool {
	for _, p := range parts(text) {
		if p.unknown {
			return false
		}
	}
	return true
}

// hasWildcard reports whether the known parts of a text hold * or ?.
func hasWildcard(text string) bool {
	for _, p := range parts(text) {
		if !p.unknown && strings.ContainsAny(p.text, "*?") {
			return true
		}
	}
	return false
}
