package iam_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/iam"
)

// TestVariables: variables stand for the request's values; a variable without a value matches nothing (IAM User Guide, "IAM policy
// elements: Variables and tags").
func TestVariables(t *testing.T) {
	t.Parallel()
	const allowed, not, unknown = iam.Allowed, iam.Unmatched, iam.Unknown
	team := map[string][]string{"aws:PrincipalTag/team": {"web"}, "s3:prefix": {"web/"}, "aws:TagKeys": {"a", "b"}}
	star := map[string][]string{"aws:PrincipalTag/team": {"*"}}
	for _, row := range []struct {
		version, who, resource, condition string
		keys                              map[string][]string
		want                              iam.Decision
	}{
		{iam.Version, annUser, "arn:aws:s3:::home/${aws:username}/*", "", nil, allowed},
		{iam.Version, annUser, "arn:aws:s3:::home/${AWS:UserName}/*", "", nil, allowed},
		{iam.Version, appRole, "arn:aws:s3:::home/${aws:username}/*", "", nil, not}, // Roles have no user's name.
		{iam.Version, appRole, "arn:aws:s3:::home/${aws:username, 'ann'}/*", "", nil, allowed},
		{iam.Version, annUser, "arn:aws:s3:::home/${aws:username, 'bob'}/*", "", nil, allowed},
		{iam.Version, annUser, "arn:aws:s3:::home/${aws:PrincipalTag/team}/*", "", nil, unknown},
		{iam.Version, annUser, "arn:aws:s3:::home/${aws:TagKeys}/*", "", team, not},           // A key with several values is no variable.
		{iam.Version, annUser, "arn:aws:s3:::home/${aws:PrincipalTag/team}/*", "", star, not}, // A value is no pattern.
		{"2008-10-17", annUser, "arn:aws:s3:::home/${aws:username}/*", "", nil, not},          // Variables came with the next version.
		{"2008-10-17", annUser, "arn:aws:s3:::home/*", `"StringEquals":{"aws:username":"${aws:username}"}`, nil, not},
		{iam.Version, annUser, "*", `"StringEquals":{"aws:username":"${aws:username}"}`, nil, allowed},
		{iam.Version, annUser, "*", `"StringLike":{"s3:prefix":"${aws:PrincipalTag/team}/*"}`, team, allowed},
		{iam.Version, annUser, "*", `"StringLike":{"s3:prefix":"${aws:PrincipalTag/team}/*"}`, map[string][]string{"s3:prefix": {"app/"},
			"aws:PrincipalTag/team": {"web"}}, not},
		{iam.Version, "", "*", `"StringLike":{"s3:prefix":"${aws:PrincipalTag/team}/*"}`, map[string][]string{"s3:prefix": {"web/"}}, not},
		{iam.Version, "", "*", `"StringNotLike":{"s3:prefix":"${aws:PrincipalTag/team}/*"}`, map[string][]string{"s3:prefix": {"web/"}}, allowed},
		{iam.Version, annUser, "*", `"NumericLessThan":{"s3:max-keys":"${aws:PrincipalTag/most}"}`, map[string][]string{"s3:max-keys": {"5"},
			"aws:PrincipalTag/most": {"10"}}, allowed},
		{iam.Version, annUser, "arn:${AWS::Partition}:s3:::home/*", "", nil, unknown}, // What a deployment knows is no variable.
	} {
		text := fmt.Sprintf(`{"Version":%q,"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":%q,"Condition":{%s}}]}`,
			row.version, row.resource, row.condition)
		got := parse(t, text).Evaluate(iam.Request{Principal: row.who, Action: "s3:GetObject", Resource: "arn:aws:s3:::home/ann/k",
			Keys: row.keys})
		assert.Equal(t, row.want, got.Decision, "%s as %s with %v: %s", text, row.who, row.keys, got.Decision)
	}
	got := askWith(t, `"Principal":"*","Condition":{"StringLike":{"s3:prefix":"${aws:PrincipalTag/team}/*"}}`,
		iam.Request{Principal: annUser, Keys: map[string][]string{"s3:prefix": {"a/b"}}})
	assert.Equal(t, []string{"aws:PrincipalTag/team"}, got.Unknown)
}
