package webacl

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/webacl"
)

// pathForm says which requests a path stands for.
type pathForm int

const (
	// exactly is the path itself, or with a star all paths that begin so.
	exactly pathForm = iota
	// below is the path and all paths below it, in any case, because some servers ignore case.
	below
)

// has reports whether the tier declares a technology.
func (b *builder) has(t arch.Technology) bool {
	return slices.Contains(b.of.Serves.Technologies, t)
}

// pathTransformations resolve encoding and detours as the servers behind do: Windows and Java read a backslash as a slash.
func (b *builder) pathTransformations() []string {
	if b.has(arch.Windows) || b.has(arch.Java) {
		return []string{"URL_DECODE", "NORMALIZE_PATH_WIN"}
	}
	return []string{"URL_DECODE", "NORMALIZE_PATH"}
}

// onPaths matches requests for one of some paths, after encoding and detours are resolved.
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

// pathBelow is the pattern of a path and all paths below it, in lower case.
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

// javaSlash matches what servlets read as a slash between two names: the slash, parameters of the first name before it, and
// segments of parameters alone after it.
const javaSlash = "(?:(?:;[^/]*)?/)+"

// javaDetour matches steps to the same folder and to the folder above that servlets resolve and AWS WAF does not: "/..;/".
func (b *builder) javaDetour() webacl.Statement {
	return webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: `/\.{1,2};`,
		Inspected: on(webacl.Field{UriPath: &webacl.Empty{}}, b.pathTransformations()...)}}
}

// orDetour adds to a statement about requests to block those that hide their path behind a detour.
func (b *builder) orDetour(s webacl.Statement) webacl.Statement {
	if !b.has(arch.Java) {
		return s
	}
	return anyOf([]webacl.Statement{s, b.javaDetour()})
}
