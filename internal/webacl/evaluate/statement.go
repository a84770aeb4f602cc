package evaluate

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"

	libinjection "github.com/corazawaf/libinjection-go"

	"github.com/tierwall/tierwall/internal/webacl"
)

// unknownBecause notes why something is unknown.
func (v *evaluation) unknownBecause(why string) outcome {
	if v.why == "" {
		v.why = why
	}
	return unknown
}

func (v *evaluation) list(n *webacl.Nested) []outcome {
	out := make([]outcome, len(n.Statements))
	for i := range n.Statements {
		out[i] = v.statement(&n.Statements[i])
	}
	return out
}

func (v *evaluation) statement(s *webacl.Statement) outcome {
	switch {
	case s == nil:
		return v.unknownBecause("a statement is missing")
	case s.AndStatement != nil:
		return all(v.list(s.AndStatement))
	case s.OrStatement != nil:
		return some(v.list(s.OrStatement))
	case s.NotStatement != nil:
		return v.statement(s.NotStatement.Statement).not()
	case s.GeoMatchStatement != nil:
		return v.geo(s.GeoMatchStatement)
	case s.AsnMatchStatement != nil:
		return v.asn(s.AsnMatchStatement)
	case s.IPSetReferenceStatement != nil:
		return v.ipSet(s.IPSetReferenceStatement)
	case s.LabelMatchStatement != nil:
		return v.labelMatch(s.LabelMatchStatement)
	case s.ByteMatchStatement != nil:
		return v.byteMatch(s.ByteMatchStatement)
	case s.RegexMatchStatement != nil:
		m := s.RegexMatchStatement
		return v.inspect(m.Inspected, func(text string) outcome { return v.regex(m.RegexString, text) })
	case s.RegexPatternSetReferenceStatement != nil:
		return v.regexSet(s.RegexPatternSetReferenceStatement)
	case s.SizeConstraintStatement != nil:
		return v.size(s.SizeConstraintStatement)
	case s.SqliMatchStatement != nil:
		return v.inspect(s.SqliMatchStatement.Inspected, func(text string) outcome {
			v.out.Approximate = true
			is, _ := libinjection.IsSQLi(text)
			return sure(is)
		})
	case s.XssMatchStatement != nil:
		return v.inspect(s.XssMatchStatement.Inspected, func(text string) outcome {
			v.out.Approximate = true
			return sure(libinjection.IsXSS(text))
		})
	}
	return v.unknownBecause("the kind of a statement is unknown")
}

// inspect evaluates a part of the request. It matches if one of the part's texts matches.
func (v *evaluation) inspect(i webacl.Inspected, matches func(text string) outcome) outcome {
	if i.FieldToMatch == nil {
		return v.unknownBecause("the part of the request that it inspects is unknown")
	}
	if slices.ContainsFunc(i.PreParseTextTransformations, func(t webacl.Transformation) bool { return t.Type != "NONE" }) {
		return v.unknownBecause("how arguments are split after a transformation is unknown")
	}
	if i.FieldToMatch.Body == nil && i.FieldToMatch.JsonBody == nil {
		return v.within(i, 0, matches)
	}
	out := v.within(i, v.limits[0], matches)
	for _, limit := range v.limits[1:] {
		if v.within(i, limit, matches) != out {
			return v.unknownBecause("how much of the body WAF reads depends on the kind of resource that the web ACL protects")
		}
	}
	return out
}

// within evaluates a part of the request. If the part is the body, limit bytes are read.
func (v *evaluation) within(i webacl.Inspected, limit int, matches func(text string) outcome) outcome {
	f := look(v.r, *i.FieldToMatch, limit)
	switch {
	case f.unknown != "":
		return v.unknownBecause(f.unknown)
	case f.decided:
		return f.outcome
	}
	out := no
	for _, text := range f.texts {
		changed, known := transform(text, i.TextTransformations)
		if !known {
			return v.unknownBecause("the exact effect of a transformation is not published")
		}
		if out = max(out, matches(changed)); out == yes {
			return yes
		}
	}
	return out
}

