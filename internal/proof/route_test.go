package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestDeclaredRoutes: routes lead to the declared gateway, and the subnets of private tiers do not lead to the internet gateway.
func TestDeclaredRoutes(t *testing.T) {
	t.Parallel()
	company := arch.Gateway{Kind: arch.TransitGateway, Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}
	a := shop()
	a.Network.Zones = a.Network.Zones[:1]
	a.Flows = append(a.Flows, arch.Flow{
		From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "172.16.0.0/16"}}, Service: "https",
		Path: arch.Path{Kind: arch.ThroughGateway, Via: company},
	})
	far := a
	far.Network.DefaultRoute = &company
	const toCompany, byDefault = "SubnetsBlock3Slot0To172160016", "SubnetsBlock3Slot0DefaultRoute"
	retarget := func(id, key string, value any) func(map[string]object) {
		return func(r map[string]object) {
			p := r[id]["Properties"].(object)
			for _, target := range []string{"TransitGatewayId", "NatGatewayId"} {
				delete(p, target)
			}
			p[key] = value
		}
	}
	const way = ":wayfromTest/SubnetsBlock3Slot0Subnet]"
	for name, c := range map[string]struct {
		declared arch.Architecture
		change   func(map[string]object)
		want     string
	}{
		"as planned":              {a, func(map[string]object) {}, ""},
		"as planned, by default":  {far, func(map[string]object) {}, ""},
		"no route to the company": {a, func(r map[string]object) { delete(r, toCompany) }, "weakened[Shop/Network:App->172.16.0.0/16" + way},
		"another gateway": {a, retarget(toCompany, "TransitGatewayId", "tgw-0aaaaaaaaaaaaaaaa"),
			"weakened[Shop/Network:App->172.16.0.0/16" + way},
		"another default gateway": {far, retarget(byDefault, "TransitGatewayId", "tgw-0aaaaaaaaaaaaaaaa"),
			"weakened[Shop/Network:App->0.0.0.0/0" + way},
		"a default route of its own": {a, retarget(byDefault, "TransitGatewayId", "tgw-0123456789abcdef0"),
			"weakened[Shop/Network:App->0.0.0.0/0" + way},
		"to the internet gateway": {a, retarget(byDefault, "GatewayId", ref("InternetGateway")),
			"weakened[Shop/Network:App->Test/SubnetsBlock3Slot0Subnet:privatesubnet]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, declared := planned(t, c.declared)
			found := ids(t, changed(t, template, c.change), declared)
			if c.want == "" {
				require.Empty(t, found)
				return
			}
			assert.Contains(t, found, c.want)
		})
	}
}
