package webacllog_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/webacllog"
)

// request writes a record: more follows the fields that every record has.
func request(rule, action, more string) string {
	return fmt.Sprintf(`{"timestamp":1683355579981,"formatVersion":1,"webaclId":"arn:aws:wafv2:eu-west-1:1:regional/webacl/shop/0a",`+
		`"terminatingRuleId":%q,"action":%q,"httpRequest":{"clientIp":"192.0.2.1"}%s}`, rule, action, more)
}

func TestAdd(t *testing.T) {
	t.Parallel()
	l, other := &webacllog.Log{}, &webacllog.Log{}
	for _, r := range []string{
		request("Default_Action", "ALLOW", `,"nonTerminatingMatchingRules":[{"ruleId":"Counted","action":"COUNT"}]`),
		request("RateLimit", "BLOCK", `,"ruleGroupList":[],"rateBasedRuleList":[{"rateBasedRuleName":"RateLimit"}]`),
		request("Common", "BLOCK", `,"ruleGroupList":[{"ruleGroupId":"AWS#AWSManagedRulesCommonRuleSet",`+
			`"terminatingRule":{"ruleId":"NoUserAgent_HEADER","action":"BLOCK"},`+
			`"nonTerminatingMatchingRules":[{"ruleId":"SizeRestrictions_BODY","action":"COUNT"}],`+
			`"excludedRules":[{"exclusionType":"EXCLUDED_AS_COUNT","ruleId":"GenericRFI_BODY"}]}]`),
	} {
		require.NoError(t, l.Add([]byte(r)))
	}
	require.NoError(t, other.Add([]byte(request("Default_Action", "ALLOW", `,"ruleGroupList":null,"nonTerminatingMatchingRules":null`))))
	want := []webacllog.ACL{{
		ID: "arn:aws:wafv2:eu-west-1:1:regional/webacl/shop/0a", Requests: 4, First: 1683355579, Last: 1683355579,
		Ended:   map[string]int64{"Default_Action": 2, "RateLimit": 1, "Common": 1},
		Matched: map[string]int64{"Counted": 1, "RateLimit": 1, "Common": 1},
		Groups: map[string]map[string]int64{
			"AWS#AWSManagedRulesCommonRuleSet": {"NoUserAgent_HEADER": 1, "SizeRestrictions_BODY": 1, "GenericRFI_BODY": 1},
		},
		Actions: map[string]int64{"ALLOW": 2, "BLOCK": 2},
	}}
	assert.Equal(t, want, webacllog.Join([]*webacllog.Log{l, other}))
	assert.Equal(t, want, webacllog.Join([]*webacllog.Log{other, l}))
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	l := &webacllog.Log{}
	require.ErrorContains(t, l.Add([]byte(request("A", "BLOCK", ""))[:80]), "is damaged")
	require.ErrorContains(t, l.Add([]byte(`{"webaclId":"a","timestamp":"yesterday"}`)), "is damaged")
	require.ErrorContains(t, l.Add([]byte(`{"webaclId":"a","timestamp":1}`)), "no rule that ended")
	assert.Empty(t, webacllog.Join([]*webacllog.Log{l}))
}

// TestCrowded: the memory that hostile names take is bounded, and what is not counted is an error.
func TestCrowded(t *testing.T) {
	t.Parallel()
	l := &webacllog.Log{}
	var err error
	for i := range 10_000 {
		if err = l.Add([]byte(request(fmt.Sprint(i), "BLOCK", ""))); err != nil {
			break
		}
	}
	require.ErrorContains(t, err, "too many different")
}
