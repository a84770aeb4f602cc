package cdkname_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/gen/cdkname"
)

// TestLogicalID compares with ids in snapshots of the examples, which the CDK made, and with its rules about one component, long paths and
// repeated components.
func TestLogicalID(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"Network/Vpc/Resource":                   "NetworkVpc7FB7348F",
		"Network/App/SecurityGroup/Resource":     "NetworkAppSecurityGroup173C6995",
		"Network/Subnets/Block15Slot0/Subnet":    "NetworkSubnetsBlock15Slot0SubnetD14BBB5E",
		"Network/NetworkACLs/Block15":            "NetworkNetworkACLsBlock151198F968",
		"Network/NetworkACLs/Block15/In-21476":   "NetworkNetworkACLsBlock15In21476CF581F07",
		"Network/Firewall/Policy/Resource":       "NetworkFirewallPolicyF32AEE9A",
		"Network/Firewall/Admin/Resource":        "NetworkFirewallAdmin8F07646C",
		"Network/Firewall/AlertLogs/Resource":    "NetworkFirewallAlertLogs86584E75",
		"Network/InternetGateway":                "NetworkInternetGatewayD8FF3F66",
		"Network/LoadBalancer/WebACL/Resource":   "NetworkLoadBalancerWebACL4FB596D8",
		"TierwallLogAccess/Resource":             "TierwallLogAccessD794A745",
		"Network/Subnets/Block1Slot0/NetworkAcl": cdkname.LogicalID("Network", "Default", "Subnets", "Block1Slot0", "NetworkAcl"),
		"Transit-Gateway":                        "TransitGateway",
		"Default/Only-One":                       "OnlyOne",
	} {
		assert.Equal(t, want, cdkname.LogicalID(strings.Split(path, "/")...), path)
	}
	long := cdkname.LogicalID(strings.Repeat("a", 200), strings.Repeat("b", 200))
	assert.Len(t, long, 248)
	assert.Len(t, cdkname.LogicalID(strings.Repeat("a", 255)), 255)
	assert.Len(t, cdkname.LogicalID(strings.Repeat("a", 256)), 248)
	assert.Regexp(t, `^MyWebTier[0-9A-F]{8}$`, cdkname.LogicalID("MyWeb", "Web", "Tier"), "Web ends MyWeb")
	assert.NotEqual(t, cdkname.LogicalID("A", "Resource"), cdkname.LogicalID("A", "B"))
}

// TestResourceName compares with names in snapshots of the examples.
func TestResourceName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"Test/Network/Firewall":                             "Test-Network-Firewall-DA74D7A4",
		"Test/Network/Firewall/Policy":                      "Test-Network-Firewall-Policy-51E4A230",
		"Test/Network/Firewall/Admin":                       "Test-Network-Firewall-Admin-F7CAD618",
		"Test/TierwallLogAccess":                            "Test-TierwallLogAccess-F9CEE9AB",
		"Test/Network/LoadBalancer/WebACL":                  "Test-Network-LoadBalancer-WebACL-77D62E97",
		"Test/Network/LoadBalancer/WebACL/AdminSourcesIPv4": "Test-Network-LoadBalancer-WebACL-AdminSourcesIPv4-D8A2AE55",
		"Only-One": "OnlyOne",
	} {
		assert.Equal(t, want, cdkname.ResourceName(strings.Split(path, "/")...), path)
	}
	long := cdkname.ResourceName(strings.Repeat("a", 200), strings.Repeat("b", 200))
	assert.Regexp(t, `^a{56}b{55}-[0-9A-F]{8}$`, long)
}
