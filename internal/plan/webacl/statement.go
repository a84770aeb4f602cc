package webacl

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// not matches what a statement does not.
func not(s webacl.Statement) webacl.Statement {
	return webacl.Statement{NotStatement: &webacl.Negated{Statement: &s}}
}

// anyOf matches one of some statements. AWS rejects a list of one.
func anyOf(list []webacl.Statement) webacl.Statement {
	if len(list) == 1 {
		return list[0]
	}
	return webacl.Statement{OrStatement: &webacl.Nested{Statements: list}}
}

// allOf matches all of some statements.
func allOf(list []webacl.Statement) webacl.Statement {
	if len(list) == 1 {
		return list[0]
	}
	return webacl.Statement{AndStatement: &webacl.Nested{Statements: list}}
}

// on inspects a part of requests, after transformations in this order.
func on(f webacl.Field, transformations ...string) webacl.Inspected {
	if len(transformations) == 0 {
		transformations = []string{"NONE"}
	}
	out := webacl.Inspected{FieldToMatch: &f}
	for i, t := range transformations {
		out.TextTransformations = append(out.TextTransformations, webacl.Transformation{Priority: i, Type: t})
	}
	return out
}

// header is the part of requests that is a header.
func header(name string) webacl.Field {
	return webacl.Field{SingleHeader: &webacl.Named{Name: strings.ToLower(name)}}
}

// onHosts matches requests for one of some host names.
func onHosts(hosts []string) webacl.Statement {
	var patterns []string
	for _, h := range slices.Compact(slices.Sorted(slices.Values(hosts))) {
		name, above := strings.CutPrefix(h, ".")
		pattern := regexp.QuoteMeta(name)
		if above {
			pattern = `(?:.+\.)?` + pattern
		}
		patterns = append(patterns, pattern)
	}
	return onPatterns("^(?:", patterns, ")(?::[0-9]+)?$", on(header("host"), "LOWERCASE"))
}

// maxRegex is the maximum length of a regular expression, in characters (CloudFormation, RegexMatchStatement).
const maxRegex = 512

// onPatterns matches one of some patterns, with as few regular expressions as can hold them.
func onPatterns(before string, patterns []string, after string, field webacl.Inspected) webacl.Statement {
	var out []webacl.Statement
	var some []string
	flush := func() {
		if len(some) > 0 {
			one := webacl.RegexMatch{RegexString: before + strings.Join(some, "|") + after, Inspected: field}
			out = append(out, webacl.Statement{RegexMatchStatement: &one})
			some = nil
		}
	}
	length := len(before) + len(after)
	for _, p := range patterns {
		if len(some) > 0 && length+len(strings.Join(some, "|"))+1+len(p) > maxRegex {
			flush()
		}
		some = append(some, p)
	}
	flush()
	return anyOf(out)
}
