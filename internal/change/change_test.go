package change_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/upgrade"
)

// surveyOf surveys testdata/shop.yaml after replacements.
func surveyOf(t *testing.T, replacements ...string) (*cfn.Assembly, survey.Survey) {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.yaml")
	require.NoError(t, err)
	for i := 0; i < len(replacements); i += 2 {
		require.Contains(t, string(data), replacements[i])
	}
	a, err := cfn.Read("shop.yaml", []byte(strings.NewReplacer(replacements...).Replace(string(data))), nil)
	require.NoError(t, err)
	return a, survey.Make(survey.Input{Assembly: a, Topology: reach.Build(a)})
}

// TestLines makes changes as people do. The riskiest line is first, and pipelines fail on what they ask for.
func TestLines(t *testing.T) {
	t.Parallel()
	const toDatabase = "SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref AppGroup}]"
	open := func(cidr string) string {
		return "SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref AppGroup}, " +
			"{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, " + cidr + "}]"
	}
	for name, test := range map[string]struct {
		replace  []string
		headline string
		fails    string
	}{
		"nothing": {headline: "No traffic changes."},
		"the internet to the database": {[]string{toDatabase, open("CidrIp: 0.0.0.0/0")},
			"Newly allowed from the internet, into a data tier: Internet -> Database tcp/5432", "newly-allowed internet findings"},
		"the internet in two halves": {
			[]string{toDatabase, open("CidrIp: 0.0.0.0/1}, {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 128.0.0.0/1")},
			"Newly allowed from the internet, into a data tier: Internet -> Database tcp/5432", "newly-allowed internet findings",
		},
		"one public address": {[]string{toDatabase, open("CidrIp: 203.0.113.7/32")},
			"Newly allowed from public addresses, into a data tier: 203.0.113.7/32 -> Database tcp/5432", "newly-allowed internet findings"},
		"private addresses": {[]string{toDatabase, open("CidrIp: 10.0.1.0/24")},
			"Newly allowed into a data tier: 10.0.1.0/24 -> Database tcp/5432", "newly-allowed"},
		"a parameter without a value": {[]string{toDatabase, open("CidrIp: !Ref Cidr")},
			"Newly allowed from addresses that may be public, into a data tier: shop/Parameters.Cidr -> Database tcp/5432",
			"newly-allowed internet"},
		"the internet comes before data": {
			[]string{toDatabase, open("CidrIp: 10.0.1.0/24"),
				"FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0", "FromPort: 22, ToPort: 443, CidrIp: 0.0.0.0/0"},
			"Newly allowed from the internet: Internet -> Balancer tcp/22-442", "newly-allowed internet",
		},
		"an instance opens SSH": {[]string{"FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0", "FromPort: 22, ToPort: 443, CidrIp: 0.0.0.0/0"},
			"Newly allowed from the internet: Internet -> Balancer tcp/22-442", "newly-allowed internet"},
		"a flow is gone": {[]string{toDatabase, "SecurityGroupIngress: []"}, "Newly denied: App -> Database tcp/5432", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, old := surveyOf(t)
			after, now := surveyOf(t, test.replace...)
			c := change.Of(change.Input{Title: "shop", Before: old, After: now, Update: upgrade.Examine(before, after)})
			assert.Equal(t, test.headline, c.Headline())
			for _, condition := range []string{change.NewlyAllowed, change.Internet} {
				assert.Equal(t, strings.Contains(test.fails, condition), c.Fails([]string{condition}), condition)
			}
			assert.False(t, c.Fails(nil))
			assert.Equal(t, len(c.Update.Findings) > 0, c.Fails([]string{change.Findings}))
		})
	}
}
