package iam_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/iam"
)

// TestHiddenKeys: if less of a request is known, a decision stays or becomes unknown, and an unknown decision names a hidden key.
func TestHiddenKeys(t *testing.T) {
	t.Parallel()
	keys := []string{"s3:prefix", "s3:max-keys", "aws:PrincipalOrgID", "aws:TagKeys", "aws:PrincipalTag/team"}
	operators := []string{
		"StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals",
		"NumericLessThan",
		"NumericGreaterThanEqualsIfExists", "DateLessThan", "Bool", "Null", "ArnLike", "IpAddress",
	}
	words := []string{"a", "b", "1", "20", "true", "false", "a*", "${aws:PrincipalTag/team}", "x${s3:prefix, 'a'}", "2026-07-01", "10.0.0.0/8"}
	resources := []string{"*", "arn:aws:s3:::a/*", "arn:aws:s3:::${s3:prefix}/b", "arn:aws:s3:::${aws:PrincipalTag/team, 'a'}/b"}
	unknown := 0
	rapid.Check(t, func(t *rapid.T) {
		p := iam.Policy{Version: rapid.SampledFrom([]string{iam.Version, "2008-10-17"}).Draw(t, "version")}
		for range rapid.IntRange(1, 4).Draw(t, "statements") {
			s := iam.Statement{
				Effect: rapid.SampledFrom([]iam.Effect{iam.Allow, iam.Allow, iam.Deny}).Draw(t, "effect"), Principal: iam.Everybody(),
				Actions: []string{"*"}, Resources: some(t, resources, "resources"), NotResource: rapid.IntRange(0, 4).Draw(t, "not") == 0,
			}
			for range rapid.IntRange(0, 2).Draw(t, "conditions") {
				s.Conditions = append(s.Conditions, iam.Condition{
					Operator: rapid.SampledFrom(operators).Draw(t, "operator"), Key: rapid.SampledFrom(keys).Draw(t, "key"),
					Values: some(t, words, "values"),
				})
			}
			p.Statements = append(p.Statements, s)
		}
		for range 3 {
			r := iam.Request{Principal: appRole, Action: "s3:GetObject", Resource: "arn:aws:s3:::a/b", Keys: map[string][]string{}}
			for _, key := range keys {
				most := 1
				if key == "aws:TagKeys" {
					most = 3
				}
				r.Keys[key] = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "1", "20", "true", "10.1.2.3", "2026-01-01"}), 0, most).Draw(t, key)
			}
			complete := p.Evaluate(r)
			hidden := some(t, keys, "hidden")
			less := r
			less.Keys = maps.Clone(r.Keys)
			for _, key := range hidden {
				delete(less.Keys, key)
			}
			got := p.Evaluate(less)
			same := got.Decision == complete.Decision || got.Decision.IsDenied() && complete.Decision.IsDenied()
			switch {
			case !same && got.Decision != iam.Unknown:
				t.Fatalf("%s\nof %v: %s, and without %q: %s", format(t, p), r.Keys, complete.Decision, hidden, got.Decision)
			case got.Decision == iam.Unknown && complete.Decision != iam.Unknown:
				unknown++
				if !slices.ContainsFunc(got.Unknown, func(u string) bool { return slices.Contains(hidden, u) }) {
					t.Fatalf("%s\nof %v without %q is said to depend on %q", format(t, p), less.Keys, hidden, got.Unknown)
				}
			}
		}
	})
	if unknown < 5 && !testing.Short() {
		t.Errorf("%d decisions became unknown; the test asks for too little", unknown)
	}
}
