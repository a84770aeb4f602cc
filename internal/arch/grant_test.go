package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// TestExecutionRole: if the role with which ECS starts tasks is declared as the tasks' own role, it also gets what the tasks were granted.
// A warning says so.
func TestExecutionRole(t *testing.T) {
	t.Parallel()
	const execution = "arn:aws:iam::111122223333:role/execution"
	read := Grant{Tier: "App", Use: "read s3",
		Needs: []Need{{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::uploads/*"}}}}
	start := Grant{
		Tier: "App", Use: "start on fargate", Roles: []string{execution}, Starts: true,
		Needs: []Need{{Service: "logs", Actions: []string{"logs:PutLogEvents"},
			Resources: []string{"arn:aws:logs:eu-west-1:111122223333:log-group:app:*"}}},
	}
	limited := start
	limited.Starts = false
	elsewhere := read
	elsewhere.Tier = "Web"
	theirs := []TierRole{{Tier: "App", ARN: execution}}
	for name, test := range map[string]struct {
		grants []Grant
		roles  []TierRole
		warns  bool
	}{
		"both":                   {[]Grant{read, start}, theirs, true},
		"not among the roles":    {[]Grant{read, start}, nil, false},
		"nothing else granted":   {[]Grant{start}, theirs, false},
		"granted to others":      {[]Grant{elsewhere, start}, theirs, false},
		"of another tier":        {[]Grant{read, start}, []TierRole{{Tier: "Web", ARN: execution}}, false},
		"a use for one role":     {[]Grant{read, limited}, theirs, false},
		"another role of theirs": {[]Grant{read, start}, []TierRole{{Tier: "App", ARN: "arn:aws:iam::111122223333:role/task"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			a.Grants, a.Roles = test.grants, test.roles
			_, diags := check(t, a)
			require.Empty(t, diags.With(diag.Error))
			if !test.warns {
				assert.Empty(t, diags)
				return
			}
			require.Len(t, diags, 1)
			assert.Equal(t, "execution-role[Shop/Network:App "+execution+"]", diags[0].ID())
			assert.Contains(t, diags.String(), "it is used to start on fargate, and would also get what the workloads were granted: read s3")
		})
	}
}

// TestUnsigned: for requests without credentials a policy can check only the resource, so the resource must be named.
func TestUnsigned(t *testing.T) {
	t.Parallel()
	for resource, wrong := range map[string]string{
		"arn:aws:s3:::packages/*": "", "*": "a grant of unsigned requests covers every resource",
		"arn:aws:s3:::*": "a grant reaches other people's buckets",
	} {
		a := good()
		a.Grants = []Grant{{Tier: "App", Use: "read",
			Needs: []Need{{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{resource}, Unsigned: true}}}}
		_, diags := check(t, a)
		assert.Equal(t, wrong == "", len(diags) == 0, "%s: %s", resource, diags)
		assert.Contains(t, diags.String(), wrong)
	}
	a := good()
	a.Grants = []Grant{{Tier: "App", Use: "identify",
		Needs: []Need{{Service: "sts", Actions: []string{"sts:GetCallerIdentity"}, Resources: []string{"*"}, Unsigned: true}}}}
	_, diags := check(t, a)
	assert.Empty(t, diags, "it is for no resource")
}
