package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPeerContains(t *testing.T) {
	t.Parallel()
	peer := func(kind Kind, text string) Peer { return Peer{Kind: kind, Operand: Operand{Text: text}} }
	for _, test := range []struct {
		outer, inner Peer
		want         bool
	}{
		{peer(CIDR, "10.0.0.0/8"), peer(CIDR, "10.1.0.0/16"), true},
		{peer(CIDR, "10.1.0.0/16"), peer(CIDR, "10.0.0.0/8"), false},
		{peer(CIDR, "10.0.0.0/8"), peer(CIDR, "192.168.0.0/16"), false},
		{peer(CIDR, "10.0.0.0/8"), peer(CIDR, "Shop/Vpc.CidrBlock"), false},
		{peer(CIDR, "Shop/Vpc.CidrBlock"), peer(CIDR, "Shop/Vpc.CidrBlock"), true},
		{peer(Domain, ".example.com"), peer(Domain, "api.example.com"), true},
		{peer(Domain, ".example.com"), peer(Domain, "example.com"), true},
		{peer(Domain, ".example.com"), peer(Domain, ".api.example.com"), true},
		{peer(Domain, ".api.example.com"), peer(Domain, ".example.com"), false},
		{peer(Domain, ".example.com"), peer(Domain, "badexample.com"), false},
		{peer(Domain, "example.com"), peer(Domain, "api.example.com"), false},
		{peer(App, "Web"), peer(App, "Web"), true},
		{peer(App, "Web"), peer(Data, "Web"), false},
	} {
		assert.Equal(t, test.want, test.outer.Contains(test.inner), "%s and %s", test.outer, test.inner)
	}
}

func TestPortsContainAndOverlap(t *testing.T) {
	t.Parallel()
	all, tcp, udp := Ports{All, -1, -1}, Ports{TCP, 80, 90}, Ports{UDP, 80, 90}
	icmp, echo, code := Ports{ICMP, -1, -1}, Ports{ICMP, 8, -1}, Ports{ICMP, 3, 4}
	for _, test := range []struct {
		p, q               Ports
		contains, overlaps bool
	}{
		{all, tcp, true, true}, {tcp, all, false, true}, {all, all, true, true},
		{tcp, udp, false, false}, {tcp, Ports{TCP, 85, 90}, true, true}, {tcp, Ports{TCP, 90, 91}, false, true},
		{tcp, Ports{TCP, 91, 92}, false, false},
		{icmp, echo, true, true}, {echo, icmp, false, true}, {echo, code, false, false},
		{Ports{ICMP, 3, -1}, code, true, true}, {code, Ports{ICMP, 3, -1}, false, true}, {icmp, Ports{ICMPv6, -1, -1}, false, false},
	} {
		assert.Equal(t, test.contains, test.p.Contains(test.q), "%s contains %s", test.p, test.q)
		assert.Equal(t, test.overlaps, test.p.Overlaps(test.q), "%s overlaps %s", test.p, test.q)
	}
}
