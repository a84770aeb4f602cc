package suricata

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// patternChecker reads a regular expression as PCRE2 does, and keeps the first error. It knows what people write in rules: groups, classes,
// repetitions, escapes and assertions. It rejects everything else, such as conditions and verbs.
type patternChecker struct {
	text   string
	at     int
	groups []patternGroup
	count  int             // the number of groups that capture
	refs   int             // the highest number of a group that a back reference names
	names  map[string]bool // the names of groups
	wrong  string
}

// patternGroup is an open group.
type patternGroup struct {
	behind bool // it is a lookbehind assertion, or inside one; the length of such an assertion is fixed
	nested bool // it is inside one
}

// atom says what the text so far ends with, and so whether a repetition may follow.
type atom int

const (
	noAtom     atom = iota // nothing that can be repeated
	single                 // something that can be repeated
	repeated               // something with a repetition
	possessive             // something with a repetition that is lazy or possessive
)

// checkPattern says what is wrong with a regular expression; empty if it is good.
func checkPattern(text string) string {
	p := patternChecker{text: text, names: map[string]bool{}}
	p.read()
	switch {
	case p.wrong != "":
		return p.wrong
	case len(p.groups) > 0:
		return "a parenthesis is not closed"
	case p.refs > p.count:
		return "it refers to a group that does not exist"
	}
	return ""
}

// fail records what is wrong, unless something is already.
func (p *patternChecker) fail(why string) atom {
	if p.wrong == "" {
		p.wrong = why
	}
	return noAtom
}

// next reads one character. It returns 0 at the end.
func (p *patternChecker) next() byte {
	if p.at >= len(p.text) {
		return 0
	}
	p.at++
	return p.text[p.at-1]
}

// skip reads a text if the pattern continues with it.
func (p *patternChecker) skip(text string) bool {
	if !strings.HasPrefix(p.text[p.at:], text) {
		return false
	}
	p.at += len(text)
	return true
}

// read reads the whole pattern.
func (p *patternChecker) read() {
	before := noAtom
	for p.at < len(p.text) && p.wrong == "" {
		switch c := p.next(); c {
		case '(':
			before = p.open()
		case ')':
			before = p.close()
		case '|':
			if p.inside().nested {
				p.fail("a lookbehind assertion has no fixed length")
			}
			before = noAtom
		case '^', '$':
			before = noAtom
		case '[':
			before = p.class()
		case '\\':
			before = p.escape()
		case '*', '+', '?':
			before = p.repeat(before, c)
		case '{':
			before = p.counted(before)
		default:
			before = single
		}
	}
}

// repeat checks a repetition, or the sign that makes the repetition before it lazy or possessive.
func (p *patternChecker) repeat(before atom, c byte) atom {
	switch {
	case before == repeated && c != '*':
		return possessive
	case before != single:
		return p.fail("a repetition has nothing to repeat")
	case p.inside().behind:
		return p.fail("a lookbehind assertion has no fixed length")
	}
	return repeated
}

var repetition = lazyregexp.New(`^(\d{1,5})(,(\d{1,5})?)?\}`)

// counted reads a counted repetition. A brace that begins none stands for itself.
func (p *patternChecker) counted(before atom) atom {
	m := repetition.FindStringSubmatch(p.text[p.at:])
	if m == nil {
		if regexp.MustCompile(`^\d+(,\d*)?\}|^,\d+\}`).MatchString(p.text[p.at:]) {
			return p.fail("a repetition is too large")
		}
		return single
	}
	p.at += len(m[0])
	from, _ := strconv.Atoi(m[1])
	to := from
	if m[3] != "" {
		to, _ = strconv.Atoi(m[3])
	}
	if from > 65535 || to > 65535 || to < from {
		return p.fail("the numbers of a repetition are too large, or the larger is first")
	}
	if before == repeated {
		return p.fail("a repetition has nothing to repeat")
	}
	return p.repeat(before, '*')
}

var (
	groupName  = lazyregexp.New(`^\?(?:P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})')`)
	groupFlags = lazyregexp.New(`^\?[imsx]*(?:-[imsx]+)?([:)])`)
)

// open reads the beginning of a group.
func (p *patternChecker) open() atom {
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "*"):
		return p.fail("it has a verb, as in (*FAIL)")
	case !strings.HasPrefix(rest, "?"):
		p.count++
		return p.push(false)
	case p.skip("?#"):
		end := strings.IndexByte(p.text[p.at:], ')')
		if end < 0 {
			return p.fail("a comment is not closed")
		}
		p.at += end + 1
		return noAtom
	case p.skip("?<=") || p.skip("?<!"):
		return p.push(true)
	case p.skip("?:") || p.skip("?=") || p.skip("?!") || p.skip("?>") || p.skip("?|"):
		return p.push(false)
	case p.skip("?R)"):
		return single
	}
	if m := groupFlags.FindStringSubmatch(rest); m != nil {
		p.at += len(m[0])
		if m[1] == ":" {
			return p.push(false)
		}
		return noAtom
	}
	m := groupName.FindStringSubmatch(rest)
	if m == nil {
		return p.fail("it has a group of an unknown kind")
	}
	name := m[1] + m[2]
	if p.names[name] {
		return p.fail("two groups have the name " + name)
	}
	p.at += len(m[0])
	p.names[name] = true
	p.count++
	return p.push(false)
}

