package iam

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// compared compares two numbers or dates. A text of another form fits nothing.
func (o operator) compared(value, wanted string) truth {
	if strings.HasPrefix(o.base, "Numeric") {
		a, b := numberOf(value), numberOf(wanted)
		return sure(a != nil && b != nil && o.ordered(a.Cmp(b)))
	}
	a, ok := dateOf(value)
	b, also := dateOf(wanted)
	return sure(ok && also && o.ordered(a.Compare(b)))
}

// ordered reports whether the result of a comparison satisfies the operator.
func (o operator) ordered(c int) bool {
	switch {
	case strings.HasSuffix(o.base, "LessThan"):
		return c < 0
	case strings.HasSuffix(o.base, "LessThanEquals"):
		return c <= 0
	case strings.HasSuffix(o.base, "GreaterThan"):
		return c > 0
	case strings.HasSuffix(o.base, "GreaterThanEquals"):
		return c >= 0
	}
	return c == 0
}

var decimal = lazyregexp.New(`^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})$`)

// numberOf reads a number as policies write it, whole or decimal; nil if the text is not a number.
func numberOf(text string) *big.Rat {
	if !decimal.MatchString(text) {
		return nil
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return n
}

// dateForms are the forms of ISO 8601 that the W3C names, and the offset without a colon.
var dateForms = []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z0700",
	"2006-01-02T15:04:05Z0700"}

// epoch is a number of seconds since 1970; four digits are a year.
var epoch = lazyregexp.New(`^(\d{1,3}|\d{5,12})$`)

// dateOf reads a date.
func dateOf(text string) (time.Time, bool) {
	if epoch.MatchString(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(seconds, 0), err == nil
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// isBool reports whether a text is true or false, in any case.
func isBool(text string) bool {
	return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
}

// blockOf reads an address or a block.
func blockOf(text string) (netip.Prefix, bool) {
	if one, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(one, one.BitLen()), one.Zone() == ""
	}
	block, err := netip.ParsePrefix(text)
	return block, err == nil
}

// isARN reports whether a text is an ARN, or may be one once it is deployed.
func isARN(text string) bool {
	fields := CutARN(text)
	return fields == nil && !isKnown(text) || fields != nil && (fields[0] == "arn" || !isKnown(fields[0]))
}

// operands lists the operators whose values have a form, by how the operators' names begin.
var operands = []struct {
	operators []string
	kind      string
	allowed   string
	is        func(text string) bool
}{
	{[]string{"Numeric"}, "number", `a number, as in "10" or "0.5"`, func(t string) bool { return numberOf(t) != nil }},
	{[]string{"Date"}, "date", `a date, as in "2026-07-01T00:00:00Z", or seconds since 1970`, func(t string) bool {
		_,
			ok := dateOf(t)
		return ok
	}},
	{[]string{"Bool", "Null"}, "truth value", `"true" or "false"`, isBool},
	{[]string{"IpAddress"}, "block", `an address or a block, as in "10.0.0.0/16"`, func(t string) bool { _, ok := blockOf(t); return ok }},
	{[]string{"Binary"}, "binary value", "base64", func(t string) bool { _, err := base64.StdEncoding.DecodeString(t); return err == nil }},
}

// misfit returns the kind of values that the operator takes if a text is not of that kind. kind is empty if the text fits or is unknown.
func (o operator) misfit(value string) (kind, allowed string) {
	for _, f := range operands {
		if slices.ContainsFunc(f.operators, func(p string) bool { return strings.HasPrefix(o.base, p) }) && isKnown(value) && !f.is(value) {
			return f.kind, f.allowed
		}
	}
	return "", ""
}
