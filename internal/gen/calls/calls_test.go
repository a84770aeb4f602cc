package calls

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// symbolic stands for the network, which knows the construct paths of tokens.
func symbolic(text string) string {
	return strings.NewReplacer("${Token[TOKEN.1]}", "${Shop/Uploads/Resource.Arn}", "${Token[TOKEN.2]}", "${Shop/Web/Role/Resource.Arn}",
		"${Token[TOKEN.3]}", "${Shop/App/Role/Resource.Arn}").Replace(text)
}

// TestCallsComeBack: what is recorded comes back with names in place of marks and tokens, and equal records give equal bytes.
func TestCallsComeBack(t *testing.T) {
	t.Parallel()
	at := diag.Position{File: "main.go", Line: 7}
	recorded := func() *Calls {
		c := &Calls{SkipProof: true, NATAddresses: []string{"${Token[TOKEN.1]}"}}
		c.Uses = append(c.Uses, Use{"App", document.Use{Use: "read " + c.Resource("${Token[TOKEN.1]}", "bucket") + " a/*", At: at}})
		for _, arn := range []string{"${Token[TOKEN.2]}", "${Token[TOKEN.3]}", "arn:aws:iam::${AWS::AccountId}:role/ci", "hunter2"} {
			c.Roles = append(c.Roles, Role{"App", c.Resource(arn, "role"), at})
		}
		c.Balancer(document.LoadBalancer{ID: "Balancer", Production: new(false), Shield: &document.Shield{}}, "lb")
		c.WebACLs = []document.WebACL{{ID: "W", Resource: c.Resource("lb", "load-balancer"),
			Logs: &document.WebACLLogs{RedactHeaders: &[]string{}}}}
		c.Cannot(at, "this")
		return c
	}
	data, err := recorded().JSON(symbolic)
	require.NoError(t, err)
	again, err := recorded().JSON(symbolic)
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
	assert.NotContains(t, string(data), "Token")
	assert.NotContains(t, string(data), "hunter2", "a text that is no ARN may be a secret")

	c, err := Read(data)
	require.NoError(t, err)
	assert.Equal(t, []document.Resource{
		{Name: "uploads", Type: "bucket"}, {Name: "role", Type: "role"}, {Name: "appRole", Type: "role"},
		{Name: "ci", Type: "role", ARN: "arn:aws:iam::${account}:role/ci"}, {Name: "role2", Type: "role"},
	}, c.Resources)
	assert.Equal(t, document.Use{Use: "read uploads a/*", At: at}, c.Uses[0].Use)
	assert.Equal(t, "appRole", c.Roles[1].Role)
	assert.Equal(t, "Balancer", c.WebACLs[0].Resource)
	assert.Equal(t, &[]string{}, c.WebACLs[0].Logs.RedactHeaders)
	assert.Equal(t, &document.Shield{}, c.LoadBalancers[0].Shield)
	assert.Equal(t, new(false), c.LoadBalancers[0].Production)
	assert.Equal(t, []string{"${Shop/Uploads/Resource.Arn}"}, c.NATAddresses)
	assert.Equal(t, "main.go:7: this", c.Unsaid[0].String())
}

func TestNoCalls(t *testing.T) {
	t.Parallel()
	data, err := (&Calls{}).JSON(symbolic)
	require.NoError(t, err)
	assert.Nil(t, data)
	c, err := Read(nil)
	require.NoError(t, err)
	assert.Equal(t, &Calls{}, c)
	_, err = Read([]byte(`{"Uses": 1}`))
	assert.ErrorContains(t, err, "synthesize the app again")
}
