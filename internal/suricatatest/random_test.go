package suricatatest

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// TestRandomArchitectures: of random architectures that are inspected on all paths, every inspected flow passes, and what no flow
// covers does not.
func TestRandomArchitectures(t *testing.T) {
	Available(t)
	judged := 0
	for seed := range 25 {
		a := rapid.Custom(plantest.Architectures).Example(seed)
		a.Network.IPv6 = false
		a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.IngressPath | arch.EastWestPath, Strict: seed%2 == 0}
		p, diags := plan.Make(a, plantest.Today)
		if p == nil {
			t.Logf("seed %d: %s", seed, diags.Err())
			continue
		}
		all := expected(p)
		if len(all) == 0 {
			continue
		}
		_, policy := policy(t, a)
		for i, v := range Judge(t, policy, conversations(all)...) {
			judged++
			assert.Equal(t, all[i].passes, v.Passed, "seed %d: %s: %s", seed, all[i].c.Name, v)
		}
		if t.Failed() {
			t.Fatal(policy.Rules)
		}
	}
	assert.Greater(t, judged, 1000)
	t.Logf("%d conversations", judged)
}

// end is somebody whose packets the firewall sees.
type end struct {
	peer    arch.Peer
	address string
}

// expected makes conversations between all ends, on the ports that any flow names and some beside, and says which are to pass.
func expected(p *plan.Plan) []row {
	ends := []end{{arch.Peer{Kind: arch.Internet}, outside}, {arch.Peer{Kind: arch.CIDR}, "203.0.113.9"}}
	for _, t := range p.Model.Tiers {
		if t.Imported == nil && t.SharesWith == "" {
			ends = append(ends, end{arch.TierPeer(t.Kind, t.ID), p.Subnets[t.ID][0].Prefix.Addr().Next().Next().Next().Next().String()})
		}
	}
	ports := []arch.Ports{{Protocol: arch.TCP, From: 443, To: 443}, {Protocol: arch.TCP, From: 8005, To: 8005}, {Protocol: arch.TCP, From: 9, To: 9},
		{Protocol: arch.UDP, From: 53, To: 53}, {Protocol: arch.UDP, From: 8080, To: 8080}, {Protocol: arch.TCP, From: 80, To: 80}}
	var out []row
	for _, client := range ends {
		for _, server := range ends {
			if client == server || !client.peer.Kind.IsTier() && !server.peer.Kind.IsTier() {
				continue
			}
			for _, port := range ports {
				out = append(out, row{converse(client.address, server.address, port), covered(p, client, server, port)})
			}
		}
	}
	return out
}

func converse(client, server string, port arch.Ports) Conversation {
	to := at(fmt.Sprintf("%s:%d", server, port.From))
	if port.Protocol == arch.UDP {
		return UDP(from(client), to)
	}
	return TCP(from(client), to)
}

// covered reports whether an inspected flow is between addresses of the two, with the port: rules name blocks, which tiers share.
func covered(p *plan.Plan, client, server end, port arch.Ports) bool {
	for _, f := range p.Model.Flows {
		if f.Path.Kind != arch.Inspected || !holds(p, f.From, client.address) || !holds(p, f.To, server.address) {
			continue
		}
		for _, q := range f.Ports {
			if q.Contains(port) {
				return true
			}
		}
	}
	return false
}

func holds(p *plan.Plan, peer arch.Peer, address string) bool {
	a := netip.MustParseAddr(address)
	switch peer.Kind {
	case arch.Internet, arch.PrefixList: // Stated as a widening.
		return true
	case arch.CIDR:
		return netip.MustParsePrefix(peer.Text).Contains(a)
	}
	for _, s := range p.Subnets[peer.Text] {
		if s.Prefix.Contains(a) {
			return true
		}
	}
	return false
}
