package iam_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/iam"
)

// TestOperands: numbers, dates, booleans, blocks and ARNs are compared by their type (IAM User Guide, "IAM JSON policy elements:
// Condition operators"). A value of another form matches nothing.
func TestOperands(t *testing.T) {
	t.Parallel()
	const allowed, not, unknown = iam.Allowed, iam.Unmatched, iam.Unknown
	for _, row := range []struct {
		operator, value, wanted string
		want                    iam.Decision
	}{
		{"NumericLessThan", "5", "10", allowed},
		{"NumericLessThan", "10", "10", not},
		{"NumericLessThan", "9", "10", allowed}, // Not as texts.
		{"NumericLessThanEquals", "10", "10.0", allowed},
		{"NumericGreaterThan", "10.5", "10", allowed},
		{"NumericGreaterThan", "-1", "0", not},
		{"NumericGreaterThanEquals", "0", "-0", allowed},
		{"NumericEquals", "1.50", "1.5", allowed},
		{"NumericEquals", "111122223333444455556666", "111122223333444455556667", not}, // No digit is lost.
		{"NumericNotEquals", "1", "1.0", not},
		{"NumericNotEquals", "1", "2", allowed},
		{"NumericEquals", "ten", "10", not},
		{"NumericEquals", "1/2", "0.5", not},
		{"NumericEquals", "0x10", "16", not},
		{"NumericLessThan", "5", "${Shop/Parameters.Most}", unknown},
		{"DateLessThan", "2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z", allowed},
		{"DateGreaterThan", "2026-07-01T01:00:00+02:00", "2026-06-30T23:00:00Z", not}, // One moment.
		{"DateEquals", "2026-07-01T01:00:00+02:00", "2026-06-30T23:00:00Z", allowed},
		{"DateEquals", "2026-07-01T00:00:00.000Z", "1782864000", allowed}, // Seconds since 1970.
		{"DateGreaterThanEquals", "2026-07-01", "2026-07", allowed},
		{"DateLessThanEquals", "2026", "2026-01-01T00:00Z", allowed}, // A year.
		{"DateNotEquals", "2026-07-01", "2026-07-02", allowed},
		{"DateLessThan", "soon", "2026-07-01", not},
		{"Bool", "True", "true", allowed},
		{"Bool", "false", "true", not},
		{"Bool", "yes", "yes", not},
		{"IpAddress", "10.1.2.3", "10.0.0.0/8", allowed},
		{"IpAddress", "10.1.2.3", "10.1.2.3", allowed},
		{"IpAddress", "2001:db8::1", "2001:db8::/32", allowed},
		{"IpAddress", "2001:db8::1", "0.0.0.0/0", not},
		{"NotIpAddress", "11.1.2.3", "10.0.0.0/8", allowed},
		{"IpAddress", "nowhere", "0.0.0.0/0", not},
		{"IpAddress", "10.1.2.3", "10.0.0.0/33", not},
		{"BinaryEquals", "QmluYXJ5", "QmluYXJ5", allowed},
		{"BinaryEquals", "QmluYXJ5", "qmluyxj5", not},
		{"StringEquals", "a*", "a*", allowed},
		{"StringEquals", "ab", "a*", not},
		{"StringLike", "a*b", "a${*}b", allowed}, // A star that is a letter.
		{"StringLike", "axb", "a${*}b", not},
		{"StringLike", "$x", "${$}x", allowed},
		{"StringEqualsIgnoreCase", "Web", "wEB", allowed},
		{"StringNotEqualsIgnoreCase", "Web", "wEB", not},
		{"ArnEquals", "arn:aws:iam::1:role/a", "arn:aws:iam::1:role/*", allowed}, // As ArnLike.
		{"ArnLike", "arn:aws:sns:eu-west-1:1:a:b", "arn:aws:sns:*:1:a*", allowed},
		{"ArnLike", "arn:aws:sns:eu-west-1:1:a", "arn:aws:*:a", not}, // Field by field.
		{"ArnLike", "arn:aws:sns:eu-west-1:1:a", "*", allowed},
		{"ArnLike", "vpc-1", "*", not}, // No ARN fits no ARN.
		{"ArnEquals", "vpc-1", "vpc-1", not},
		{"ArnLike", "a:b:c:d:e:f", "a:b:c:d:e:f", not},
		{"ArnNotEquals", "vpc-1", "arn:aws:iam::1:role/a", allowed},
	} {
		r := iam.Request{Principal: appRole, Keys: map[string][]string{"s3:key": {row.value}}}
		got := askWith(t, `"Principal":"*","Condition":{"`+row.operator+`":{"s3:key":"`+row.wanted+`"}}`, r)
		assert.Equal(t, row.want, got.Decision, "%s %s %s: %s", row.value, row.operator, row.wanted, got.Decision)
	}
}

