package suricatatest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/suricata"
)

// TestScopes compares the kinds of rules, and how far their verdicts reach, with a real Suricata. Each rule matches the first request of a
// connection. Under a strict default, the rest passes only if the verdict holds for the flow.
func TestScopes(t *testing.T) {
	tests := []struct {
		options string
		kind    suricata.Kind
	}{
		{`tcp any any -> any any (sid:1;)`, suricata.IPOnly},
		{`tcp any any -> !10.9.9.9 any (sid:1;)`, suricata.LikeIPOnly},
		{`tcp any any -> any any (flow:to_server; sid:1;)`, suricata.Packet},
		{`tcp any any -> any any (flags:S; sid:1;)`, suricata.Packet},
		{`tcp any any -> any any (app-layer-protocol:http; sid:1;)`, suricata.PDOnly},
		{`tcp any any -> any any (flow:to_server; app-layer-protocol:http; sid:1;)`, suricata.PDOnly},
		{`tcp any any -> any any (flow:to_server,established; app-layer-protocol:http; sid:1;)`, suricata.Packet},
		{`tcp any any -> any any (content:"one.example"; sid:1;)`, suricata.Stream},
		{`tcp any any -> any any (flow:to_server; content:"one.example"; sid:1;)`, suricata.Stream},
		{`tcp any any -> any any (content:"one.example"; depth:200; sid:1;)`, suricata.PacketStream},
		{`tcp any any -> any any (dsize:>0; content:"one.example"; sid:1;)`, suricata.Packet},
		{`http any any -> any any (sid:1;)`, suricata.AppLayer},
		{`http any any -> any any (flow:to_server,established; sid:1;)`, suricata.Packet},
		{`http any any -> any any (http.host; content:"one.example"; sid:1;)`, suricata.AppTx},
	}
	var all []string
	for i, test := range tests {
		all = append(all, strings.Replace("pass "+test.options, "sid:1;", fmt.Sprintf("sid:%d;", i+1), 1))
	}
	kinds := Kinds(t, Policy{Rules: strings.Join(all, "\n")})
	for i, test := range tests {
		c := HTTP(from("10.1.1.1"), at("10.2.2.2:80"), "one.example", "other.example")
		t.Run(test.options, func(t *testing.T) {
			t.Parallel()
			p := Policy{Rules: "pass " + test.options + "\npass tcp any any -> any any (flow:not_established; sid:2;)", Default: Strict}
			v := agree(t, p, []Conversation{c})[0]
			assert.Equal(t, test.kind, kinds[i])
			assert.Contains(t, v.Passes, 1)
			assert.Equal(t, test.kind.Scope() == suricata.ScopeFlow, v.Passed, "%s", v)
		})
	}
}
