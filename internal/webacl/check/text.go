package check

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// leaves has, for each transformation, what it never leaves in a text. These transformations only remove or fold characters, so they keep
// the effect of those before them. All other transformations may bring anything back.
var leaves = map[string]struct {
	what string
	has  func(text string) bool
}{
	"LOWERCASE": {"capital letters", hasCapitals},
	"CMD_LINE":  {"capital letters", hasCapitals},
	"UPPERCASE": {"small letters", hasSmall},
	"COMPRESS_WHITE_SPACE": {"two spaces together, or other white space", func(s string) bool {
		return strings.Contains(s, "  ") ||
			strings.ContainsAny(s, "\t\n\v\f\r")
	}},
	"REMOVE_WHITESPACE":  {"white space", func(s string) bool { return strings.ContainsAny(s, " \t\n\v\f\r") }},
	"REMOVE_NULLS":       {"null bytes", hasNull},
	"REPLACE_NULLS":      {"null bytes", hasNull},
	"NORMALIZE_PATH":     {"//, /./ and /../", hasDetour},
	"NORMALIZE_PATH_WIN": {`//, /./, /../ and \`, func(s string) bool { return hasDetour(s) || strings.Contains(s, `\`) }},
	"TRIM":               {"", never},
	"TRIM_LEFT":          {"", never},
	"TRIM_RIGHT":         {"", never},
}

func never(string) bool         { return false }
func hasNull(s string) bool     { return strings.Contains(s, "\x00") }
func hasCapitals(s string) bool { return strings.ContainsFunc(s, isCapital) }
func hasSmall(s string) bool    { return strings.ContainsFunc(s, isSmall) }
func isCapital(r rune) bool     { return r >= 'A' && r <= 'Z' }
func isSmall(r rune) bool       { return r >= 'a' && r <= 'z' }

func hasDetour(s string) bool {
	return slices.ContainsFunc([]string{"//", "/./", "/../"}, func(d string) bool { return strings.Contains(s, d) })
}

// lasting returns the transformations whose effect lasts to the end, in their order. A change of case undoes one before it.
func lasting(list []webacl.Transformation) []string {
	ordered := slices.SortedStableFunc(slices.Values(list), func(a, b webacl.Transformation) int { return a.Priority - b.Priority })
	var out []string
	cased := false
	for _, t := range slices.Backward(ordered) {
		if t.Type == "NONE" {
			continue
		}
		if _, keeps := leaves[t.Type]; !keeps {
			break
		}
		folds := t.Type == "LOWERCASE" || t.Type == "UPPERCASE" || t.Type == "CMD_LINE"
		if !folds || !cased {
			out = append(out, t.Type)
		}
		cased = cased || folds
	}
	slices.Reverse(out)
	return out
}

// impossibleText reports a search text that no transformed text can contain.
func (c *checker) impossibleText(where, text string, list []webacl.Transformation) {
	if webacl.IsToken(text) {
		return
	}
	for _, t := range lasting(list) {
		l := leaves[t]
		if !l.has(text) {
			continue
		}
		fix := "search for the text after the transformation, or leave the transformation out"
		switch t {
		case "LOWERCASE", "CMD_LINE":
			fix = fmt.Sprintf("write %q", strings.ToLower(text))
		case "UPPERCASE":
			fix = fmt.Sprintf("write %q", strings.ToUpper(text))
		}
		c.failAt("impossible", where, "a search text never occurs", fmt.Sprintf("got %.100q after %s, which leaves no %s",
			text, t, l.what), fix)
		return
	}
}

// impossibleRegex reports a regular expression that matches no transformed text, because of the case of its letters.
func (c *checker) impossibleRegex(where, pattern string, list []webacl.Transformation) {
	if webacl.IsToken(pattern) {
		return
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return
	}
	for _, t := range lasting(list) {
		gone := isCapital
		switch t {
		case "LOWERCASE", "CMD_LINE":
		case "UPPERCASE":
			gone = isSmall
		default:
			continue
		}
		if needs(tree, gone) {
			c.failAt("impossible", where, "a regular expression matches nothing", fmt.Sprintf("got %.100q after %s, which leaves no %s",
				pattern, t, leaves[t].what), "write its letters in the case that the transformation leaves")
			return
		}
	}
}

// needs reports whether everything that an expression matches has a character that is gone.
func needs(tree *syntax.Regexp, gone func(rune) bool) bool {
	inner := func(sub *syntax.Regexp) bool { return needs(sub, gone) }
	switch tree.Op {
	case syntax.OpLiteral:
		return tree.Flags&syntax.FoldCase == 0 && slices.ContainsFunc(tree.Rune, gone)
	case syntax.OpCharClass:
		return allGone(tree.Rune, gone)
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		return slices.ContainsFunc(tree.Sub, inner)
	case syntax.OpRepeat:
		return tree.Min > 0 && inner(tree.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(tree.Sub, func(sub *syntax.Regexp) bool { return !inner(sub) })
	}
	return false
}

// allGone reports whether all characters of a class are gone. The class is pairs of the first and the last character of a range.
func allGone(pairs []rune, gone func(rune) bool) bool {
	for i := 0; i+1 < len(pairs); i += 2 {
		if !gone(pairs[i]) || !gone(pairs[i+1]) {
			return false
		}
	}
	return len(pairs) > 0
}
