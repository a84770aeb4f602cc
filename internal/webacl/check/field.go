package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

var (
	forwardedHeader = lazyregexp.New(`^[a-zA-Z0-9-]{1,255}$`)
	headerName      = lazyregexp.New("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$")
)

var oversize = []string{"CONTINUE", "MATCH", "NO_MATCH"}

// inspected checks a part of a request and its transformations.
func (c *checker) inspected(where string, i webacl.Inspected) {
	c.transformations(where+".TextTransformations", i.TextTransformations, transformations)
	if len(i.PreParseTextTransformations) > 0 {
		c.transformations(where+".PreParseTextTransformations", i.PreParseTextTransformations, preParse)
	}
	where += ".FieldToMatch"
	if i.FieldToMatch == nil {
		c.failAt("field", where, "a statement does not say which part of a request it inspects", "FieldToMatch is required", "")
		return
	}
	f := *i.FieldToMatch
	if c.one("field", where, "FieldToMatch", f) {
		c.field(where+"."+members(f)[0], f)
	}
}

func (c *checker) field(where string, f webacl.Field) {
	switch {
	case f.Body != nil:
		c.oversize(where, f.Body.OversizeHandling)
	case f.HeaderOrder != nil:
		c.oversize(where, f.HeaderOrder.OversizeHandling)
	case f.SingleHeader != nil:
		c.fieldName(where, f.SingleHeader.Name, 64)
	case f.SingleQueryArgument != nil:
		c.fieldName(where, f.SingleQueryArgument.Name, maxArgument)
	case f.Headers != nil:
		c.headers(where, f.Headers)
	case f.Cookies != nil:
		c.cookies(where, f.Cookies)
	case f.JsonBody != nil:
		c.json(where, f.JsonBody)
	case f.JA3Fingerprint != nil:
		c.enum("fallback", where+".FallbackBehavior", f.JA3Fingerprint.FallbackBehavior, "MATCH", "NO_MATCH")
	case f.JA4Fingerprint != nil:
		c.enum("fallback", where+".FallbackBehavior", f.JA4Fingerprint.FallbackBehavior, "MATCH", "NO_MATCH")
	case f.UriFragment != nil:
		c.enum("fallback", where+".FallbackBehavior", f.UriFragment.FallbackBehavior, "MATCH", "NO_MATCH")
	}
}

// oversize checks that somebody has decided what happens to requests that are larger than WAF reads.
func (c *checker) oversize(where, got string) {
	if got == "" {
		c.failAt("oversize", where+".OversizeHandling", "OversizeHandling is missing for requests larger than WAF reads",
			"allowed are CONTINUE, MATCH and NO_MATCH", "write MATCH in a rule that blocks, so that nothing can hide beyond the limit")
		return
	}
	c.enum("oversize", where+".OversizeHandling", got, oversize...)
}

func (c *checker) fieldName(where, name string, most int) {
	if !webacl.IsToken(name) && (name == "" || len(name) > most) {
		c.failAt("field", where+".Name", "the name of a part is not usable", fmt.Sprintf("got %.80q; allowed are 1 to %d characters", name, most),
			"")
	}
}

// maxArgument is the length of the name of a single query argument, in characters (API reference, SingleQueryArgument).
const maxArgument = 30

var scopes = []string{"ALL", "KEY", "VALUE"}

const maxPatterns = 199

func (c *checker) patterns(where string, list []string, most int) {
	if len(list) > maxPatterns {
		c.failAt("pattern", where, "too many names", fmt.Sprintf("got %d; allowed are %d", len(list), maxPatterns), "")
	}
	for _, name := range list {
		c.fieldName(where, name, most)
	}
}

func (c *checker) headers(where string, h *webacl.Headers) {
	c.oversize(where, h.OversizeHandling)
	c.enum("scope", where+".MatchScope", h.MatchScope, scopes...)
	if h.MatchPattern == nil || !c.one("pattern", where+".MatchPattern", "the choice of headers", *h.MatchPattern) {
		c.patternMissing(where, h.MatchPattern == nil)
		return
	}
	c.patterns(where+".MatchPattern", append(h.MatchPattern.IncludedHeaders, h.MatchPattern.ExcludedHeaders...), 64)
}

