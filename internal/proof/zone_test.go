package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestZones: tiers and endpoints have subnets in all declared zones, and a NAT gateway per zone serves its own zone.
func TestZones(t *testing.T) {
	t.Parallel()
	perZone := shop()
	perZone.Network.NAT = arch.NATPerZone
	fewer := granting()
	fewer.Network.Endpoints.Zones = map[string][]string{"sqs": {"eu-west-1a"}}
	inA := func(r map[string]object) {
		p := r[sqsEndpoint]["Properties"].(object)
		p["SubnetIds"] = p["SubnetIds"].([]any)[:1]
	}
	for name, c := range map[string]struct {
		declared arch.Architecture
		change   func(map[string]object)
		want     string
	}{
		"as planned": {perZone, func(map[string]object) {}, ""},
		"a NAT gateway of another": {perZone, func(r map[string]object) {
			r["SubnetsBlock3Slot0DefaultRoute"]["Properties"].(object)["NatGatewayId"] = ref("NATSlot1Gateway")
		}, "weakened[Shop/Network:Test/SubnetsBlock3Slot0Subnet->Test/NATSlot1Gateway:zones]"},
		"a NAT gateway in another": {perZone, func(r map[string]object) {
			r["NATSlot0Gateway"]["Properties"].(object)["SubnetId"] = ref("SubnetsNATSlot1Subnet")
		}, "weakened[Shop/Network:Test/SubnetsBlock3Slot0Subnet->Test/NATSlot0Gateway:zones]"},
		"a single one, as declared": {shop(), func(map[string]object) {}, ""},
		"a subnet in another zone": {shop(), func(r map[string]object) {
			r["SubnetsBlock4Slot1Subnet"]["Properties"].(object)["AvailabilityZone"] = "eu-west-1a"
		}, "weakened[Shop/Network:Data->Data:zones]"},
		"an endpoint in one zone":     {granting(), inA, "weakened[Test/Network:Endpoint-sqs->the endpoint of Endpoint-sqs:zones]"},
		"a service in one zone alone": {fewer, func(map[string]object) {}, ""},
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
