package suricata

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPassesByName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`pass tls any any -> any 443 (flow:to_server; tls.sni; content:"example.com"; startswith; endswith; sid:1;)`:   true,
		`pass http any any -> any 80 (flow:to_server; http.host; content:"example.com"; startswith; endswith; sid:1;)`: true,
		`pass http any any -> any 80 (flow:to_server; http.host.raw; content:"example.com"; sid:1;)`:                   true,
		`drop tls any any -> any 443 (flow:to_server; tls.sni; content:"example.com"; startswith; endswith; sid:1;)`:   false,
		`pass http any any -> any 80 (flow:to_server; http.uri; content:"example.com"; sid:1;)`:                        false,
		`pass tcp any any -> any 443 (flow:to_server; sid:1;)`:                                                         false,
	} {
		rule, err := Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, rule.PassesByName(), text)
	}
}

func TestPassesConnections(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"pass tcp any any -> any 80 (flow:to_server; sid:1;)": true,
		"drop tcp any any -> any 80 (flow:to_server; sid:1;)": false,
		"pass icmp any any -> any any (sid:1;)":               false,
	} {
		rule, err := Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, rule.PassesConnections(), text)
	}
}

func TestNeedsHomeNet(t *testing.T) {
	t.Parallel()
	const first = "drop tcp any any -> any 22 (sid:1;)\n"
	const home, external = "drop tcp $HOME_NET any -> any 23 (sid:2;)", "drop tcp any any -> $EXTERNAL_NET 23 (sid:2;)"
	for _, test := range []struct {
		rules string
		sets  []string // the variables that the group sets
		want  bool
	}{
		{rules: first},
		{rules: first + home, want: true},
		{rules: external, want: true},
		{rules: "drop tcp [$HOME_NET,192.0.2.0/24] any -> any 23 (sid:2;)", want: true},
		{rules: "drop tcp $HOME_NETS any -> any 23 (sid:2;)", sets: []string{"HOME_NETS"}},
		{rules: home, sets: []string{"HOME_NET"}},
		{rules: external, sets: []string{"HOME_NET"}},
		{rules: external, sets: []string{"EXTERNAL_NET"}},
		{rules: home, sets: []string{"EXTERNAL_NET"}, want: true},
	} {
		lines, problems := ParseText(test.rules)
		require.Empty(t, problems, test.rules)
		g := Group{Lines: lines, IPSets: map[string][]string{}}
		for _, name := range test.sets {
			g.IPSets[name] = []string{"10.0.0.0/8"}
		}
		assert.Equal(t, test.want, g.NeedsHomeNet(), "%s %v", test.rules, test.sets)
	}
}
