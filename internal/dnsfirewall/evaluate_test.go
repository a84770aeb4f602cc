package dnsfirewall

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDomains: names that a domain matches, names that it does not match, and names of which that is not known.
func TestDomains(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		domain, name string
		want         match
	}{
		{"example.com", "example.com", matches},
		{"Example.COM.", "example.com", matches},
		{"example.com", "www.example.com", noMatch},
		{"example.com", "myexample.com", noMatch},
		{"*.example.com", "example.com", noMatch}, // the apex is not below itself
		{"*.example.com", "www.example.com", matches},
		{"*.example.com", "a.b.example.com", matches},
		{"*.example.com", "myexample.com", noMatch},
		{"*", "example.com", matches},
		{"*", "localhost", matches},
		{"*example.com", "myexample.com", mayMatch},
		{"*example.com", "example.org", noMatch},
		{"kms.${AWS::Region}.amazonaws.com", "kms.eu-west-1.amazonaws.com", mayMatch},
		{"kms.${AWS::Region}.amazonaws.com", "api.example.com", noMatch},
		{"kms.eu-west-1.${AWS::URLSuffix}", "api.example.com", mayMatch},
	} {
		assert.Equal(t, test.want, matchDomain(test.domain, test.name), "%s %s", test.domain, test.name)
	}
}

// guarded are groups with a list of allowed names, advanced protection and a final block.
func guarded() []Group {
	list := func(domains ...string) *List { return &List{Domains: domains} }
	return []Group{
		{Name: "Late", Priority: 200, Rules: []Rule{
			{Name: "rest", Priority: 900, Action: Block, Response: NXDomain, List: list("*")},
			{Name: "old", Priority: 950, Action: Allow, List: list("old.example.com")},
			{Name: "names", Priority: 10, Action: Allow, List: list("api.example.com"), TrustRedirection: true},
			{Name: "tunnel", Priority: 20, Action: Block, Response: NXDomain, Threat: Tunneling, Confidence: High},
			{Name: "below", Priority: 30, Action: Alert, List: list("*.example.org")},
		}},
		{Name: "Early", Priority: 101, Rules: []Rule{
			{Name: "text", Priority: 1, Action: Block, Response: NoData, List: list("api.example.com"), Type: "TXT"},
			{Name: "bad", Priority: 2, Action: Block, Response: NoData, List: list("bad.example.org")},
		}},
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, kind string
		want       Action
		rule       string
		doubts     int
	}{
		{"api.example.com", "A", Allow, "names", 0},
		{"API.example.com.", "AAAA", Allow, "names", 0},
		{"api.example.com", "TXT", Block, "text", 0},
		{"bad.example.org", "A", Block, "bad", 0},    // the early group decides
		{"good.example.org", "A", Alert, "below", 1}, // the threat comes first
		{"example.org", "A", Block, "rest", 1},       // the apex
		{"old.example.com", "A", Block, "rest", 1},   // after the rest, nothing is reached
	} {
		got := Evaluate(guarded(), test.name, test.kind)
		assert.Equal(t, test.want, got.Action, test.name)
		assert.Equal(t, test.rule, got.Rule.Name, test.name)
		assert.Len(t, got.Doubts, test.doubts, test.name)
	}
	open := Evaluate(nil, "example.com", "A")
	assert.Equal(t, Answer{Decision: Decision{Action: Allow}}, open, "no match is allowed")
	assert.True(t, open.FollowsRedirection())
	assert.False(t, Evaluate(guarded(), "api.example.com", "A").FollowsRedirection())
}

// TestDoubts: an answer is certain only if every decision that may be reached has the same action.
func TestDoubts(t *testing.T) {
	t.Parallel()
	block := Rule{Name: "rest", Priority: 9, Action: Block, List: &List{Domains: []string{"*"}}}
	of := func(domain string) *List { return &List{Domains: []string{domain}} }
	allow := func(r Rule) Rule { r.Priority, r.Action = 1, Allow; return r }
	for name, test := range map[string]struct {
		groups []Group
		threat bool
		want   Action
	}{
		"known":        {[]Group{{Rules: []Rule{block}}}, false, Block},
		"unknown list": {[]Group{{Rules: []Rule{allow(Rule{List: &List{Unknown: "imported"}}), block}}}, false, ""},
		"unknown condition": {
			[]Group{{Rules: []Rule{allow(Rule{List: &List{Domains: []string{"x.com"}}, Unknown: "a condition"}), block}}}, false, "",
		},
		"condition of another name": {
			[]Group{{Rules: []Rule{allow(Rule{List: &List{Domains: []string{"y.com"}}, Unknown: "a condition"}), block}}}, false, Block,
		},
		"unknown group":      {[]Group{{Unknown: "imported"}, {Priority: 1, Rules: []Rule{block}}}, false, ""},
		"perhaps associated": {[]Group{{Perhaps: "a condition", Rules: []Rule{block}}}, false, ""},
		"perhaps an early allow": {
			[]Group{{Perhaps: "a condition", Rules: []Rule{allow(Rule{List: of("x.com")})}}, {Priority: 1, Rules: []Rule{block}}}, false, "",
		},
		"perhaps, of another name": {
			[]Group{{Perhaps: "a condition", Rules: []Rule{allow(Rule{List: of("y.com")})}}, {Priority: 1, Rules: []Rule{block}}}, false, Block,
		},
		"threat":                {[]Group{{Rules: []Rule{{Threat: DGA, Action: Block}}}}, false, ""},
		"threat is left out":    {[]Group{{Rules: []Rule{{Threat: DGA, Action: Block}}}}, true, Allow},
		"threat and block":      {[]Group{{Rules: []Rule{{Threat: DGA, Action: Block}, block}}}, false, Block},
		"two ways to the same":  {[]Group{{Rules: []Rule{{Action: Block, List: &List{Unknown: "imported"}}, block}}}, false, Block},
		"rule without anything": {[]Group{{Rules: []Rule{{Action: Block}}}}, false, ""},
	} {
		got, sure := Evaluate(test.groups, "x.com", "A").Certain(test.threat)
		assert.Equal(t, test.want, got, name)
		assert.Equal(t, test.want != "", sure, name)
	}
}
