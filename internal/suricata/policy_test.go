package suricata

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// TestCheckPolicy checks each warning, and that the most similar good policy has none.
func TestCheckPolicy(t *testing.T) {
	t.Parallel()
	const name = `pass tls 10.0.0.0/8 any -> any 443 (flow:to_server; tls.sni; content:"example.com"; startswith; nocase; endswith; sid:1;)`
	sni := func(match string) string {
		return "pass tls any any -> any 443 (flow:to_server; tls.sni; " + match + " sid:1;)"
	}
	for _, test := range []struct {
		rules string // with --- between groups
		want  string
	}{
		{rules: name + "\ndrop tls any any -> any any (sid:2;)", want: "0:2 tls-state"},
		{rules: name + "\n---\nreject tls any any -> any any (flow:to_server,established; sid:2;)", want: "1:1 tls-state"},
		{rules: name + "\ndrop tls any any -> any any (ssl_state:client_hello; sid:2;)"},
		{rules: name + "\ndrop tls any any -> any any (tls.version:1.0; sid:2;)"},
		{rules: "drop tls any any -> any any (sid:2;)"},
		{rules: sni(`content:"example.com";`), want: "0:1 name-unanchored"},
		{rules: sni(`content:"example.com"; endswith;`), want: "0:1 name-unanchored"},
		{rules: sni(`content:"example.com"; startswith;`), want: "0:1 name-unanchored"},
		{rules: sni(`dotprefix; content:"example.com"; endswith;`), want: "0:1 name-unanchored"},
		{rules: sni(`dotprefix; content:".example.com"; endswith;`)},
		{rules: sni(`dotprefix; content:".example.com";`), want: "0:1 name-unanchored"},
		{rules: sni(`content:"example.com"; bsize:11;`)},
		{rules: sni(`content:"e"; pcre:"/example\.com$/";`), want: "0:1 name-unanchored, 0:1 name-unanchored"},
		{rules: sni(`pcre:"/^(a|b)\.example\.com$/i";`)},
		{rules: sni(`content:!"example.com";`)},
		{rules: strings.Replace(sni(`content:"example.com";`), "pass", "drop", 1)},
		{rules: `pass http any any -> any 80 (flow:to_server; content:"example.com"; http.host; content:"example.com"; sid:1;)`,
			want: "0:1 name-unanchored"},
		{rules: "pass tcp any any -> 10.0.0.0/8 80 (sid:1;)\ndrop http any any -> any any (http.uri; content:\"x\"; sid:2;)",
			want: "0:2 hidden"},
		{rules: "drop http any any -> any any (http.uri; content:\"x\"; sid:2;)\n---\npass tcp any any -> 10.0.0.0/8 80 (sid:1;)",
			want: "0:1 hidden"},
		{rules: "pass tcp any any -> 10.0.0.0/8 80 (flow:to_server; sid:1;)\ndrop http any any -> any any (http.uri; content:\"x\"; sid:2;)"},
		{rules: "pass udp any any -> 10.0.0.0/8 80 (sid:1;)\ndrop http any any -> any any (http.uri; content:\"x\"; sid:2;)"},
		{rules: "\tdrop tcp any any -> any 80 (flow:to_server; sid:1;)", want: "0:1 indented"},
		{rules: " drop tcp any any -> any 80 (flow:to_server; sid:1;)", want: "0:1 indented"},
	} {
		var groups []Group
		for text := range strings.SplitSeq(test.rules, "\n---\n") {
			lines, problems := ParseText(text)
			require.Empty(t, problems, text)
			groups = append(groups, Group{Lines: lines})
		}
		var got []string
		for _, problem := range CheckPolicy(groups) {
			assert.Equal(t, Warning, problem.Severity)
			assert.NotEmpty(t, problem.Fix)
			got = append(got, fmt.Sprintf("%d:%d %s", problem.Group, problem.Line, problem.Rule))
		}
		assert.Equal(t, test.want, strings.Join(got, ", "), test.rules)
	}
}

// TestIndented checks that Suricata skips lines that begin with a space or tab, without an error.
func TestIndented(t *testing.T) {
	engine.Require(t)
	rejected, err := engine.Rejected([]string{"drop tcp any any -> any 1 (sid:1;)", " drop tcp any any -> any 2 (sid:2;)",
		"\tdrop tcp any any -> any 3 (sid:3;)"})
	require.NoError(t, err)
	assert.Equal(t, map[int]string{1: engine.Skipped, 2: engine.Skipped}, rejected)
}
