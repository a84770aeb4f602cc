package suricatatest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata"
)

// TestWarnings checks that each warning of CheckPolicy is true, and that its fix helps.
func TestWarnings(t *testing.T) {
	const clientNet, outsideTLS = "10.0.1.10", "198.51.100.1:443"
	const byName = `pass tls any any -> any 443 (flow:to_server; tls.sni; content:"example.com"; startswith; nocase; endswith; sid:1;)`
	whole := func() Conversation { return TLS(from(clientNet), at(outsideTLS), "example.com", 1) }
	split := func() Conversation { return TLS(from(clientNet), at(outsideTLS), "example.com", 3) }
	const evilName = "evil-example.com.attacker.net"
	evil := func() Conversation { return TLS(from(clientNet), at(outsideTLS), evilName, 1) }
	threat := func() Conversation { return HTTP(from(clientNet), at("10.0.11.10:8080"), "evil.example") }
	const drops = `drop http any any -> any any (http.host; content:"evil.example"; sid:2;)`
	for _, test := range []struct {
		rule         string // of the warning
		bad, good    []string
		badDefault   Default
		conversation func() Conversation
		passes       bool // with the fix
	}{
		{"tls-state", []string{byName, "drop tls any any -> any any (flow:to_server,established; sid:2;)"},
			[]string{byName, "drop tls any any -> any any (flow:to_server,established; ssl_state:client_hello; sid:2;)"},
			EstablishedAppLayerToServer, split, true},
		{"default-too-early", []string{byName}, []string{byName}, Established, split, true},
		{"name-unanchored", []string{`pass tls any any -> any 443 (flow:to_server; tls.sni; content:"example.com"; sid:1;)`},
			[]string{byName}, EstablishedAppLayerToServer, evil, false},
		{"hidden", []string{drops, "pass tcp any any -> any 8080 (sid:1;)"},
			[]string{drops, "pass tcp any any -> any 8080 (flow:to_server; sid:1;)"}, EstablishedAppLayerToServer, threat, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			judge := func(rules []string, def Default, c Conversation) bool {
				return Judge(t, Policy{Rules: strings.Join(rules, "\n"), Default: def}, c)[0].Passed
			}
			assert.Equal(t, []string{test.rule}, warnings(t, test.bad, test.badDefault))
			assert.Empty(t, warnings(t, test.good, EstablishedAppLayerToServer))
			assert.Equal(t, !test.passes, judge(test.bad, test.badDefault, test.conversation()))
			assert.Equal(t, test.passes, judge(test.good, EstablishedAppLayerToServer, test.conversation()))
			if test.passes {
				assert.True(t, judge(test.bad, test.badDefault, whole()), "in one segment it passes, so the mistake goes unnoticed")
			}
		})
	}
}

// warnings returns the names of the warnings about rules.
func warnings(t *testing.T, rules []string, def Default) []string {
	t.Helper()
	lines, problems := suricata.ParseText(strings.Join(rules, "\n"))
	require.Empty(t, problems)
	var out []string
	policy := suricata.Policy{Groups: []suricata.Group{{Lines: lines}}, DefaultActions: []string{"aws:drop_" + def.String()}}
	for _, p := range suricata.CheckPolicy(policy) {
		out = append(out, p.Rule)
	}
	return out
}
