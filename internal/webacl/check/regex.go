package check

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

const (
	maxRegexMatch = 512 // of RegexMatchStatement, in characters
	maxRegexSet   = 200 // of a set's expressions
	maxRegexes    = 10  // in a set
)

// RegexSet reports what AWS rejects in a regex pattern set.
func RegexSet(name, text, scope string, patterns []string) []webacl.Problem {
	c := &checker{scope: scope}
	c.head(name, text, &webacl.Visibility{MetricName: "none"})
	if len(patterns) == 0 || len(patterns) > maxRegexes {
		c.failAt("regex", "RegularExpressionList", "the number of expressions is not usable",
			fmt.Sprintf("got %d; allowed are 1 to %d", len(patterns), maxRegexes), "use several sets in an OrStatement")
	}
	for i, p := range patterns {
		c.regex(fmt.Sprintf("RegularExpressionList[%d]", i), p, maxRegexSet)
	}
	return c.found
}

// refused are the features of PCRE that AWS does not support (AWS WAF Developer Guide, "Supported regular expression syntax").
var refused = []struct {
	form *lazyregexp.Regexp
	what string
}{
	{lazyregexp.New(`\\[1-9]|\\g\{?-?[0-9a-zA-Z]|\\k[<'{]|\(\?P=`), "a backreference"},
	{lazyregexp.New(`\(\?(R|[0-9]+|[+-][0-9]+|&|P>)|\\g[<']`), "a subroutine"},
	{lazyregexp.New(`\(\?\(`), "a condition"},
	{lazyregexp.New(`\(\*[A-Z:]`), "a backtracking verb"},
	{lazyregexp.New(`\\C`), `\C, a single byte`},
	{lazyregexp.New(`\\R`), `\R, any line break`},
	{lazyregexp.New(`\\K`), `\K, a new beginning of the match`},
	{lazyregexp.New(`\(\?C[0-9]*\)`), "a callout"},
	{lazyregexp.New(`\(\?>|[*+?}]\+`), "an atomic or possessive group"},
}

// lookaround is a feature of PCRE that Go lacks. In expressions with it, only the features above are checked.
var lookaround = lazyregexp.New(`\(\?(<?[=!])`)

func (c *checker) regex(where, pattern string, most int) {
	if webacl.IsToken(pattern) && !strings.Contains(pattern, "(") {
		return
	}
	if n := len(pattern); n == 0 || n > most {
		c.failAt("regex", where, "the length of a regular expression is not usable",
			fmt.Sprintf("got %d characters; allowed are 1 to %d", n, most), "")
		return
	}
	bare := withoutEscapedBackslashes(pattern)
	for _, f := range refused {
		if at := f.form.FindString(bare); at != "" {
			c.failAt("regex", where, "a regular expression has a feature that AWS does not support",
				fmt.Sprintf("got %s, %s, in %.100q", at, f.what, pattern), "")
			return
		}
	}
	if lookaround.MatchString(bare) {
		return
	}
	if _, err := regexp.Compile(pattern); err != nil {
		var e *syntax.Error
		if errors.As(err, &e) && (e.Code == syntax.ErrInvalidPerlOp || e.Code == syntax.ErrInvalidRepeatSize ||
			e.Code == syntax.ErrInvalidEscape || e.Code == syntax.ErrInvalidNamedCapture) {
			return // PCRE accepts more than Go does.
		}
		c.failAt("regex", where, "a regular expression is invalid", fmt.Sprintf("%.100q: %v", pattern, err), "")
	}
}

// withoutEscapedBackslashes removes the pairs of backslashes, each of which stands for one backslash, and the contents of classes.
func withoutEscapedBackslashes(pattern string) string {
	pattern = strings.ReplaceAll(pattern, `\\`, "")
	var b strings.Builder
	class := false
	for i := 0; i < len(pattern); i++ {
		switch ch := pattern[i]; {
		case ch == '\\' && i+1 < len(pattern):
			if !class {
				b.WriteString(pattern[i : i+2])
			}
			i++
		case class:
			if ch == ']' {
				class = false
				b.WriteByte(ch)
			}
		default:
			class = ch == '['
			b.WriteByte(ch)
			if class && i+1 < len(pattern) && pattern[i+1] == '^' {
				i++
			}
			if class && i+1 < len(pattern) && pattern[i+1] == ']' {
				i++
			}
		}
	}
	return b.String()
}
