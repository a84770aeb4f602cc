package suricatatest

import (
	"flag"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/suricata"
)

var everyGap = flag.Bool("gaps", false, "ask Suricata about every case of TestGaps; without, about every second one")

// TestGaps checks that Gaps returns exactly the rules whose connections do not work.
func TestGaps(t *testing.T) {
	drops := map[Default]suricata.DefaultDrops{
		Strict: {Handshakes: true, Answers: true}, EstablishedAppLayer: {Answers: true}, Established: {}, EstablishedAppLayerToServer: {},
	}
	const (
		name      = `pass tls 10.0.1.0/24 any -> any 443 (tls.sni; content:"good.example"; flow:to_server; sid:3;)`
		handshake = `pass tcp 10.0.1.0/24 any -> any 443 (flow:not_established,to_server; sid:4;)`
		udp       = `pass udp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (flow:to_server; sid:6;)`
		udpBack   = `pass udp 10.0.11.0/24 8080 -> 10.0.1.0/24 any (flow:to_client; sid:7;)`
		udpWhole  = `pass udp 10.0.1.0/24 any -> 10.0.11.0/24 8080 (sid:8;)`
		anyBack   = `pass tcp any any -> 10.0.0.0/16 any (flow:to_client; sid:9;)`
		otherBack = `pass tcp 10.0.11.0/24 9090 -> 10.0.1.0/24 any (flow:to_client; sid:10;)`
	)
	tcp, tls := TCP(from(client), at(server+":8080")), TLS(from(client2), at("198.51.100.1:443"), "good.example", 1)
	datagrams := UDP(from(client), at(server+":8080"))
	everyDefault := map[Default]string{
		Strict: "answers", EstablishedAppLayer: "answers", Established: "answers", EstablishedAppLayerToServer: "answers",
	}
	for i, test := range []struct {
		name         string
		rules        []string
		conversation Conversation
		gaps         map[Default]string // what Gaps reports about the first rule: "handshake" or "answers"
	}{
		{"addresses only", []string{addressesOnly}, tcp, nil},
		{"one direction", []string{toServer}, tcp, map[Default]string{Strict: "answers", EstablishedAppLayer: "answers"}},
		{"both directions", []string{toServer, mirrored}, tcp, nil},
		{"any answers", []string{toServer, anyBack}, tcp, nil},
		{"answers from another port", []string{toServer, otherBack}, tcp, map[Default]string{Strict: "answers", EstablishedAppLayer: "answers"}},
		{"established", []string{established}, tcp, map[Default]string{Strict: "handshake", EstablishedAppLayer: "answers"}},
		{"established, and back", []string{established, mirrored}, tcp, map[Default]string{Strict: "handshake"}},
		{"established and addresses only", []string{established, addressesOnly}, tcp, nil},
		{"a name", []string{name}, tls, map[Default]string{Strict: "handshake"}},
		{"a name, half a handshake", []string{name, handshake}, tls, map[Default]string{Strict: "handshake"}},
		{"UDP", []string{udp}, datagrams, everyDefault},
		{"UDP, both directions", []string{udp, udpBack}, datagrams, nil},
		{"UDP, addresses only", []string{udpWhole}, datagrams, nil},
	} {
		for def, dropped := range drops {
			t.Run(test.name+", "+def.String(), func(t *testing.T) {
				text := strings.Join(test.rules, "\n")
				lines, problems := suricata.ParseText(text)
				assert.Empty(t, problems)
				said := ""
				for _, g := range suricata.Gaps([]suricata.Group{{Lines: lines}}, dropped) {
					if g.Rule.Line > 0 {
						continue
					}
					if said = "answers"; g.Handshake {
						said = "handshake"
					}
				}
				assert.Equal(t, test.gaps[def], said)
				if (i+int(def))%2 != 0 && !*everyGap {
					return
				}
				verdict := Judge(t, Policy{Rules: text, Default: def}, test.conversation)[0]
				assert.Equal(t, said == "", verdict.Passed, "%+v", verdict)
			})
		}
	}
}