func (v *evaluation) byteMatch(m *webacl.ByteMatch) outcome {
	search := m.SearchString
	if m.SearchStringBase64 != "" {
		decoded, err := base64.StdEncoding.DecodeString(m.SearchStringBase64)
		if err != nil {
			return v.unknownBecause("the search text is unknown")
		}
		search = string(decoded)
	}
	if webacl.IsToken(search) {
		return v.unknownBecause("the search text is known only at deployment")
	}
	return v.inspect(m.Inspected, func(text string) outcome {
		switch m.PositionalConstraint {
		case "EXACTLY":
			return sure(text == search)
		case "STARTS_WITH":
			return sure(strings.HasPrefix(text, search))
		case "ENDS_WITH":
			return sure(strings.HasSuffix(text, search))
		case "CONTAINS":
			return sure(strings.Contains(text, search))
		case "CONTAINS_WORD":
			return sure(containsWord(text, search))
		}
		return v.unknownBecause("the position of the search text is unknown")
	})
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// containsWord reports whether a text contains a word, without letters, digits or underscores next to it.
func containsWord(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if (i == 0 || !isWord(text[i-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		from = i + 1
	}
}

func (v *evaluation) regex(pattern, text string) outcome {
	compiled, ok := v.regexs[pattern]
	if !ok { // The rule was added after the evaluator was made.
		compiled = compile(pattern)
	}
	if compiled == nil {
		return v.unknownBecause("the regular expression has features that cannot be evaluated here")
	}
	return sure(compiled.MatchString(text))
}

func (v *evaluation) regexSet(m *webacl.RegexSet) outcome {
	patterns, ok := v.refs.RegexSets[m.Arn]
	if !ok {
		return v.unknownBecause("the set of regular expressions is unknown")
	}
	return v.inspect(m.Inspected, func(text string) outcome {
		out := no
		for _, p := range patterns {
			out = max(out, v.regex(p, text))
		}
		return out
	})
}

func (v *evaluation) size(m *webacl.Size) outcome {
	if m.FieldToMatch != nil && m.FieldToMatch.Body != nil && len(v.r.Body) > v.limits[0] &&
		m.FieldToMatch.Body.OversizeHandling == "CONTINUE" {
		return v.unknownBecause("the body is larger than the part that WAF reads")
	}
	seen := false
	out := v.inspect(m.Inspected, func(text string) outcome {
		seen = true
		n := len(text)
		switch m.ComparisonOperator {
		case "EQ":
			return sure(n == m.Size)
		case "NE":
			return sure(n != m.Size)
		case "LE":
			return sure(n <= m.Size)
		case "LT":
			return sure(n < m.Size)
		case "GE":
			return sure(n >= m.Size)
		case "GT":
			return sure(n > m.Size)
		}
		return v.unknownBecause("the comparison of sizes is unknown")
	})
	if out == no && !seen {
		return v.unknownBecause("the size of a missing part is not published")
	}
	return out
}

// address returns the client's addresses: that of the connection, or those of a header. none says that the header has no address.
func (v *evaluation) address(f *webacl.ForwardedIP, position string) (addresses []netip.Addr, o outcome, known bool) {
	if f == nil {
		if !v.r.From.IsValid() {
			return nil, v.unknownBecause("the client's address is unknown"), false
		}
		return []netip.Addr{v.r.From.Unmap()}, no, true
	}
	values := v.r.values(f.HeaderName)
	if len(values) == 0 {
		return nil, skipped, false
	}
	for _, part := range chosenParts(strings.Split(strings.Join(values, ","), ","), position) {
		if addr, err := netip.ParseAddr(strings.TrimSpace(part)); err == nil {
			addresses = append(addresses, addr.Unmap())
		}
	}
	if len(addresses) == 0 {
		return nil, sure(f.FallbackBehavior == "MATCH"), false
	}
	return addresses, no, true
}

// chosenParts returns the parts of a header at a position; other parts do not count (AWS WAF Developer Guide, "Forwarded IP address"). For
// ANY, the last ten count.
func chosenParts(parts []string, position string) []string {
	switch position {
	case "LAST":
		return parts[len(parts)-1:]
	case "ANY":
		return parts[max(0, len(parts)-10):]
	}
	return parts[:1]
}

func (v *evaluation) ipSet(s *webacl.IPSet) outcome {
	set, ok := v.sets[s.Arn]
	if !ok {
		return v.unknownBecause("the content of the IP set is unknown")
	}
	var f *webacl.ForwardedIP
	position := ""
	if c := s.IPSetForwardedIPConfig; c != nil {
		f, position = &c.ForwardedIP, c.Position
	}
	addresses, o, known := v.address(f, position)
	if !known {
		return o
	}
	return sure(slices.ContainsFunc(addresses, set.Contains))
}

func (v *evaluation) geo(g *webacl.Geo) outcome {
	if g.ForwardedIPConfig != nil {
		if _, o, known := v.address(g.ForwardedIPConfig, ""); !known {
			return o
		}
	}
	if v.r.Country == "" {
		return v.unknownBecause("the client's country is unknown")
	}
	v.located(g.ForwardedIPConfig != nil)
	return sure(slices.Contains(g.CountryCodes, v.r.Country))
}

// located labels the request with the client's country, as WAF does when a rule checks the country.
func (v *evaluation) located(forwarded bool) {
	space, done := "awswaf:clientip:geo:", &v.geoLabels[0]
	if forwarded {
		space, done = "awswaf:forwardedip:geo:", &v.geoLabels[1]
	}
	if *done {
		return
	}
	*done = true
	v.labels = append(v.labels, label{name: space + "country:" + v.r.Country, sure: true},
		label{name: space + "region:" + v.r.Country, namespace: true})
}

func (v *evaluation) asn(a *webacl.ASN) outcome {
	if a.ForwardedIPConfig != nil {
		if _, o, known := v.address(a.ForwardedIPConfig, ""); !known {
			return o
		}
	}
	if v.r.ASN == 0 {
		return v.unknownBecause("the client's autonomous system is unknown")
	}
	return sure(slices.Contains(a.AsnList, v.r.ASN))
}

func (v *evaluation) labelMatch(m *webacl.LabelMatch) outcome {
	out := no
	for _, l := range v.labels {
		if !l.matches(m, v.group) {
			continue
		}
		if l.sure {
			return yes
		}
		out = v.unknownBecause("it is unknown whether the request has the label " + m.Key)
	}
	return out
}

// matches reports whether a label is, or may be, what a rule of a group asks for.
func (l label) matches(m *webacl.LabelMatch, group string) bool {
	full := l.name
	if !strings.HasPrefix(m.Key, "awswaf:") {
		if l.group != group || strings.HasPrefix(l.name, "awswaf:") {
			return false
		}
	} else if !strings.HasPrefix(l.name, "awswaf:") { // awswaf:<account>:rulegroup:<name>:<label>, or webacl
		kind := ":webacl:"
		if l.group != "" {
			kind = ":rulegroup:"
		}
		_, rest, ok := strings.Cut(m.Key, kind)
		if !ok {
			return m.Scope == "NAMESPACE" && strings.Count(m.Key, ":") < 3
		}
		_, key, ok := strings.Cut(rest, ":")
		if !ok || l.group != "" && !strings.HasPrefix(rest, l.group+":") {
			return false
		}
		m = &webacl.LabelMatch{Scope: m.Scope, Key: key}
	}
	switch {
	case l.namespace && m.Scope == "LABEL" && slices.Contains(l.except, m.Key):
		return false
	case l.namespace:
		return strings.HasPrefix(m.Key, full) || m.Scope == "NAMESPACE" && strings.HasPrefix(full, strings.TrimSuffix(m.Key, ":")+":")
	case m.Scope == "NAMESPACE":
		return strings.HasPrefix(full, strings.TrimSuffix(m.Key, ":")+":")
	}
	return full == m.Key
}
