package suricatatest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// TestWarnings checks that each warning about the rules of a policy is true, and that its fix helps.
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
		{"names-established", []string{byName}, []string{byName}, Established, split, true},
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

// warnings returns the names of the warnings about rules in a policy that passes ICMP errors and logs what it drops.
func warnings(t *testing.T, rules []string, def Default) []string {
	t.Helper()
	const pathMTU = "pass icmp any any -> any any (itype:3; icode:4; sid:9;)"
	g := &networkfirewall.Group{Path: "G", Order: networkfirewall.StrictOrder, Capacity: 10}
	g.ReadText(strings.Join(append(slices.Clone(rules), pathMTU), "\n"))
	var out []string
	for _, p := range networkfirewall.CheckPolicy(&networkfirewall.Policy{
		Order: networkfirewall.StrictOrder, HomeNet: []string{"10.0.0.0/8"},
		Members:  []networkfirewall.Member{{Path: "G", Group: g, Priority: 1}},
		Defaults: []string{"aws:drop_" + def.String(), "aws:alert_" + def.String()},
	}) {
		out = append(out, p.Kind)
	}
	return out
}