// push enters a group.
func (p *patternChecker) push(behind bool) atom {
	in := p.inside()
	p.groups = append(p.groups, patternGroup{behind || in.behind, in.behind})
	return noAtom
}

// inside returns the innermost open group.
func (p *patternChecker) inside() patternGroup {
	if len(p.groups) == 0 {
		return patternGroup{}
	}
	return p.groups[len(p.groups)-1]
}

// close leaves a group.
func (p *patternChecker) close() atom {
	if len(p.groups) == 0 {
		return p.fail("a parenthesis is closed but not opened")
	}
	p.groups = p.groups[:len(p.groups)-1]
	return single
}

var (
	backReference = lazyregexp.New(`^[1-9]\d{0,2}`)
	byteEscape    = lazyregexp.New(`^x(?:[0-9a-fA-F]{1,2}|\{[0-9a-fA-F]{1,2}\})`)
	property      = lazyregexp.New(`^[pP]\{\^?(?:C[cfno]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)\}`)
)

// escape reads the rest of an escape, after the backslash and outside classes.
func (p *patternChecker) escape() atom {
	rest := p.text[p.at:]
	if m := backReference.FindString(rest); m != "" {
		p.at += len(m)
		n, _ := strconv.Atoi(m)
		p.refs = max(p.refs, n)
		return single
	}
	if p.skip(`Q\E`) {
		return noAtom
	}
	if p.skip("Q") {
		if _, after, ok := strings.Cut(p.text[p.at:], `\E`); ok {
			p.at = len(p.text) - len(after)
		} else {
			p.at = len(p.text)
		}
		return single
	}
	switch c, ok := p.simpleEscape("bBAZzGKXRNE"); {
	case !ok:
		return noAtom
	case strings.IndexByte("bBAZzGKE", c) >= 0:
		return noAtom
	}
	return single
}

// simpleEscape reads an escape that stands for one character, or for a kind of character. It accepts the letters of more in addition to
// those that are good everywhere.
func (p *patternChecker) simpleEscape(more string) (byte, bool) {
	for _, form := range []*lazyregexp.Regexp{byteEscape, property} {
		if m := form.FindString(p.text[p.at:]); m != "" {
			p.at += len(m)
			return 'd', true
		}
	}
	c := p.next()
	letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '1' && c <= '9'
	switch {
	case c == 0:
		p.fail("it ends with a backslash")
		return 0, false
	case letter && strings.IndexByte("dDsSwWhHvVnrtfae"+more, c) < 0:
		p.fail(`the escape \` + string(c) + " is unknown")
		return 0, false
	}
	return c, true
}

// posixClass matches a named class of characters.
var posixClass = lazyregexp.New(`^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]`)

// class reads a class of characters.
func (p *patternChecker) class() atom {
	if posixClass.MatchString(p.text[p.at-1:]) {
		return p.fail("a named class of characters needs brackets around it, as in [[:alpha:]]")
	}
	p.skip("^")
	first := true
	var last int // the character that may begin a range; -1 if none may
	for p.wrong == "" {
		c := p.next()
		switch {
		case c == 0:
			return p.fail("a class of characters is not closed")
		case c == ']' && !first:
			return single
		}
		first = false
		low := p.member(c)
		if last = low; p.at+1 < len(p.text) && p.text[p.at] == '-' && p.text[p.at+1] != ']' {
			p.at++
			if high := p.member(p.next()); last < 0 || high < 0 || high < last {
				return p.fail("a range in a class of characters is out of order")
			}
		}
	}
	return noAtom
}

// member reads one member of a class that begins with c. It returns the member's character, or -1 if the member stands for several.
func (p *patternChecker) member(c byte) int {
	if c == '[' && (strings.HasPrefix(p.text[p.at:], ":") || strings.HasPrefix(p.text[p.at:], ".") || strings.HasPrefix(p.text[p.at:], "=")) {
		if m := posixClass.FindString("[" + p.text[p.at:]); m != "" {
			p.at += len(m) - 1
			return -1
		}
		if regexp.MustCompile(`^[:.=][^\]]*[:.=]\]`).MatchString(p.text[p.at:]) {
			p.fail("a named class of characters is unknown")
		}
	}
	if c != '\\' {
		return int(c)
	}
	escape := p.at
	c, ok := p.simpleEscape("b")
	switch {
	case !ok:
		return -1
	case strings.IndexByte("dDsSwWhHvV", c) >= 0:
		if strings.HasPrefix(p.text[escape:], "x") {
			n, _ := strconv.ParseInt(strings.Trim(p.text[escape+1:p.at], "{}"), 16, 32)
			return int(n)
		}
		return -1
	}
	if n, ok := controls[c]; ok {
		return n
	}
	return int(c)
}

// controls maps the letter of an escape to the character that it stands for.
var controls = map[byte]int{'n': '\n', 'r': '\r', 't': '\t', 'f': '\f', 'a': 7, 'e': 27, 'b': 8}
