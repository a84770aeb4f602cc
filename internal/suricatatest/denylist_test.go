package suricatatest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/suricata"
)

// TestDenyListBeforePasses asks a real Suricata what a deny list does before a rule that passes everything, as that of a flow to the
// internet: it stops its names and those below a leading dot, and neither other names nor connections without a name. No later segment
// of a stopped connection passes.
func TestDenyListBeforePasses(t *testing.T) {
	list := suricata.DomainList{Targets: []string{".bad.example", "evil.example"}, HTTP: true, TLS: true, Action: "DENYLIST"}
	var rules []string
	for _, r := range list.Rules(true, "") {
		rules = append(rules, r.String())
	}
	p := Policy{Default: EstablishedAppLayerToServer, Groups: []Group{
		{Name: "names", Rules: strings.Join(rules, "\n")},
		{Name: "flows", Rules: "pass tcp 10.0.0.0/8 any -> any any (flow:to_server; sid:100;)"},
	}}
	server, n := "203.0.113.7", 0
	client := func() string { n++; return fmt.Sprintf("10.1.1.%d", n) }
	tls := func(name string, segments int) Conversation {
		return TLS(from(client()), at(server+":443"), name, segments)
	}
	http := func(hosts ...string) Conversation { return HTTP(from(client()), at(server+":80"), hosts...) }
	tests := []struct {
		Conversation
		passes bool
	}{
		{tls("evil.example", 1), false}, {tls("evil.example", 2), false}, {tls("EVIL.example", 1), false}, {tls("bad.example", 1), false},
		{tls("x.y.bad.example", 1), false}, {tls("x.evil.example", 1), true}, {tls("notbad.example", 1), true}, {tls("good.example", 1), true},
		{tls("", 1), true}, {http("evil.example"), false}, {http("x.bad.example"), false}, {http("Evil.Example"), false},
		{http("good.example", "evil.example"), false}, {http("good.example"), true},
	}
	var conversations []Conversation
	for _, test := range tests {
		conversations = append(conversations, test.Conversation)
	}
	for i, v := range Judge(t, p, conversations...) {
		assert.Equal(t, tests[i].passes, v.Passed, "%s: %s", v.Conversation, v)
		if !tests[i].passes {
			assert.Equal(t, ByRule, v.Reason, v.Conversation)
		}
	}
}
