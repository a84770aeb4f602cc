package evaluate

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// found is the content of a part of a request.
type found struct {
	texts []string
	// decided is the outcome that the statement states for a part that is too large or missing.
	decided bool
	outcome outcome
	unknown string // why the content is unknown
}

func decided(how string) found {
	return found{decided: true, outcome: sure(how == "MATCH")}
}

// The limits of what is read, in bytes and by number (AWS WAF Developer Guide, "Oversize web request components").
const (
	maxHeaderBytes = 8 << 10
	maxHeaders     = 200
)

// look returns the content of a part of the request. limit is how much of a body is read.
func look(r *Request, f webacl.Field, limit int) found {
	switch {
	case f.UriPath != nil:
		return found{texts: []string{r.path()}}
	case f.QueryString != nil:
		return found{texts: []string{r.query()}}
	case f.Method != nil:
		return found{texts: []string{r.Method}}
	case f.SingleHeader != nil:
		return found{texts: r.values(f.SingleHeader.Name)}
	case f.SingleQueryArgument != nil:
		return found{texts: chosen(r.arguments(), "VALUE", func(name string) bool { return equalFold(name, f.SingleQueryArgument.Name) })}
	case f.AllQueryArguments != nil:
		return found{texts: chosen(r.arguments(), "ALL", func(string) bool { return true })}
	case f.Headers != nil:
		return headers(r, f.Headers)
	case f.Cookies != nil:
		return cookies(r, f.Cookies)
	case f.HeaderOrder != nil:
		return headerOrder(r, f.HeaderOrder.OversizeHandling)
	case f.Body != nil:
		return body(r, f.Body.OversizeHandling, limit)
	case f.JsonBody != nil:
		return jsonBody(r, f.JsonBody, limit)
	case f.JA3Fingerprint != nil:
		return fingerprint(r.JA3)
	case f.JA4Fingerprint != nil:
		return fingerprint(r.JA4)
	case f.UriFragment != nil:
		if _, fragment, ok := strings.Cut(r.Target, "#"); ok {
			return found{texts: []string{fragment}}
		}
		return decided(f.UriFragment.FallbackBehavior)
	}
	return found{unknown: "what it looks at is not known"}
}

func fingerprint(text string) found {
	if text == "" {
		return found{unknown: "the fingerprint of the client's TLS is not known"}
	}
	return found{texts: []string{text}}
}

// chosen returns the keys, the values or both of pairs.
func chosen(pairs []pair, scope string, want func(name string) bool) []string {
	var out []string
	for _, p := range pairs {
		if !want(p.name) {
			continue
		}
		if scope != "VALUE" {
			out = append(out, p.name)
		}
		if scope != "KEY" {
			out = append(out, p.value)
		}
	}
	return out
}

// limited cuts pairs at the limits, and reports whether something is beyond them.
func limited(pairs []pair) (within []pair, beyond bool) {
	size := 0
	for i, p := range pairs {
		size += len(p.name) + len(p.value)
		if i == maxHeaders || size > maxHeaderBytes {
			return pairs[:i], true
		}
	}
	return pairs, false
}

func pick(pairs []pair, scope, oversize string, included, excluded []string, fold bool) found {
	within, beyond := limited(pairs)
	if beyond && oversize != "CONTINUE" {
		return decided(oversize)
	}
	among := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return s == name || fold && equalFold(s, name) })
	}
	return found{texts: chosen(within, scope, func(name string) bool {
		return (len(included) == 0 || among(included, name)) && !among(excluded, name)
	})}
}

func headers(r *Request, h *webacl.Headers) found {
	var pairs []pair
	for _, x := range r.Header {
		pairs = append(pairs, pair{x.Name, x.Value})
	}
	if h.MatchPattern == nil {
		return found{unknown: "which headers it looks at is not known"}
	}
	return pick(pairs, h.MatchScope, h.OversizeHandling, h.MatchPattern.IncludedHeaders, h.MatchPattern.ExcludedHeaders, true)
}

func cookies(r *Request, c *webacl.Cookies) found {
	if c.MatchPattern == nil {
		return found{unknown: "which cookies it looks at is not known"}
	}
	return pick(r.cookies(), c.MatchScope, c.OversizeHandling, c.MatchPattern.IncludedCookies, c.MatchPattern.ExcludedCookies, false)
}

func headerOrder(r *Request, oversize string) found {
	var names []string
	var pairs []pair
	for _, h := range r.Header {
		names = append(names, lower(h.Name))
		pairs = append(pairs, pair{h.Name, h.Value})
	}
	within, beyond := limited(pairs)
	if beyond && oversize != "CONTINUE" {
		return decided(oversize)
	}
	return found{texts: []string{strings.Join(names[:len(within)], ":")}}
}
