package suricata

import (
	"fmt"
	"slices"
	"strings"
)

// The keywords for the name that a client asks for.
var (
	sniKeywords  = []string{"tls.sni", "tls_sni"}
	nameKeywords = append([]string{"http.host", "http_host", "http.host.raw", "http_raw_host"}, sniKeywords...)
)

// unanchored warns about a rule that passes more names than it seems to.
func (w *policyWarner) unanchored(l Line) {
	if l.Rule.Action != Pass {
		return
	}
	for _, name := range l.Rule.names() {
		if name.anchored {
			continue
		}
		w.warn(l.Number, "name-unanchored", "a rule passes more names than it seems to",
			fmt.Sprintf("%.80s matches anywhere in a name; example.com also matches evil-example.com.attacker.net", name.option.String()),
			anchorFix(name.option))
	}
}

// anchorFix says how to match a whole name.
func anchorFix(o Option) string {
	if o.Keyword == "pcre" {
		return "begin the pattern with ^ and end it with $"
	}
	return `write content:"example.com"; startswith; endswith; or dotprefix; content:".example.com"; endswith;`
}

// namePattern is a text or regular expression that a rule looks for in a host name.
type namePattern struct {
	option       Option
	starts, ends bool // it must stand at the start, at the end
	anchored     bool // it matches only whole names, or all subdomains of one
}

// names returns what the rule looks for in host names, without what it excludes.
func (r Rule) names() []namePattern {
	var out []namePattern
	inName, exact := false, r.has("bsize")
	for _, o := range r.Options {
		k, known := findKeyword(o.Keyword)
		last := len(out) - 1
		switch {
		case known && k.role == buffer, o.Keyword == "pkt_data":
			inName = slices.Contains(nameKeywords, o.Keyword)
		case inName && (o.Keyword == "content" || o.Keyword == "pcre") && !strings.HasPrefix(o.Value, "!"):
			out = append(out, namePattern{option: o})
		case !inName || last < 0:
		case o.Keyword == "startswith" || o.Keyword == "depth":
			out[last].starts = true
		case o.Keyword == "endswith" || o.Keyword == "isdataat" && strings.HasPrefix(o.Value, "!1"):
			out[last].ends = true
		}
	}
	for i := range out {
		out[i].anchored = out[i].isAnchored() || exact
	}
	return out
}

// isAnchored reports whether the pattern states both ends of a name. A text that begins with a dot matches subdomains, which is meant.
func (n namePattern) isAnchored() bool {
	value := strings.Trim(n.option.Value, `"`)
	if n.option.Keyword == "pcre" {
		end := strings.LastIndexByte(value, '/')
		return end > 1 && strings.HasPrefix(value, "/^") && strings.HasSuffix(value[:end], "$")
	}
	return n.ends && (n.starts || strings.HasPrefix(value, "."))
}
