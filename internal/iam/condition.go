package iam

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// operator is a condition operator, split into its parts.
type operator struct {
	base    string // "StringLike"
	set     string // "ForAnyValue", "ForAllValues" or ""
	exists  bool   // IfExists: it holds if the key is absent
	negated bool   // "StringNotLike"
}

// operatorBases are the operators of the policy language by lower-case name.
var operatorBases = map[string]string{
	"stringequals": "StringEquals", "stringequalsignorecase": "StringEqualsIgnoreCase", "stringlike": "StringLike",
	"arnequals": "ArnLike", "arnlike": "ArnLike", "bool": "Bool", "null": "Null", "ipaddress": "IpAddress", "binaryequals": "BinaryEquals",
	"numericequals": "NumericEquals", "numericlessthan": "NumericLessThan", "numericlessthanequals": "NumericLessThanEquals",
	"numericgreaterthan": "NumericGreaterThan", "numericgreaterthanequals": "NumericGreaterThanEquals",
	"dateequals": "DateEquals", "datelessthan": "DateLessThan", "datelessthanequals": "DateLessThanEquals",
	"dategreaterthan": "DateGreaterThan", "dategreaterthanequals": "DateGreaterThanEquals",
}

// negations are the operators that hold where another one does not.
var negations = map[string]string{
	"stringnotequals": "StringEquals", "stringnotequalsignorecase": "StringEqualsIgnoreCase", "stringnotlike": "StringLike",
	"arnnotequals": "ArnLike", "arnnotlike": "ArnLike", "notipaddress": "IpAddress", "numericnotequals": "NumericEquals",
	"datenotequals": "DateEquals",
}

// operatorOf splits an operator's name into its parts; false if there is no such operator.
func operatorOf(name string) (operator, bool) {
	o := operator{}
	if set, rest, ok := strings.Cut(name, ":"); ok {
		switch strings.ToLower(set) {
		case "foranyvalue":
			o.set = "ForAnyValue"
		case "forallvalues":
			o.set = "ForAllValues"
		default:
			return o, false
		}
		name = rest
	}
	name = strings.ToLower(name)
	if short, ok := strings.CutSuffix(name, "ifexists"); ok {
		name, o.exists = short, true
	}
	var ok bool
	if o.base, ok = operatorBases[name]; ok {
		return o, !(o.base == "Null" && (o.exists || o.set != ""))
	}
	o.base, ok = negations[name]
	o.negated = ok
	return o, ok
}

// condition reports whether a condition holds (IAM User Guide, "Condition operators", "Multivalued context keys").
func (e *evaluation) condition(c Condition) truth {
	o, ok := operatorOf(c.Operator)
	if !ok {
		e.open[c.Operator] = true
		return maybe
	}
	values, known := e.values(c.Key)
	if !known {
		e.open[c.Key] = true
		return maybe
	}
	wanted := e.expandAll(c.Values)
	if o.base == "Null" {
		return e.isAbsent(len(values) == 0, wanted)
	}
	if len(values) == 0 || o.set != "" && !slices.ContainsFunc(values, func(v string) bool { return v != "" }) {
		return sure(o.exists || o.set == "ForAllValues" || o.negated && o.set == "")
	}
	out := o.holds(values, wanted)
	if out == maybe {
		e.dependsOnText(strings.Join(wanted, " "), c.Key)
	}
	return out
}

// isAbsent evaluates a condition on the key's presence: "true" requires that the key is absent.
func (e *evaluation) isAbsent(absent bool, wanted []string) truth {
	found := no
	for _, w := range wanted {
		switch {
		case !isKnown(w):
			found = max(found, maybe)
			e.dependsOnText(w, w)
		case isBool(w):
			found = max(found, sure(strings.EqualFold(w, "true") == absent))
		}
	}
	return found
}

// holds applies an operator to the values of a request and those of a policy. AWS does not document what an operator without ForAllValues
// or ForAnyValue does with several values.
func (o operator) holds(values, wanted []string) truth {
	all, some := yes, no
	for _, v := range values {
		one := no
		for _, w := range wanted {
			one = max(one, o.fits(v, w))
		}
		if o.negated {
			one = one.not()
		}
		all, some = min(all, one), max(some, one)
	}
	switch {
	case o.set == "ForAllValues", all == some:
		return all
	case o.set == "ForAnyValue":
		return some
	}
	return maybe
}

