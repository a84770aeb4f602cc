package iam_test

import (
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/iam"
)

// TestConditionsAsDefined compares the evaluation of conditions with a literal implementation of IAM's definition, for known requests.
func TestConditionsAsDefined(t *testing.T) {
	t.Parallel()
	sets := []string{"", "ForAllValues:", "ForAnyValue:"}
	texts := map[string][]string{
		"String": {"a", "b", "A", "ab", "a*", "?b", "*"}, "Arn": {"arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b", "arn:aws:iam::*:role/a",
			"vpc-1"},
		"Numeric": {"1", "2", "1.0", "10", "x"}, "Date": {"2026-07-01", "2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z", "x"},
		"Bool": {"true", "false", "x"}, "IpAddress": {"10.0.0.1", "10.0.0.0/8", "11.0.0.0/8"}, "Null": {"true", "false"},
	}
	operators := []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike", "ArnEquals",
		"ArnLike", "ArnNotEquals",
		"ArnNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
		"NumericGreaterThanEquals", "DateEquals",
		"DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "IpAddress", "NotIpAddress",
		"Null",
	}
	rapid.Check(t, func(t *rapid.T) {
		operator := rapid.SampledFrom(operators).Draw(t, "operator")
		words := texts[strings.TrimPrefix(family(operator), "Not")]
		set, ifExists := "", ""
		if operator != "Null" {
			set = rapid.SampledFrom(sets).Draw(t, "set")
			ifExists = rapid.SampledFrom([]string{"", "IfExists"}).Draw(t, "if exists")
		}
		most := 3
		if set == "" {
			most = 1 // AWS does not say what it makes of more.
		}
		values := rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(t, "values")
		wanted := rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(t, "wanted")
		c := iam.Condition{Operator: set + operator + ifExists, Key: "s3:key", Values: wanted}
		p := iam.Policy{Version: iam.Version, Statements: []iam.Statement{{
			Effect: iam.Allow, Principal: iam.Everybody(), Actions: []string{"*"}, Resources: []string{"*"}, Conditions: []iam.Condition{c},
		}}}
		got := p.Evaluate(iam.Request{Action: "s3:GetObject", Resource: "*", Keys: map[string][]string{"S3:Key": values}})
		want := iam.Unmatched
		if holdsAsDefined(set, operator, ifExists != "", values, wanted) {
			want = iam.Allowed
		}
		if got.Decision != want {
			t.Fatalf("%s of %q, of the values %q: got %s, want %s", c.Operator, wanted, values, got.Decision, want)
		}
	})
}

// family is the beginning of an operator's name.
func family(operator string) string {
	for _, f := range []string{"String", "Arn", "Numeric", "Date", "Bool", "IpAddress", "NotIpAddress", "Null"} {
		if strings.HasPrefix(operator, f) {
			return f
		}
	}
	return ""
}

func holdsAsDefined(set, operator string, ifExists bool, values, wanted []string) bool {
	absent := len(values) == 0
	if operator == "Null" {
		return slices.Contains(wanted, strconv.FormatBool(absent))
	}
	negated := strings.Contains(operator, "Not")
	if absent {
		return ifExists || set == "ForAllValues:" || negated && set == ""
	}
	matches := func(v string) bool {
		found := slices.ContainsFunc(wanted, func(w string) bool { return fitsAsDefined(strings.Replace(operator, "Not", "", 1), v, w) })
		return found != negated
	}
	if set == "ForAllValues:" {
		return !slices.ContainsFunc(values, func(v string) bool { return !matches(v) })
	}
	return slices.ContainsFunc(values, matches)
}

func fitsAsDefined(operator, value, wanted string) bool {
	like := func(pattern, text string) bool {
		ok, err := path.Match(pattern, text)
		return ok && err == nil
	}
	switch operator {
	case "StringEquals":
		return value == wanted
	case "StringEqualsIgnoreCase":
		return strings.EqualFold(value, wanted)
	case "StringLike":
		return like(wanted, value)
	case "ArnEquals", "ArnLike":
		w, v := strings.Split(wanted, ":"), strings.Split(value, ":")
		if len(w) != 6 || len(v) != 6 {
			return false
		}
		account := w[4] == "*" || w[4] == v[4]
		return account && w[5] == v[5] && w[0] == v[0] && w[2] == v[2]
	case "Bool":
		return value == wanted && value != "x"
	case "IpAddress":
		a, err := netip.ParseAddr(value)
		block, notBlock := netip.ParsePrefix(wanted)
		if notBlock != nil {
			return value == wanted
		}
		return err == nil && block.Contains(a)
	}
	var c int
	if strings.HasPrefix(operator, "Numeric") {
		a, err := strconv.ParseFloat(value, 64)
		b, also := strconv.ParseFloat(wanted, 64)
		if err != nil || also != nil {
			return false
		}
		c = int(10 * (a - b))
	} else {
		day := func(text string) (time.Time, error) {
			return time.Parse("2006-01-02", strings.TrimSuffix(text, "T00:00:00Z"))
		}
		a, err := day(value)
		b, also := day(wanted)
		if err != nil || also != nil {
			return false
		}
		c = int(a.Sub(b).Hours())
	}
	switch strings.TrimPrefix(strings.TrimPrefix(operator, "Numeric"), "Date") {
	case "LessThan":
		return c < 0
	case "LessThanEquals":
		return c <= 0
	case "GreaterThan":
		return c > 0
	case "GreaterThanEquals":
		return c >= 0
	}
	return c == 0
}
