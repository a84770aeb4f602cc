package export

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/proof"
)

// sentences returns what a document cannot say.
func sentences(t *testing.T, n proof.Network) (*document.Document, []string) {
	t.Helper()
	d, lost, err := From(n)
	require.NoError(t, err)
	var out []string
	for _, l := range lost {
		out = append(out, l.String())
	}
	return d, out
}

// TestExistingVPC: an existing VPC comes back with its subnets. What only the deployment knows is asked for.
func TestExistingVPC(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{
		Network: arch.Network{Path: "Orders/Network", Wrapped: true, StackRegion: "eu-central-1"},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Jobs", Kind: arch.App}},
	}
	calls := `{"VPC": {"ID": "vpc-0a1b2c3d4e5f60718", "CIDR": "10.42.0.0/16", "Subnets": [{"Name": "App-subnets", "Subnets": [
		{"Zone": "eu-central-1a", "ID": "subnet-0aaaaaaaaaaaaaaa1"}]}]}, "Subnets": {"App": "App-subnets", "Jobs": "App-subnets"}}`
	d, lost := sentences(t, proof.Network{Architecture: a, Calls: json.RawMessage(calls)})
	assert.Empty(t, lost)
	read, problems := document.Parse("architecture.yaml", d.Write())
	require.Empty(t, problems.Error())
	e := read.Environments[0]
	e.Name = "" // The network has no stage.
	assert.Equal(t, said(t, a), said(t, e.Document.Architecture(e)))
	assert.Equal(t, document.Texts{"App-subnets"}, e.Document.Tiers[1].Subnets)

	_, lost = sentences(t, proof.Network{Architecture: a, Calls: json.RawMessage(`{"VPC": {"ID": "${Base/Vpc.Ref}"}}`)})
	assert.Equal(t, []string{
		"the id of the existing VPC is known only at deployment; state it in network.vpc.id",
		"the range of the existing VPC is not known to the app; state it in network.vpc.cidr",
	}, lost)
}

// TestGateways: blocks behind gateways and prefix lists get names, and symbols are lost with a message.
func TestGateways(t *testing.T) {
	t.Parallel()
	via := func(id string, symbolic bool) arch.Path {
		gateway := arch.Gateway{Kind: arch.TransitGateway, Operand: arch.Operand{Text: id, Symbolic: symbolic}}
		return arch.Path{Kind: arch.ThroughGateway, Via: gateway}
	}
	app, block := arch.TierPeer(arch.App, "App"), arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "10.8.0.0/16"}}
	a := arch.Architecture{
		Network: arch.Network{
			Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}, StackRegion: "eu-west-1",
		},
		Tiers: []arch.Tier{{ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{
			{From: app, To: block, Service: "https", Path: via("tgw-0123456789abcdef0", false)},
			{From: app, To: block, Service: "https", Path: via("tgw-00000000000000001", false)},
			{From: app, To: arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 3}, Service: "https"},
		},
	}
	d, lost := sentences(t, proof.Network{Architecture: a})
	assert.Empty(t, lost)
	read, problems := document.Parse("architecture.yaml", d.Write())
	require.Empty(t, problems.Error())
	e := read.Environments[0]
	e.Name = "" // The network has no stage.
	assert.Equal(t, said(t, a), said(t, e.Document.Architecture(e)))

	a.Flows = []arch.Flow{
		{From: app, To: block, Service: "https", Path: via("Base/Gateway.Ref", true)},
		{From: app, To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "Base/Vpc.CidrBlock", Symbolic: true}}, Service: "https"},
	}
	d, lost = sentences(t, proof.Network{Architecture: a})
	assert.Empty(t, d.Flows)
	require.Len(t, lost, 2)
	assert.Contains(t, lost[0], "known only at deployment (Base/Gateway.Ref)")
	assert.Contains(t, lost[1], "known only at deployment (Base/Vpc.CidrBlock)")
}

// TestMerge: networks of several stages become environments of one document, if they differ in values only.
func TestMerge(t *testing.T) {
	t.Parallel()
	stage := func(name, cidr string, nat arch.NAT, reason string) *document.Document {
		d, _ := sentences(t, proof.Network{Architecture: arch.Architecture{
			Network: arch.Network{Path: name + "/Shop/Network", Range: arch.Operand{Text: cidr}, Zones: []string{"eu-west-1a"}, NAT: nat},
			Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}},
			Flows:   []arch.Flow{{From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.Internet}, Service: "https", Reason: reason}},
		}})
		return d
	}
	merged, ok := Merge([]*document.Document{
		stage("Live", "10.0.0.0/16", arch.NATPerZone, "r"), stage("Test", "10.1.0.0/16", arch.NATSingle, "r"),
	})
	require.True(t, ok)
	assert.Contains(t, string(merged.Write()), "Live: {region: eu-west-1}")
	read, problems := document.Parse("architecture.yaml", merged.Write())
	require.Empty(t, problems.Error())
	test := read.Environments[1]
	assert.Equal(t, "Test", test.Name)
	assert.Equal(t, "10.1.0.0/16", test.Document.Network.CIDR)
	assert.Equal(t, arch.NATSingle, test.Document.Architecture(test).Network.NAT)
	assert.Equal(t, arch.NATPerZone, read.Environments[0].Document.Architecture(read.Environments[0]).Network.NAT)

	for name, other := range map[string]*document.Document{
		"another flow":  stage("Test", "10.1.0.0/16", arch.NATPerZone, "another"),
		"the same name": stage("Live", "10.1.0.0/16", arch.NATPerZone, "r"),
	} {
		first := stage("Live", "10.0.0.0/16", arch.NATSingle, "r")
		_, ok := Merge([]*document.Document{first, other})
		assert.False(t, ok, name)
	}
}
