package importer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/webacl"
)

// pathForm says which requests the patterns of paths stand for.
type pathForm int

const (
	exactPath pathForm = iota // the path, or with a star all that begin so
	pathBelow                 // the path and all below it, in lower case
)

// The parts of the patterns that package plan/webacl writes.
const (
	patternStart = "^(?:"
	patternEnd   = ")"
	hostEnd      = ")(?::[0-9]+)?$"
	belowEnd     = "(?:[/;]|$)"
	javaSlash    = "(?:(?:;[^/]*)?/)+"
	javaDetour   = `/\.{1,2};`
	domainStart  = `(?:.+\.)?`
)

// regexesOf returns the patterns that a statement looks for: it is one of them, or any of several.
func regexesOf(s webacl.Statement) []webacl.RegexMatch {
	all := []webacl.Statement{s}
	if s.OrStatement != nil {
		all = s.OrStatement.Statements
	}
	var out []webacl.RegexMatch
	for _, one := range all {
		if one.RegexMatchStatement == nil || one.RegexMatchStatement.FieldToMatch == nil {
			return nil
		}
		out = append(out, *one.RegexMatchStatement)
	}
	return out
}

// pathsOf returns the paths that a statement is about.
func pathsOf(s webacl.Statement, form pathForm) ([]string, bool) {
	var out []string
	for _, m := range regexesOf(s) {
		if m.FieldToMatch.UriPath == nil || isLower(m) != (form == pathBelow) {
			return nil, false
		}
		inner, ok := between(m.RegexString, patternStart, patternEnd)
		if !ok {
			return nil, false
		}
		for _, pattern := range alternatives(inner) {
			path, ok := pathOf(pattern, form)
			if !ok {
				return nil, false
			}
			out = append(out, path)
		}
	}
	return out, len(out) > 0
}

func isLower(m webacl.RegexMatch) bool {
	return slices.ContainsFunc(m.TextTransformations, func(t webacl.Transformation) bool { return t.Type == "LOWERCASE" })
}

// pathOf returns the path of one pattern.
func pathOf(pattern string, form pathForm) (string, bool) {
	if form == pathBelow {
		pattern = strings.ReplaceAll(pattern, javaSlash, "/")
	}
	ends := map[pathForm]string{exactPath: "$", pathBelow: belowEnd}[form]
	body, whole := strings.CutSuffix(pattern, ends)
	path, ok := unquoted(body)
	if !ok || !strings.HasPrefix(path, "/") {
		return "", false
	}
	if !whole && (form == exactPath || path != "/") {
		path += "*"
	}
	return path, true
}

// unquoted returns the text that a pattern matches, if it is that of one text.
func unquoted(pattern string) (string, bool) {
	var b strings.Builder
	for n := 0; n < len(pattern); n++ {
		if pattern[n] == '\\' && n+1 < len(pattern) {
			n++
		}
		b.WriteByte(pattern[n])
	}
	return b.String(), regexp.QuoteMeta(b.String()) == pattern
}

func between(text, start, end string) (string, bool) {
	text, ok := strings.CutPrefix(text, start)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(text, end)
}

// alternatives splits a pattern at the bars outside of brackets.
func alternatives(pattern string) []string {
	var out []string
	depth, start := 0, 0
	for n := 0; n < len(pattern); n++ {
		switch pattern[n] {
		case '\\':
			n++
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '|':
			if depth == 0 {
				out = append(out, pattern[start:n])
				start = n + 1
			}
		}
	}
	return append(out, pattern[start:])
}

// hostsOf returns the host names that a statement is about: patterns of them, or whole names.
func hostsOf(s webacl.Statement) ([]string, bool) {
	var out []string
	for _, m := range regexesOf(s) {
		inner, ok := between(m.RegexString, patternStart, hostEnd)
		if !ok || m.FieldToMatch.SingleHeader == nil || !strings.EqualFold(m.FieldToMatch.SingleHeader.Name, "host") {
			return nil, false
		}
		for _, pattern := range alternatives(inner) {
			dot := ""
			if rest, above := strings.CutPrefix(pattern, domainStart); above {
				pattern, dot = rest, "."
			}
			name, ok := unquoted(pattern)
			if !ok {
				return nil, false
			}
			out = append(out, dot+name)
		}
	}
	if len(out) > 0 {
		return out, true
	}
	return hostTexts(s)
}

