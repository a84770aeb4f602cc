package suricata

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// drawRule draws a rule that should be good.
func drawRule(t *rapid.T, sid int) string {
	address := rapid.SampledFrom([]string{
		"any", "10.0.0.0/8", "[10.0.1.0/24,10.0.2.0/24]", "!10.0.0.0/8", "[10.0.0.0/8,!10.1.0.0/16]", "$HOME_NET", "$EXTERNAL_NET",
		"2001:db8::/32", "10.0.0.1",
	})
	port := rapid.SampledFrom([]string{"any", "80", "8000:8010", "[80,443]", "!80", ":1023", "[1:100,!50]"})
	protocol := rapid.SampledFrom([]string{"tcp", "udp", "ip", "tls", "http", "ssh", "dns", "smtp"}).Draw(t, "protocol")
	options := rapid.SampledFrom([]string{
		"", "flow:to_server; ", "flow:to_server,established; ", "noalert; ", "metadata:a b; ", "rev:3; ",
	}).Draw(t, "options")
	switch protocol {
	case "tls":
		options += rapid.SampledFrom([]string{
			"", `tls.sni; content:"a.example"; nocase; `, `tls.sni; dotprefix; content:".a.example"; endswith; `,
		}).Draw(t, "tls")
	case "http":
		options += rapid.SampledFrom([]string{"", `http.host; content:"a.example"; `, `http.host; pcre:"/^a$/"; `}).Draw(t, "http")
	}
	message := rapid.StringMatching(`[ -~]{1,20}`).Draw(t, "message")
	quoted, err := Quote(message)
	if err != nil {
		t.Fatal(err)
	}
	action := rapid.SampledFrom([]string{"pass", "drop", "alert"}).Draw(t, "action")
	sourcePort, destinationPort := port.Draw(t, "source port"), port.Draw(t, "port")
	return fmt.Sprintf("%s %s %s %s -> %s %s (msg:%s; %ssid:%d;)", action, protocol,
		address.Draw(t, "source"), sourcePort, address.Draw(t, "destination"), destinationPort, quoted, options, sid)
}

// TestAcceptedRulesAreSuricatas checks that a real Suricata accepts every rule that Check accepts.
func TestAcceptedRulesAreSuricatas(t *testing.T) {
	engine.Require(t)
	var rules []string
	rapid.Check(t, func(t *rapid.T) {
		text := drawRule(t, len(rules)+1)
		r, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if found := Check(Group{StrictOrder: true, Lines: []Line{{Number: 1, Text: text, Rule: r}}}); len(found) > 0 {
			t.Skip(found[0].Summary)
		}
		if r.String() != text {
			t.Fatalf("got %s, wrote %s", text, r)
		}
		rules = append(rules, text)
	})
	kinds := analyse(t, rules)
	for i, text := range rules {
		if k := must(Parse(text)).Kind(); k != Unknown && !(k == IPOnly && strings.Contains(text, "$EXTERNAL_NET")) {
			assert.Equal(t, kinds[i+1], string(k), text)
		}
	}
}
