package evaluate

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// found is what a part of a request holds.
type found struct {
	texts []string
	// decided is the outcome where the part is too large, or not there, and the statement says what then.
	decided bool
	outcome outcome
	unknown string // why it is not known what it holds
}

func decided(how string) found {
	return found{decided: true, outcome: sure(how == "MATCH")}
}

// The limits of what is read, in bytes and by number (AWS WAF Developer Guide, "Oversize web request components").
const (
	maxHeaderBytes = 8 << 10
	maxHeaders     = 200
	bodyLimit      = 8 << 10 // of load balancers and AppSync
)

// look returns what a part of the request holds.
func (e *Evaluator) look(r *Request, f webacl.Field) found {
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
		return found{texts: chosen(r.arguments(), "VALUE", func(name string) bool { return strings.EqualFold(name, f.SingleQueryArgument.Name) })}
	case f.AllQueryArguments != nil:
		return found{texts: chosen(r.arguments(), "ALL", func(string) bool { return true })}
	case f.Headers != nil:
		return headers(r, f.Headers)
	case f.Cookies != nil:
		return cookies(r, f.Cookies)
	case f.HeaderOrder != nil:
		return headerOrder(r, f.HeaderOrder.OversizeHandling)
	case f.Body != nil:
		return e.body(r, f.Body.OversizeHandling)
	case f.JsonBody != nil:
		return e.json(r, f.JsonBody)
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

// chosen are keys, values or both of pairs.
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

// limited cuts pairs at the limits, and says whether something is beyond.
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
		return slices.ContainsFunc(list, func(s string) bool { return s == name || fold && strings.EqualFold(s, name) })
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
		names = append(names, strings.ToLower(h.Name))
		pairs = append(pairs, pair{h.Name, h.Value})
	}
	within, beyond := limited(pairs)
	if beyond && oversize != "CONTINUE" {
		return decided(oversize)
	}
	return found{texts: []string{strings.Join(names[:len(within)], ":")}}
}

func (e *Evaluator) body(r *Request, oversize string) found {
	switch {
	case len(r.Body) <= e.limit:
		return found{texts: []string{r.Body}}
	case oversize == "MATCH" || oversize == "NO_MATCH":
		return decided(oversize)
	}
	return found{texts: []string{r.Body[:e.limit]}}
}

func (e *Evaluator) json(r *Request, j *webacl.JSONBody) found {
	text := e.body(r, j.OversizeHandling)
	if text.decided {
		return text
	}
	var tree any
	if err := json.Unmarshal([]byte(text.texts[0]), &tree); err != nil || j.MatchPattern == nil {
		switch {
		case len(r.Body) > e.limit || j.MatchPattern == nil || j.InvalidFallbackBehavior == "":
			return found{unknown: "how much of the body's JSON is read is not published"}
		case j.InvalidFallbackBehavior == "EVALUATE_AS_STRING":
			return text
		}
		return decided(j.InvalidFallbackBehavior)
	}
	out := found{}
	if len(j.MatchPattern.IncludedPaths) == 0 {
		leaves(tree, j.MatchScope, &out.texts)
		return out
	}
	for _, pointer := range j.MatchPattern.IncludedPaths {
		if part, ok := at(tree, pointer); ok {
			leaves(part, j.MatchScope, &out.texts)
		}
	}
	return out
}

// at follows a JSON pointer (RFC 6901).
func at(tree any, pointer string) (any, bool) {
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		object, ok := tree.(map[string]any)
		if !ok {
			return nil, false
		}
		if tree, ok = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]; !ok {
			return nil, false
		}
	}
	return tree, true
}

// leaves collects the keys, values or both of JSON.
func leaves(tree any, scope string, out *[]string) {
	switch v := tree.(type) {
	case map[string]any:
		for name, value := range v {
			if scope != "VALUE" {
				*out = append(*out, name)
			}
			leaves(value, scope, out)
		}
	case []any:
		for _, value := range v {
			leaves(value, scope, out)
		}
	default:
		if scope == "KEY" {
			return
		}
		text, _ := json.Marshal(v) // It was read from JSON.
		if s, ok := v.(string); ok {
			text = []byte(s)
		}
		*out = append(*out, string(text))
	}
}
