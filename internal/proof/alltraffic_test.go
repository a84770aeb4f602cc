package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// everything declares all traffic to the internet, to a network behind a gateway, and from one tier to another as an exception.
func everything(a arch.Architecture) arch.Architecture {
	by := arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{Kind: arch.TransitGateway,
		Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}}
	a.Flows[4].Service = "all"
	a.Flows = append(a.Flows,
		arch.Flow{From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "192.168.0.0/16"}},
			Service: "all", Path: by},
		arch.Flow{From: arch.TierPeer(arch.Web, "Web"), To: arch.TierPeer(arch.Data, "Data"), Service: "all", Exception: true, Reason: "move",
			Owner: "web",
			Path:  a.Flows[3].Path})
	return a
}

func TestAllTrafficIsExact(t *testing.T) {
	t.Parallel()
	dual := func(a arch.Architecture) arch.Architecture {
		a.Network.IPv6 = true
		return a
	}
	egress := func() arch.Architecture {
		a := shop()
		a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.EastWestPath}
		for i := 1; i < len(a.Flows); i++ {
			a.Flows[i].Path.Kind = arch.Inspected
		}
		return a
	}
	granted := granting() // Amazon S3 has its gateway endpoint, whose list is in every address, and so in one of two halves.
	granted.Flows = []arch.Flow{
		{From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.Internet}, Service: "all"},
		{From: arch.TierPeer(arch.App, "Worker"), To: arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-0123456789abcdef0"},
			Entries: 2}, Service: "all"},
	}
	template, declared := planned(t, granted)
	assert.Empty(t, ids(t, template, declared), "a gateway endpoint, and a list that network ACLs do not name")
	for name, a := range map[string]arch.Architecture{
		"groups": shop(), "network ACLs": filtered(), "dual-stack": dual(shop()), "dual-stack with network ACLs": dual(filtered()),
		"firewall": egress(),
	} {
		template, declared := planned(t, everything(a))
		assert.Empty(t, ids(t, template, declared), name)
	}
}
