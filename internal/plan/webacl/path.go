package webacl

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/webacl"
)

// pathForm says what a path stands for.
type pathForm int

const (
	// exactly is the path itself, or with a star all that begin so.
	exactly pathForm = iota
	// below is the path and all below it, in any case: servers differ in whether they tell cases apart.
	below
)

func (b *builder) has(t arch.Technology) bool {
	return slices.Contains(b.of.Serves.Technologies, t)
}

// pathTransformations resolve encoding and detours, as the servers behind do: Windows and Java take a backslash for a slash.
func (b *builder) pathTransformations() []string {
	if b.has(arch.Windows) || b.has(arch.Java) {
		return []string{"URL_DECODE", "NORMALIZE_PATH_WIN"}
	}
	return []string{"URL_DECODE", "NORMALIZE_PATH"}
}

// onPaths matches requests for one of some paths, as they are when encoding and detours are resolved.
func (b *builder) onPaths(form pathForm, paths []string) webacl.Statement {
	transformations := b.pathTransformations()
	var patterns []string
	for _, p := range slices.Compact(slices.Sorted(slices.Values(paths))) {
		if form == below {
			patterns = append(patterns, b.pathBelow(p))
			continue
		}
		prefix, star := strings.CutSuffix(p, "*")
		pattern := regexp.QuoteMeta(prefix)
		if !star {
			pattern += "$"
		}
		patterns = append(patterns, pattern)
	}
	if form == below {
		transformations = append(transformations, "LOWERCASE")
	}
	return onPatterns("^(?:", patterns, ")", on(webacl.Field{UriPath: &webacl.Empty{}}, transformations...))
}

// pathBelow is the pattern of a path and all below it, in small letters.
func (b *builder) pathBelow(path string) string {
	prefix, star := strings.CutSuffix(path, "*")
	prefix = strings.ToLower(prefix)
	if prefix != "/" {
		prefix = strings.TrimSuffix(prefix, "/")
	}
	pattern := regexp.QuoteMeta(prefix)
	if b.has(arch.Java) && prefix != "/" {
		pattern = strings.ReplaceAll(pattern, "/", javaSlash)
	}
	if star || prefix == "/" {
		return pattern
	}
	return pattern + "(?:[/;]|$)"
}

// javaSlash is what servlets take for a slash between two names: parameters of the first are before it, and segments of parameters alone
// behind it.
const javaSlash = "(?:(?:;[^/]*)?/)+"

// javaDetour matches steps to a folder itself and to the one above that servlets resolve and AWS WAF does not: "/..;/".
func (b *builder) javaDetour() webacl.Statement {
	return webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: `/\.{1,2};`,
		Inspected: on(webacl.Field{UriPath: &webacl.Empty{}}, b.pathTransformations()...)}}
}

// orDetour is a statement about requests to block, with those that take a detour to what they are not seen to ask for.
func (b *builder) orDetour(s webacl.Statement) webacl.Statement {
	if !b.has(arch.Java) {
		return s
	}
	return anyOf([]webacl.Statement{s, b.javaDetour()})
}