// fits compares one value of a request with one of a policy.
func (o operator) fits(value, wanted string) truth {
	switch o.base {
	case "StringEquals", "BinaryEquals":
		return equalTexts(wanted, value)
	case "StringEqualsIgnoreCase":
		return equalTexts(strings.ToLower(wanted), strings.ToLower(value))
	case "StringLike":
		return matchesText(wanted, value)
	case "ArnLike":
		return min(sure(isARN(value)), matchesARN(wanted, value))
	}
	switch {
	case !isKnown(value) || !isKnown(wanted):
		if value == wanted && strings.HasSuffix(o.base, "Equals") {
			return yes
		}
		return maybe
	case o.base == "Bool":
		return sure(isBool(value) && strings.EqualFold(wanted, value))
	case o.base == "IpAddress":
		return inBlock(value, wanted)
	}
	return o.compared(value, wanted)
}

func equalTexts(a, b string) truth {
	switch {
	case a == b, letters(a) == letters(b):
		return yes
	case isKnown(a) && isKnown(b):
		return no
	}
	return mayMatch(strings.NewReplacer("*", "\x01", "?", "\x01").Replace(a), b)
}

// matchesText reports whether a text matches a pattern.
func matchesText(pattern, text string) truth {
	if catalog.Glob(literal(pattern), letters(text)) {
		return yes
	}
	if isKnown(pattern) && isKnown(text) {
		return no
	}
	return mayMatch(pattern, text)
}

// mayMatch reports whether a text may match a pattern, depending on values that are known only at deployment. The ARNs of two resources
// differ, and the ARN of a resource without a name of its own differs from ARNs that are written out.
func mayMatch(pattern, text string) truth {
	a, b := parts(pattern), parts(text)
	if len(a) > 0 && len(b) > 0 && a[0].unknown && b[0].unknown {
		switch {
		case a[0].text == b[0].text: // The same value: what follows it decides.
			return matchesText(pattern[len(a[0].text):], text[len(b[0].text):])
		case isAttribute(a[0]) && isAttribute(b[0]):
			return no
		}
	}
	if len(a) > 0 && len(b) > 0 && (isAttribute(a[0]) && writtenOut(b[0]) || isAttribute(b[0]) && writtenOut(a[0])) {
		return no // The resource has no name that anybody could have written.
	}
	if overlaps(pattern, strings.NewReplacer("*", "\x01", "?", "\x01").Replace(text)) {
		return maybe
	}
	return no
}

// writtenOut reports whether a part is the beginning of an ARN that is written out.
func writtenOut(p part) bool { return !p.unknown && strings.HasPrefix(p.text, "arn:") }

// isAttribute reports whether a part is the ARN of a resource without a name of its own: "${Shop/Bucket.Arn}".
func isAttribute(p part) bool {
	return p.unknown && strings.Contains(p.text, "/") && strings.HasSuffix(p.text, "Arn}")
}

// literal replaces IAM's escapes of *, ? and $ by letters.
func literal(text string) string {
	return strings.NewReplacer("${*}", "\x02", "${?}", "\x03", "${$}", "$").Replace(text)
}

// letters replaces *, ? and $ by the same letters in a text in which they stand for themselves.
func letters(text string) string {
	return strings.NewReplacer("${*}", "\x02", "${?}", "\x03", "${$}", "$", "*", "\x02", "?", "\x03").Replace(text)
}

// matchesARN compares field by field, because a star does not match beyond a colon.
func matchesARN(pattern, arn string) truth {
	if pattern == arn {
		return yes
	}
	p, a := CutARN(pattern), CutARN(arn)
	switch {
	case pattern == "*":
		return yes
	case p == nil || a == nil:
		if isKnown(pattern) && isKnown(arn) {
			return no
		}
		return mayMatch(pattern, arn)
	}
	out := yes
	for i := range p {
		out = min(out, matchesText(p[i], a[i]))
	}
	return out
}

func inBlock(value, wanted string) truth {
	address, err := netip.ParseAddr(value)
	block, ok := blockOf(wanted)
	return sure(err == nil && ok && block.Contains(address))
}
