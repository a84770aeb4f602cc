package reach

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/suricatatest"
	"github.com/tierwall/tierwall/internal/traffic"
)

// nameRules are rules about names, as internal/plan, AWS and others write them, and rules that may stand beside them.
var nameRules = []string{
	`pass tls 10.0.1.0/24 any -> !10.0.0.0/16 443 (flow:to_server; tls.sni; content:"api.example.com"; startswith; nocase; endswith; `,
	`pass tls any any -> any any (tls.sni; content:"api.example.com"; startswith; nocase; endswith; `,
	`pass tls any any -> any 443 (ssl_state:client_hello; tls.sni; dotprefix; content:".example.com"; nocase; endswith; ` +
		`flow:to_server,established; `,
	`pass tls any any -> any 443 (flow:to_server; tls.sni; content:"other.example.org"; startswith; nocase; endswith; `,
	`drop tls any any -> any any (tls.sni; content:"api.example.com"; startswith; nocase; endswith; `,
	`drop tls any any -> any any (tls.sni; content:"other.example.org"; startswith; nocase; endswith; `,
	`drop tls any any -> any any (flow:to_server,established; `,
	`pass http any any -> any 80 (flow:to_server; http.host; content:"api.example.com"; startswith; endswith; `,
	`pass http any any -> any any (http.host; dotprefix; content:".example.org"; endswith; `,
	`drop http any any -> any 80 (flow:to_server,established; http.host; pcre:!"/^(api\.example\.com|(.*\.)?example\.net)$/"; `,
	`drop http any any -> any 80 (flow:to_server,established; http.host; pcre:!"/^(other\.example\.org)$/"; `,
	`drop http any any -> any 80 (flow:to_server,established; http.start; content:"|0d 0a|"; pcre:!"/\r\nHost:[ \t]*[^ \t\r\n]/i"; `,
	`drop http2 any any -> any 80 (flow:to_server,established; `,
	`pass tcp any any -> any 80 (flow:to_server,established; app-layer-protocol:http; `,
	`pass tcp 10.0.1.0/24 any -> any any (flow:to_server; `,
	`pass tcp any any -> any any (flow:to_client; `,
	`pass tcp any any -> any any (flow:not_established; `,
	`pass tls any any -> any 443 (`,
	`drop tcp any any -> any 443 (flow:to_server,established; app-layer-protocol:!tls; `,
	`drop tcp any any -> any 22 (`,
	`drop tcp any any -> any any (flow:to_server,established; stream_size:either,>,16384; `,
	`drop tcp any any -> any any (flow:to_server,established; stream_size:client,>,300; `,
}

// TestNamesAgainstSuricata: if a name is surely reached, Suricata passes a TLS ClientHello of any size and HTTP requests after the first.
// If Suricata passes something, the engine does not say that it is stopped.
func TestNamesAgainstSuricata(t *testing.T) {
	suricatatest.Available(t)
	client, server := netip.MustParseAddr("10.0.1.10"), netip.MustParseAddr("203.0.113.9")
	from := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(client, port) }
	tls, http := netip.AddrPortFrom(server, 443), netip.AddrPortFrom(server, 80)
	const name = "api.example.com"
	conversations := []suricatatest.Conversation{
		suricatatest.TLS(from(40001), tls, name, 1), suricatatest.TLS(from(40002), tls, name, 3),
		suricatatest.HTTP(from(40003), http, name), suricatatest.HTTP(from(40004), http, name, name),
	}
	services := []traffic.Set{traffic.Ports(traffic.TCP, 443, 443), traffic.Ports(traffic.TCP, 443, 443), traffic.Ports(traffic.TCP, 80, 80),
		traffic.Ports(traffic.TCP, 80, 80)}
	for i := range *policies {
		rules := rapid.Custom(func(t *rapid.T) (out []string) {
			for sid, rule := range rapid.SliceOfN(rapid.SampledFrom(nameRules), 1, 5).Draw(t, "rules") {
				out = append(out, rule+"sid:"+string(rune('1'+sid))+";)")
			}
			return out
		}).Example(i)
		d := suricatatest.Default(i % 5)
		top, f := policied(t, rules, d)
		carried := f.Carries(partyOf(top, client), partyAt(place{cell: Cell{From: publicAddress4, To: publicAddress4, Base: "addresses"},
			list: DomainPeer(name).List}, top.VPCs[0]))
		for j, v := range suricatatest.Judge(t, suricatatest.Policy{Rules: strings.Join(rules, "\n"), Default: d}, conversations...) {
			assert.False(t, carried.Sure.Contains(services[j]) && !v.Passed, "%d: surely carried: %s: %s\n%s", i, v.Conversation, v,
				strings.Join(append(rules, d.String()), "\n"))
			assert.False(t, !carried.Maybe.Overlaps(services[j]) && v.Passed, "%d: surely stopped: %s: %s\n%s", i, v.Conversation, v,
				strings.Join(append(rules, d.String()), "\n"))
		}
	}
}
