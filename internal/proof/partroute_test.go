package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPartsOfTheInternet: a route that leads a part of the internet to another network is a finding, whatever its size. A route to
// addresses of private networks is not, because no flow with the internet includes them.
func TestPartsOfTheInternet(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	for block, told := range map[string]bool{"0.0.0.0/1": true, "52.0.0.0/8": true, "198.51.100.7/32": true, "172.16.0.0/12": false} {
		data := changed(t, template, func(r map[string]object) {
			r["Part"] = object{"Type": "AWS::EC2::Route", "Properties": object{
				"RouteTableId": ref("SubnetsBlock3Slot0RouteTable"), "DestinationCidrBlock": block, "TransitGatewayId": "tgw-0123456789abcdef0",
			}}
		})
		found := ids(t, data, declared)
		want := "weakened[Shop/Network:App->" + block + ":wayfromTest/SubnetsBlock3Slot0Subnet]"
		if told {
			assert.Contains(t, found, want)
		} else {
			assert.NotContains(t, found, want)
		}
	}
}
