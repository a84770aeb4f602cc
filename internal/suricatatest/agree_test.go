package suricatatest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// agree judges in both ways, and returns the verdicts. The two ways must agree.
func agree(t testing.TB, p Policy, conversations []Conversation) []Verdict {
	t.Helper()
	Available(t)
	distinct(t, conversations)
	lines := p.lines(t)
	order, ok := actionOrder(p, lines)
	require.True(t, ok, "Suricata does not decide about these rules itself")
	byAlerts := judgeByAlerts(t, p, lines, conversations)
	for i, v := range judgeByActions(t, p, lines, order, conversations) {
		assert.Equal(t, byAlerts[i], v, "%s: by actions %s, by alerts %s", v.Conversation, v, byAlerts[i])
	}
	return byAlerts
}

// TestActionOrder checks that Suricata decides itself only if sorting by action swaps no two rules that match packets of one flow.
func TestActionOrder(t *testing.T) {
	const pass = "pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 80 (flow:to_server; sid:1;)\n"
	const drop = "drop tcp 10.0.1.0/24 any -> 10.0.2.0/24 any (flow:to_server; sid:2;)\n"
	tests := map[string]struct{ rules, order string }{
		"only passes":                {pass, passFirst},
		"passes, then drops":         {pass + drop, passFirst},
		"drops, then passes":         {drop + pass, dropFirst},
		"a drop between passes":      {pass + drop + pass, ""},
		"a drop of another port":     {pass + strings.ReplaceAll(drop, "24 any (", "24 81 (") + pass, passFirst},
		"a drop of other addresses":  {pass + strings.ReplaceAll(drop, "10.0.2", "10.0.3") + pass, passFirst},
		"a drop of another protocol": {pass + strings.ReplaceAll(drop, "tcp", "udp") + pass, passFirst},
		"a drop of HTTP":             {pass + strings.ReplaceAll(drop, "tcp", "http") + pass, ""},
		"a drop of answers":          {pass + "drop tcp 10.0.2.0/24 80 -> 10.0.1.0/24 any (sid:2;)\n" + pass, ""},
		// With port 80 at both ends, this is the same flow.
		"a drop of the other direction": {pass + "drop tcp 10.0.2.0/24 any -> 10.0.1.0/24 80 (sid:2;)\n" + pass, ""},
		"an alert":                      {"alert tcp any any -> any any (sid:3;)\n" + pass, ""},
		"an unknown address":            {pass + "drop tcp @LIST any -> any any (sid:2;)\n" + pass, ""},
	}
	for name, test := range tests {
		p := Policy{Rules: test.rules}
		order, ok := actionOrder(p, p.lines(t))
		assert.Equal(t, test.order, order, name)
		assert.Equal(t, test.order != "", ok, name)
	}
}

// TestInterleaved checks that drops before, between and after passes decide in the order in which they are written.
func TestInterleaved(t *testing.T) {
	rules := `
drop tcp 10.0.1.5 any -> 10.0.2.0/24 80 (flow:to_server; sid:1;)
pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 80 (flow:to_server; sid:2;)
alert tcp 10.0.1.0/24 any -> 10.0.2.0/24 any (flow:to_server; sid:3;)
drop tcp 10.0.1.0/24 any -> 10.0.2.0/24 any (flow:to_server; sid:4;)
pass tcp 10.0.0.0/8 any -> 10.0.0.0/8 any (flow:to_server; sid:5;)`
	tests := []struct {
		c       Conversation
		by      int
		alerts  []int
		dropped int
	}{
		{TCP(from("10.0.1.5"), at("10.0.2.1:80")), 1, nil, syn},
		{TCP(from("10.0.1.6"), at("10.0.2.1:80")), 0, nil, whole},
		{TCP(from("10.0.1.6"), at("10.0.2.1:81")), 4, []int{3}, syn},
		{TCP(from("10.0.3.6"), at("10.0.2.1:81")), 0, nil, whole},
		{TCP(from("10.0.3.6"), at("198.51.100.1:81")), 0, nil, answered},
	}
	var conversations []Conversation
	for _, test := range tests {
		conversations = append(conversations, test.c)
	}
	for i, v := range Judge(t, Policy{Rules: rules, Default: EstablishedAppLayerToServer}, conversations...) {
		assert.Equal(t, tests[i].by, v.By, "%s: %s", v.Conversation, v)
		assert.Equal(t, tests[i].alerts, v.Alerts, v.Conversation)
		assert.Equal(t, tests[i].dropped, v.Dropped, "%s: %s", v.Conversation, v)
	}
}
