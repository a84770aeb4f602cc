package proof_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestFailuresByWay: the failure of a NAT gateway stops only the traffic that goes there, not the traffic through a gateway endpoint or a
// transit gateway.
func TestFailuresByWay(t *testing.T) {
	t.Parallel()
	a := granting()
	app, by := arch.TierPeer(arch.App, "App"), arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{Kind: arch.TransitGateway,
		Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}}
	block := func(text string) arch.Peer { return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: text}} }
	a.Flows = []arch.Flow{
		{From: app, To: arch.Peer{Kind: arch.Internet}, Service: "https"},
		{From: app, To: block("203.0.113.0/24"), Service: "tcp/8443"},
		{From: arch.TierPeer(arch.App, "Worker"), To: block("192.168.0.0/16"), Service: "tcp/9443", Path: by},
		{From: app, To: arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-0123456789abcdef0"}, Entries: 2}, Service: "tcp/7443"},
	}
	report := prove(t, a, func(object) {})
	require.Empty(t, report.Findings)
	dies := map[string]string{}
	for _, f := range report.Failures {
		dies[f.Part] = strings.Join(f.Stops, "\n")
	}
	require.Contains(t, dies, "NAT gateway Test/NATSlot0Gateway")
	assert.Equal(t, strings.Join([]string{
		"App->the internet:tcp/443 in zone eu-west-1a", "App->203.0.113.0/24:tcp/8443 in zone eu-west-1a",
		"App->pl-0123456789abcdef0:tcp/7443 in zone eu-west-1a",
	}, "\n"), dies["NAT gateway Test/NATSlot0Gateway"], "neither the transit gateway's nor Amazon S3, which has a gateway endpoint")
	assert.Empty(t, dies["zone eu-west-1b"], "what is in another zone has a NAT gateway of its own")
}
