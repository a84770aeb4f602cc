package suricatatest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata"
)

// The rules of the example in AWS's document "SEC05-BP02 Control traffic flow within your network layers", as the Suricata rules that AWS
// makes from them.
var seedGroups = []Group{
	{Name: "WebTrafficRules", Rules: `
pass tcp any any -> 10.0.1.0/24 443 (sid:1;)
pass tcp any any -> 10.0.1.0/24 80 (sid:2;)
drop tcp any any -> 10.0.1.0/24 any (sid:3;)`},
	{Name: "AppTrafficRules", Rules: `
pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (sid:10;)
drop tcp any any -> 10.0.11.0/24 any (sid:11;)`},
}

// TestSeed checks what the rules of the example pass and drop. Its default action drop_strict needs strict order, which the example does
// not state. All its rules have only addresses and ports: they decide the whole connection at its first packet, so answers need no rule,
// and rules about threats after them see nothing.
func TestSeed(t *testing.T) {
	const seedWeb, seedApp, seedDB = "10.0.1.10", "10.0.11.10", "10.0.21.10"
	tests := []struct {
		what    string
		c       Conversation
		dropped int
		by      int
	}{
		{"the internet to web", TCP(from(outside), at(seedWeb+":443")), whole, 0},
		{"the internet to web", HTTP(from(outside), at(seedWeb+":80"), "shop.example"), whole, 0},
		{"web to app", TCP(from(seedWeb), at(seedApp+":8080")), whole, 0},
		{"another port of web", TCP(from(outside), at(seedWeb+":22")), syn, 3},
		{"another port of app", TCP(from(seedWeb), at(seedApp+":22")), syn, 11},
		{"the internet to app", TCP(from(outside), at(seedApp+":8080")), syn, 11},
		{"app to web's open port, which is not intended", TCP(from(seedApp), at(seedWeb+":443")), whole, 0},
		{"app to its database", TCP(from(seedApp), at(seedDB+":3306")), syn, 0},
		{"web's updates from the internet", TLS(from(seedWeb), at(outside+":443"), "example.com", 1), syn, 0},
		{"udp on an open port", UDP(from(outside), at(seedWeb+":443")), 0, 0},
		{"web's names", UDP(from(seedWeb), at("10.0.0.2:53")), 0, 0},
		{"a packet that is too large", TooLarge(from(outside), at(seedWeb+":443"), at("10.0.2.1:0").Addr()), 5, 0},
		{"ssh where https is expected", Banner(from(outside), at(seedWeb+":443")), whole, 0},
		{"an unknown host", HTTP(from(outside), at(seedWeb+":80"), "evil.example"), whole, 0},
	}
	var conversations []Conversation
	for _, test := range tests {
		conversations = append(conversations, test.c)
	}
	p := Policy{Groups: seedGroups, Default: Strict}
	for i, v := range Judge(t, p, conversations...) {
		assert.Equal(t, tests[i].dropped, v.Dropped, "%s: %s", tests[i].what, v)
		assert.Equal(t, tests[i].by, v.By, "%s: %s", tests[i].what, v)
	}
	for _, kind := range Kinds(t, p) {
		assert.Equal(t, suricata.IPOnly, kind)
	}
}

// TestSeedWithoutOrder checks the example as written, without strict order. AWS then rejects its default action, and without one, packets
// that no rule matches pass. The drops of the example then stop the answers to connections of web, because an answer is the first packet of
// its direction.
func TestSeedWithoutOrder(t *testing.T) {
	p := Policy{Groups: seedGroups, Default: None}
	verdicts := Judge(t, p, TCP(from("10.0.1.10"), at("10.0.21.10:3306")), TCP(from("10.0.21.10"), at(outside+":443")))
	assert.Equal(t, synAck, verdicts[0].Dropped)
	assert.Equal(t, 3, verdicts[0].By)
	assert.True(t, verdicts[1].Passed)
}

// TestSeedWithThreats checks that rules about threats never see connections that the rules of the example pass, and do see them if they
// stand before rules in the form of the plan.
func TestSeedWithThreats(t *testing.T) {
	evil := HTTP(from("10.0.1.10"), at("10.0.11.10:8080"), "evil.example")
	threats := Group{Name: "Threats", Rules: threat}
	planned := Group{Rules: "pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (flow:to_server; sid:10;)"}
	other := Group{Rules: "pass tcp 10.0.1.0/24 any -> 10.0.11.0/24 9090 (flow:to_server; sid:9;)"}
	for name, test := range map[string]struct {
		groups  []Group
		Default Default
		passes  bool
	}{
		"the example's, then threats":   {append([]Group{}, seedGroups[0], seedGroups[1], threats), Strict, true},
		"threats, then the example's":   {append([]Group{threats}, seedGroups...), Strict, true},
		"threats, then planned rules":   {[]Group{threats, planned}, EstablishedAppLayerToServer, false},
		"threats that only alert":       {[]Group{{Rules: threat, DropToAlert: true}, planned}, EstablishedAppLayerToServer, true},
		"planned rules, then threats":   {[]Group{planned, threats}, EstablishedAppLayerToServer, true},
		"threats between planned rules": {[]Group{other, threats, planned}, EstablishedAppLayerToServer, false},
	} {
		v := Judge(t, Policy{Groups: test.groups, Default: test.Default}, evil)[0]
		assert.Equal(t, test.passes, v.Passed, "%s: %s", name, v)
		if strings.Contains(name, "alert") {
			assert.Equal(t, []int{80}, v.Alerts)
		}
	}
}

// TestGroups checks that variables and references hold only in their group.
func TestGroups(t *testing.T) {
	p := Policy{Default: Strict, HomeNet: []string{"10.0.0.0/16"}, Groups: []Group{
		{Name: "a", Rules: "pass tcp $CLIENTS any -> @SERVERS $PORTS (sid:1;)",
			Variables: map[string][]string{
				"CLIENTS": {"10.0.1.0/24", "!10.0.1.5"}, "PORTS": {"80", "443"}, "CLIENT": {"10.9.9.9"},
			},
			References: map[string][]string{"SERVERS": {"10.0.11.0/24"}}},
		{Name: "b", Rules: "pass tcp $CLIENTS any -> $HOME_NET 22 (sid:2;)", Variables: map[string][]string{"CLIENTS": {"10.0.2.0/24"}}},
		{Name: "c", Rules: "pass tcp $HOME_NET any -> $EXTERNAL_NET 25 (sid:3;)", Variables: map[string][]string{"HOME_NET": {"10.7.0.0/16"}}},
	}}
	for i, v := range Judge(t, p,
		TCP(from("10.0.1.4"), at("10.0.11.1:443")), TCP(from("10.0.1.5"), at("10.0.11.1:443")),
		TCP(from("10.0.1.4"), at("10.0.11.1:22")), TCP(from("10.0.2.4"), at("10.0.11.1:22")),
		TCP(from("10.0.2.4"), at("10.0.11.1:80")), TCP(from("10.7.0.1"), at("198.51.100.1:25")),
		TCP(from("10.0.1.1"), at("198.51.100.1:25")), TCP(from("10.7.0.1"), at("10.0.3.1:25")),
	) {
		assert.Equal(t, []bool{true, false, false, true, false, true, false, false}[i], v.Passed, "%s: %s", v.Conversation, v)
	}
	_, ok := actionOrder(p, p.lines(t))
	require.True(t, ok)
}