func (c *checker) cookies(where string, h *webacl.Cookies) {
	c.oversize(where, h.OversizeHandling)
	c.enum("scope", where+".MatchScope", h.MatchScope, scopes...)
	if h.MatchPattern == nil || !c.one("pattern", where+".MatchPattern", "the choice of cookies", *h.MatchPattern) {
		c.patternMissing(where, h.MatchPattern == nil)
		return
	}
	c.patterns(where+".MatchPattern", append(h.MatchPattern.IncludedCookies, h.MatchPattern.ExcludedCookies...), 60)
}

func (c *checker) patternMissing(where string, missing bool) {
	if missing {
		c.failAt("pattern", where+".MatchPattern", "MatchPattern is missing", "MatchPattern is required", "")
	}
}

func (c *checker) json(where string, j *webacl.JSONBody) {
	c.oversize(where, j.OversizeHandling)
	c.enum("scope", where+".MatchScope", j.MatchScope, scopes...)
	if j.InvalidFallbackBehavior != "" {
		c.enum("fallback", where+".InvalidFallbackBehavior", j.InvalidFallbackBehavior, "MATCH", "NO_MATCH", "EVALUATE_AS_STRING")
	}
	if j.MatchPattern == nil || !c.one("pattern", where+".MatchPattern", "the choice of members", *j.MatchPattern) {
		c.patternMissing(where, j.MatchPattern == nil)
		return
	}
	for _, p := range j.MatchPattern.IncludedPaths {
		if !webacl.IsToken(p) && (!strings.HasPrefix(p, "/") || len(p) > 512 ||
			strings.Contains(strings.NewReplacer("~0", "", "~1", "").Replace(p), "~")) {
			c.failAt("pattern", where+".MatchPattern.IncludedPaths", "a JSON pointer is not usable",
				fmt.Sprintf("got %.100q; allowed is /a/b, with ~1 for a slash and ~0 for a tilde in names", p), "")
		}
	}
}

// The transformations (CloudFormation's schema, 2026-11).
var transformations = []string{
	"NONE", "COMPRESS_WHITE_SPACE", "HTML_ENTITY_DECODE", "LOWERCASE", "CMD_LINE", "URL_DECODE", "BASE64_DECODE", "HEX_DECODE", "MD5",
	"REPLACE_COMMENTS", "ESCAPE_SEQ_DECODE",
	"SQL_HEX_DECODE", "CSS_DECODE", "JS_DECODE", "NORMALIZE_PATH", "NORMALIZE_PATH_WIN", "REMOVE_NULLS", "REPLACE_NULLS", "BASE64_DECODE_EXT",
	"URL_DECODE_UNI", "UTF8_TO_UNICODE",
	"REMOVE_WHITESPACE", "TRIM", "TRIM_LEFT", "TRIM_RIGHT", "REMOVE_COMMENTS_CHAR", "UPPERCASE", "CMD_LINE_WIN", "CMD_LINE_UNIX",
	"JS_DECODE_EXT", "SHA256",
}

var preParse = []string{"NONE", "URL_DECODE", "URL_DECODE_UNI", "COMBINE_DUPLICATE_QUERY_ARGS_BY_COMMA",
	"REPLACE_SEMICOLONS_WITH_AMPERSANDS"}

func (c *checker) transformations(where string, list []webacl.Transformation, allowed []string) {
	if len(list) == 0 || len(list) > maxTransformations {
		c.failAt("transformation", where, "the number of transformations is not usable",
			fmt.Sprintf("got %d; allowed are 1 to %d", len(list), maxTransformations), "write NONE for no transformation")
	}
	priorities := map[int]bool{}
	for _, t := range list {
		c.enum("transformation", where, t.Type, allowed...)
		if priorities[t.Priority] {
			c.failAt("transformation", where, "two transformations have the same priority", fmt.Sprintf("got %d twice", t.Priority), "")
		}
		priorities[t.Priority] = true
		if t.Priority < 0 {
			c.failAt("transformation", where, "the priority of a transformation is not usable",
				fmt.Sprintf("got %d; allowed are 0 and more", t.Priority), "")
		}
	}
}