// TestSeveralValues: a key with no value, one or several, with ForAllValues, ForAnyValue and IfExists (IAM User Guide, "Set operators for
// multivalued context keys").
func TestSeveralValues(t *testing.T) {
	t.Parallel()
	const allowed, not, unknown = iam.Allowed, iam.Unmatched, iam.Unknown
	none, one, both, other, empty := []string{}, []string{"a"}, []string{"a", "b"}, []string{"z"}, []string{""}
	for _, row := range []struct {
		operator, wanted string
		values           []string
		want             iam.Decision
	}{
		{"ForAllValues:StringEquals", `["a","b","c"]`, both, allowed},
		{"ForAllValues:StringEquals", `"a"`, both, not},
		{"ForAllValues:StringEquals", `"a"`, none, allowed},
		{"ForAllValues:StringEquals", `"a"`, empty, allowed},
		{"ForAllValues:StringNotEquals", `"z"`, both, allowed},
		{"ForAllValues:StringNotEquals", `"b"`, both, not},
		{"ForAllValues:StringNotEquals", `"b"`, none, allowed},
		{"ForAnyValue:StringEquals", `"b"`, both, allowed},
		{"ForAnyValue:StringEquals", `"z"`, both, not},
		{"ForAnyValue:StringEquals", `"a"`, none, not},
		{"ForAnyValue:StringLike", `"*"`, empty, not},
		{"ForAnyValue:StringNotEquals", `"b"`, both, allowed},
		{"ForAnyValue:StringNotEquals", `["a","b"]`, both, not},
		{"ForAnyValue:StringNotEquals", `"b"`, none, not},
		{"ForAnyValue:StringEqualsIfExists", `"b"`, none, allowed},
		{"ForAnyValue:NumericLessThan", `"5"`, []string{"9", "4"}, allowed},
		{"ForAllValues:NumericLessThan", `"5"`, []string{"9", "4"}, not},
		{"StringEquals", `"a"`, one, allowed},
		{"StringEquals", `"a"`, none, not},
		{"StringEquals", `[]`, one, not},
		{"StringNotEquals", `"a"`, none, allowed},
		{"StringNotEquals", `"a"`, other, allowed},
		{"StringNotEqualsIfExists", `"a"`, one, not},
		{"StringEqualsIfExists", `"a"`, none, allowed},
		{"StringEqualsIfExists", `"a"`, other, not},
		{"NumericLessThanIfExists", `"5"`, none, allowed},
		{"Bool", `"false"`, none, not},
		{"BoolIfExists", `"false"`, none, allowed},
		{"DateLessThan", `"2026-07-01"`, none, not},
		{"ArnNotLike", `"arn:aws:iam::1:role/*"`, none, allowed},
		{"Null", `"true"`, none, allowed},
		{"Null", `"true"`, one, not},
		{"Null", `"false"`, both, allowed},
		{"Null", `["true","false"]`, both, allowed},
		{"Null", `"never"`, none, not},
		{"StringEquals", `"a"`, both, unknown}, // AWS does not say what it makes of two values.
		{"StringEquals", `["a","b"]`, both, allowed},
		{"StringEquals", `"z"`, both, not},
		{"StringNotEquals", `"a"`, both, unknown},
	} {
		r := iam.Request{Principal: appRole, Keys: map[string][]string{"aws:TagKeys": row.values}}
		got := askWith(t, `"Principal":"*","Condition":{"`+row.operator+`":{"aws:TagKeys":`+row.wanted+`}}`, r)
		assert.Equal(t, row.want, got.Decision, "%v %s %s: %s", row.values, row.operator, row.wanted, got.Decision)
	}
}
