package dnsfirewall

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestCheck: each change of a valid rule is reported, and nothing else is.
func TestCheck(t *testing.T) {
	t.Parallel()
	fine := func() Group {
		return Group{Rules: []Rule{
			{Name: "names", Priority: 1, Action: Allow, List: &List{Name: "Names", Domains: []string{"a.com", "*.b.com", "${X}.c.com"}}},
			{Name: "threat", Priority: 2, Action: Alert, Threat: DGA, Confidence: High},
			{Name: "rest", Priority: 3, Action: Block, Response: NoData, List: &List{Name: "Rest", Domains: []string{"*"}}},
		}}
	}
	require.Empty(t, Check(fine()))
	for _, test := range []struct {
		change func(g *Group)
		says   string
	}{
		{func(g *Group) { g.Rules[0].Threat = DGA; g.Rules[0].Action = Alert; g.Rules[0].Confidence = Low }, "needs either a list"},
		{func(g *Group) { g.Rules[0].List = nil }, "needs either a list"},
		{func(g *Group) { g.Rules[0].Action = "DENY" }, "unknown action"},
		{func(g *Group) { g.Rules[0].Type = "ANY" }, "unknown type of query"},
		{func(g *Group) { g.Rules[0].Confidence = Low }, "a confidence, but no threat"},
		{func(g *Group) { g.Rules[1].Threat = "MALWARE" }, "unknown threat"},
		{func(g *Group) { g.Rules[1].Confidence = "" }, "unknown confidence"},
		{func(g *Group) { g.Rules[1].Action = Allow }, "allows a threat"},
		{func(g *Group) { g.Rules[2].Response = "" }, "without a known response"},
		{func(g *Group) { g.Rules[0].Response = NoData }, "does not block"},
		{func(g *Group) { g.Rules[2].Response = Override }, "a name to answer with"},
		{func(g *Group) { g.Rules[1].Priority = 1 }, "the same priority"},
		{func(g *Group) { g.Rules[1] = g.Rules[0]; g.Rules[1].Priority = 2 }, "the same list or threat"},
		{func(g *Group) { g.Rules[0].List.Domains = []string{"a b.com"} }, "not usable"},
		{func(g *Group) { g.Rules[0].List.Domains = []string{"a.com", "A.com"} }, "a domain twice"},
		{func(g *Group) { g.Rules[2].Priority = 0 }, "never reached"},
	} {
		g := fine()
		test.change(&g)
		found := Check(g)
		require.NotEmpty(t, found, test.says)
		for _, d := range found {
			assert.Contains(t, d.Summary, test.says)
			assert.NotEmpty(t, d.Detail)
			assert.NotEmpty(t, d.Fix)
		}
	}
	g := fine()
	g.Rules[0].Type = "TYPE28"
	assert.Empty(t, Check(g))
	many := Group{}
	for i := range maxRules + 1 {
		many.Rules = append(many.Rules, Rule{Priority: i, Action: Allow, List: &List{Domains: []string{"a.com"}}})
	}
	require.Len(t, Check(many), 1)
	assert.Contains(t, Check(many)[0].Detail, "it has 101")
	assert.Error(t, CheckPriority(100))
	assert.NoError(t, CheckPriority(101))
	assert.Error(t, CheckPriority(9900))
}

// TestCheckDomain: everything that is accepted has only the characters that AWS allows, and nothing panics.
func TestCheckDomain(t *testing.T) {
	t.Parallel()
	for _, fine := range []string{"*", "example.com", "*.example.com", "corp", "xn--bcher-kva.example"} {
		assert.NoError(t, CheckDomain(fine), fine)
	}
	for _, wrong := range []string{"", "*.", "a..b", ".a.com", "a.com.", "*a.com", "a.*.com", "-a.com", "a-.com",
		"bücher.example", "a/b", "a\nb.com", "_dmarc.a.com",
		"${Token[X.1]}.com", "#{Token[X.1]}", strings.Repeat("a", 64) + ".com", strings.Repeat("a.", 130) + "com"} {
		assert.Error(t, CheckDomain(wrong), wrong)
	}
	rapid.Check(t, func(t *rapid.T) {
		domain := rapid.OneOf(rapid.String(), rapid.StringMatching(`\*?\.?[a-z0-9.-]{0,9}`)).Draw(t, "domain")
		if CheckDomain(domain) != nil {
			return
		}
		rest := strings.TrimPrefix(domain, "*")
		if strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") != "" || len(domain) > 255 {
			t.Fatalf("accepted %q", domain)
		}
	})
}
