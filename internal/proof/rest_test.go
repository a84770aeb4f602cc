package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// around are flows with the network of a company, 10.0.0.0/8. The VPC has a part of this block.
func around(a arch.Architecture) arch.Architecture {
	company := arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "10.0.0.0/8"}}
	by := arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{Kind: arch.TransitGateway,
		Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}}
	a.Flows = append(a.Flows[:4:4],
		arch.Flow{From: arch.TierPeer(arch.App, "App"), To: company, Service: "tcp/8443", Path: by},
		arch.Flow{From: company, To: arch.TierPeer(arch.Edge, "Edge"), Service: "tcp/8443", Path: by})
	return a
}

// TestBlockAroundTheNetwork: a block that contains the VPC means the part outside the VPC. Flows with the company do not allow traffic
// between tiers.
func TestBlockAroundTheNetwork(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]arch.Architecture{"groups": around(shop()), "network ACLs": around(filtered()),
		"firewall": around(inspected())} {
		template, declared := planned(t, a)
		assert.Empty(t, ids(t, template, declared), name)
	}

	template, declared := planned(t, around(shop()))
	whole := func(r map[string]object) {
		for group, side := range map[string]string{"App": "SecurityGroupEgress", "Edge": "SecurityGroupIngress"} {
			p := r[group+"SecurityGroupResource"]["Properties"].(object)
			p[side] = append(p[side].([]any), object{"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "CidrIp": "10.0.0.0/8"})
		}
	}
	assert.Contains(t, ids(t, changed(t, template, whole), declared), "excess[Shop/Network:App->Edge:tcp/8443]")
}

// TestRangeOfDeploymentBesideGateway: if the range is known only at deployment, the proof assumes that its addresses stay in the network.
func TestRangeOfDeploymentBesideGateway(t *testing.T) {
	t.Parallel()
	a := around(inspected())
	a.Network.Range, a.Network.Bits = arch.Operand{Text: "IPAM", Symbolic: true}, 16
	a.Flows[3].Path.Kind = arch.Inspected
	template, declared := planned(t, a)
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	assert.Empty(t, report.Findings)
	assert.Contains(t, report.Assumptions, "Shop/Network: addresses of 10.0.0.0/8 inside the range of the network, which is set at "+
		"deployment, stay in the network: AWS has no route from a VPC's own addresses to transit gateway tgw-0123456789abcdef0")
}
