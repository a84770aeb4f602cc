package iam_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/iam"
)

// The callers of the tests below.
const (
	appRole    = "arn:aws:iam::111122223333:role/app"
	appSession = "arn:aws:sts::111122223333:assumed-role/app/i-0abc"
	pathRole   = "arn:aws:iam::111122223333:role/team/app"
	annUser    = "arn:aws:iam::111122223333:user/staff/ann"
	bobSession = "arn:aws:sts::111122223333:federated-user/bob"
	rootUser   = "arn:aws:iam::111122223333:root"
	ssoSession = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann@example.com"
)

// askWith evaluates a policy of one statement that allows everything if rest holds.
func askWith(t *testing.T, rest string, r iam.Request) iam.Explanation {
	t.Helper()
	if r.Action == "" {
		r.Action, r.Resource = "s3:GetObject", "arn:aws:s3:::uploads/a"
	}
	return parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*",`+rest+`}]}`).Evaluate(r)
}

// TestPrincipalArn: the value of aws:PrincipalArn for each kind of principal (IAM User Guide, "AWS global condition context keys").
func TestPrincipalArn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		who, pattern string
		want         iam.Decision
	}{
		{appSession, appRole, iam.Allowed},
		{appSession, appSession, iam.Unmatched}, // It never holds the ARN of a session.
		{appSession, "arn:aws:sts::111122223333:assumed-role/app/*", iam.Unmatched},
		{appSession, "arn:aws:iam::*:role/a*", iam.Allowed},
		{appSession, "arn:aws:iam::111122223333:role/other", iam.Unmatched},
		{appSession, "arn:aws:iam::999999999999:role/app", iam.Unmatched},
		{pathRole, pathRole, iam.Allowed},
		{pathRole, appRole, iam.Unmatched},
		{ssoSession, "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Admin_*", iam.Allowed},
		{ssoSession, "arn:aws:iam::111122223333:role/aws-reserved/*", iam.Allowed},
		{ssoSession, "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
			iam.Unknown},
		{ssoSession, "arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef", iam.Unmatched},
		{annUser, annUser, iam.Allowed},
		{bobSession, bobSession, iam.Allowed},
		{rootUser, rootUser, iam.Allowed},
		{rootUser, "arn:aws:iam::111122223333:*", iam.Allowed},
		{"", "arn:aws:iam::*:*", iam.Unmatched},
		{"", "*", iam.Unmatched},
	} {
		got := askWith(t, `"Principal":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"`+row.pattern+`"}}`, iam.Request{Principal: row.who})
		assert.Equal(t, row.want, got.Decision, "%s against %s: %s", row.who, row.pattern, got.Decision)
	}
	got := askWith(t, `"Principal":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"`+appRole+`"}}`, iam.Request{Principal: appSession})
	assert.Len(t, got.Assumed, 1)
	assert.Contains(t, got.Assumed[0], "the role app has no path")
	got = askWith(t, `"Principal":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"`+appRole+`"}}`,
		iam.Request{Keys: map[string][]string{"aws:principalarn": {appSession}}})
	assert.Equal(t, iam.Allowed, got.Decision, "whoever states the key by hand may name a session as well")
	assert.Len(t, got.Assumed, 1)
	got = askWith(t, `"Principal":"*"`, iam.Request{Principal: appSession})
	assert.Empty(t, got.Assumed, "nothing hangs on the path")
}

// TestPrincipalElement: whom Principal names in the policies of interface and gateway endpoints (IAM User Guide, "AWS JSON policy
// elements: Principal"; AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies").
func TestPrincipalElement(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		principal, who      string
		interfaces, gateway iam.Decision
	}{
		{`"*"`, appRole, iam.Allowed, iam.Allowed},
		{`"*"`, "", iam.Allowed, iam.Allowed},
		{`{"AWS":"*"}`, "", iam.Allowed, iam.Allowed},
		{`{"AWS":"111122223333"}`, appRole, iam.Allowed, iam.Unmatched},
		{`{"AWS":"111122223333"}`, appSession, iam.Allowed, iam.Unmatched},
		{`{"AWS":"111122223333"}`, annUser, iam.Allowed, iam.Unmatched},
		{`{"AWS":"111122223333"}`, bobSession, iam.Allowed, iam.Unmatched},
		{`{"AWS":"111122223333"}`, rootUser, iam.Allowed, iam.Allowed},
		{`{"AWS":"999999999999"}`, rootUser, iam.Unmatched, iam.Unmatched},
		{`{"AWS":"111122223333"}`, "", iam.Unmatched, iam.Unmatched},
		{`{"AWS":"111122223333"}`, "${Shop/Role.Arn}", iam.Unknown, iam.Unmatched},
		{`{"AWS":"111122223333"}`, "${Shop/Parameters.Role}", iam.Unknown, iam.Unknown},
		{`{"AWS":"` + rootUser + `"}`, appRole, iam.Allowed, iam.Unmatched},
		{`{"AWS":"` + rootUser + `"}`, rootUser, iam.Allowed, iam.Allowed},
		{`{"AWS":"` + appRole + `"}`, appRole, iam.Allowed, iam.Unknown},
		{`{"AWS":"` + appRole + `"}`, appSession, iam.Allowed, iam.Unknown},
		{`{"AWS":"` + appRole + `"}`, annUser, iam.Unmatched, iam.Unmatched},
		{`{"AWS":"` + appSession + `"}`, appSession, iam.Allowed, iam.Unknown},
		{`{"AWS":"` + appSession + `"}`, appRole, iam.Unknown, iam.Unmatched},
		{`{"AWS":"` + appSession + `"}`, "arn:aws:sts::111122223333:assumed-role/app/i-1", iam.Unmatched, iam.Unmatched},
		{`{"AWS":"` + bobSession + `"}`, bobSession, iam.Allowed, iam.Unknown},
		{`{"AWS":"arn:aws:iam::111122223333:role/*"}`, appRole, iam.Unmatched, iam.Unmatched}, // A principal has no wildcards.
		{`{"Service":"ec2.amazonaws.com"}`, appRole, iam.Unmatched, iam.Unmatched},
		{`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, appRole, iam.Unknown, iam.Unknown},
	} {
		for gateway, want := range map[bool]iam.Decision{false: row.interfaces, true: row.gateway} {
			r := iam.Request{Principal: row.who, Through: iam.Endpoint{Service: "s3", Gateway: gateway}}
			got := askWith(t, `"Principal":`+row.principal, r)
			assert.Equal(t, want, got.Decision, "%s for %s, gateway %v: %s", row.principal, row.who, gateway, got.Decision)
			assert.Equal(t, got.Decision == iam.Unknown, len(got.Unknown) > 0, "what is not known has a name")
		}
	}
}

func TestIsCaller(t *testing.T) {
	t.Parallel()
	for _, arn := range []string{"", appRole, appSession, pathRole, annUser, bobSession, rootUser, "${Shop/Role.Arn}",
		"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app"} {
		assert.True(t, iam.IsCaller(arn), arn)
	}
	for _, arn := range []string{"app", "111122223333", "arn:aws:iam::111122223333:group/staff", "arn:aws:s3:::b",
		"arn:aws:iam::111122223333:instance-profile/app"} {
		assert.False(t, iam.IsCaller(arn), arn)
	}
}