// hostTexts returns the host names that a statement compares as texts.
func hostTexts(s webacl.Statement) ([]string, bool) {
	all := []webacl.Statement{s}
	if s.OrStatement != nil {
		all = s.OrStatement.Statements
	}
	var out []string
	for _, one := range all {
		m := one.ByteMatchStatement
		if m == nil || m.PositionalConstraint != "EXACTLY" || m.FieldToMatch == nil || m.FieldToMatch.SingleHeader == nil ||
			!strings.EqualFold(m.FieldToMatch.SingleHeader.Name, "host") || m.SearchString == "" {
			return nil, false
		}
		out = append(out, m.SearchString)
	}
	return out, len(out) > 0
}

// withoutDetour returns a statement without the part that looks for the detours of Java.
func (r *webACLReader) withoutDetour(s webacl.Statement) webacl.Statement {
	if s.OrStatement == nil || len(s.OrStatement.Statements) < 2 {
		return s
	}
	last := s.OrStatement.Statements[len(s.OrStatement.Statements)-1]
	if last.RegexMatchStatement == nil || last.RegexMatchStatement.RegexString != javaDetour {
		return s
	}
	r.java = true
	rest := s.OrStatement.Statements[:len(s.OrStatement.Statements)-1]
	if len(rest) == 1 {
		return rest[0]
	}
	return webacl.Statement{OrStatement: &webacl.Nested{Statements: rest}}
}

// routes reads the routes that a tier serves. The paths that are declared for something else are served as well, so they are no routes.
func (r *webACLReader) routes(s webacl.Statement) {
	served := []webacl.Statement{s}
	if s.OrStatement != nil && regexesOf(s) == nil || s.OrStatement != nil && mixed(s) {
		served = s.OrStatement.Statements
	}
	var out []document.WebRoute
	for _, one := range served {
		if paths, ok := pathsOf(one, exactPath); ok {
			if !slices.Equal(paths, r.out.Uploads) {
				out = append(out, routesTo(paths, nil)...)
			}
			continue
		}
		if methods, ok := methodsOf(one); ok {
			out = append(out, routesTo([]string{"/*"}, methods)...)
			continue
		}
		if one.AndStatement == nil || len(one.AndStatement.Statements) != 2 {
			if _, below := pathsOf(one, pathBelow); !below {
				return
			}
			continue
		}
		paths, ok := pathsOf(one.AndStatement.Statements[0], exactPath)
		methods, also := methodsOf(one.AndStatement.Statements[1])
		if !ok || !also {
			return
		}
		out = append(out, routesTo(paths, methods)...)
	}
	r.out.Routes = out
}

// mixed reports whether the patterns of a statement are of several forms, so that they are not one list of paths.
func mixed(s webacl.Statement) bool {
	all := regexesOf(s)
	return slices.ContainsFunc(all, func(m webacl.RegexMatch) bool {
		return (m.FieldToMatch.UriPath == nil) != (all[0].FieldToMatch.UriPath == nil) || isLower(m) != isLower(all[0])
	})
}

// methodsOf returns the methods that a statement is about, without the one that comes along with GET.
func methodsOf(s webacl.Statement) ([]string, bool) {
	all := regexesOf(s)
	if len(all) != 1 || all[0].FieldToMatch.Method == nil {
		return nil, false
	}
	inner, ok := between(all[0].RegexString, patternStart, ")$")
	methods := strings.Split(inner, "|")
	if slices.Contains(methods, "GET") {
		methods = slices.DeleteFunc(methods, func(m string) bool { return m == "HEAD" })
	}
	return methods, ok
}

func routesTo(paths, methods []string) []document.WebRoute {
	var out []document.WebRoute
	for _, p := range paths {
		out = append(out, document.WebRoute{Path: p, Methods: methods})
	}
	return out
}
