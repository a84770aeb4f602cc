package proof_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// inspected returns shop with a firewall between tiers, so that rules name the blocks of tiers.
func inspected() arch.Architecture {
	a := shop()
	a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath}
	return a
}

func ids(t *testing.T, template []byte, declared *proof.Declaration) []string {
	t.Helper()
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	var out []string
	for _, f := range report.Findings {
		out = append(out, f.ID())
	}
	return out
}

// TestAddressesAreNotThePlans: even if the plan gave every tier the addresses of the whole VPC, the proof uses the subnets of the tiers.
func TestAddressesAreNotThePlans(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]arch.Architecture{
		"a literal range": inspected(),
		"a range that IPAM gives": func() arch.Architecture {
			a := inspected()
			a.Network.Range, a.Network.Bits = arch.Operand{Text: "Range", Symbolic: true}, 16
			return a
		}(),
		"exact subnets": func() arch.Architecture {
			a := inspected()
			a.Tiers[0].Subnets = []string{"10.0.128.0/24", "10.0.130.0/24"}
			return a
		}(),
		"shared subnets": func() arch.Architecture {
			a := inspected()
			a.Tiers = append(a.Tiers, arch.Tier{ID: "More", Kind: arch.App, SharesWith: "App"})
			a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, "More"), To: arch.TierPeer(arch.Data, "Data"), Service: "tcp/5432"})
			return a
		}(),
	} {
		template, declared := planned(t, a)
		assert.Empty(t, ids(t, template, declared), name)
	}

	template, declared := planned(t, inspected())
	for _, block := range []string{"10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20", "10.0.64.0/20"} {
		template = bytes.ReplaceAll(template, []byte(`"CidrIp": "`+block+`"`), []byte(`"CidrIp": "10.0.0.0/16"`))
	}
	found := ids(t, template, declared)
	assert.Contains(t, found, "excess[Shop/Network:10.0.0.0-10.0.47.255, 10.0.64.0-10.0.255.255->Data:tcp/3306]")
	assert.Contains(t, found, "excess[Shop/Network:Web->10.0.0.0/20, 10.0.24.0-10.0.47.255, 10.0.64.0-10.0.255.255:tcp/9000]")
}

// TestBlocksOfSeveral: if the block of a tier also contains a subnet of another owner, rules may name only the subnets of the tier.
func TestBlocksOfSeveral(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, inspected())
	template = changed(t, template, put("Stranger", "AWS::EC2::Subnet", object{"VpcId": ref("VpcResource"), "CidrBlock": "10.0.60.0/22",
		"AvailabilityZone": "eu-west-1a"}))
	assert.Contains(t, ids(t, template, declared), "excess[Shop/Network:10.0.56.0/21->Data:tcp/3306]")
}

// TestPlacement: subnets have the declared addresses, and each belongs to one tier.
func TestPlacement(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Tiers[0].Block, a.Tiers[1].Subnets = 7, []string{"10.0.128.0/24", "10.0.130.0/24"}
	template, declared := planned(t, a)
	require.Empty(t, ids(t, template, declared))
	move := func(subnet, block string) func(map[string]object) {
		return func(r map[string]object) { r[subnet]["Properties"].(object)["CidrBlock"] = block }
	}
	for name, c := range map[string]struct {
		change func(map[string]object)
		id     string
	}{
		"in another block": {move("SubnetsBlock7Slot0Subnet", "10.0.192.0/22"),
			"weakened[Shop/Network:App->Test/SubnetsBlock7Slot0Subnet:addresses]"},
		"another exact subnet": {move("SubnetsExact100128024Subnet", "10.0.129.0/24"),
			"weakened[Shop/Network:Data->Test/SubnetsExact100128024Subnet:addresses]"},
		"the whole VPC": {move("SubnetsBlock7Slot0Subnet", "10.0.0.0/16"),
			"weakened[Shop/Network:App->Test/SubnetsBlock7Slot0Subnet:addresses]"},
		"overlapping without one": {move("SubnetsBlock2Slot0Subnet", "10.0.16.0/20"),
			"weakened[Shop/Network:Web->Test/SubnetsBlock2Slot0Subnet:addresses]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, ids(t, changed(t, template, c.change), declared), c.id)
		})
	}
	_, shared := planned(t, a)
	web := shared.Networks[0].Tiers["Web"]
	web.Subnets = shared.Networks[0].Tiers["Edge"].Subnets
	shared.Networks[0].Tiers["Web"] = web
	report, err := proof.Prove(read(t, template), shared)
	require.NoError(t, err)
	assert.Contains(t, report.Diagnostics().String(), "belongs to Edge and Web, and neither is declared to share the subnets of the other")
}

// TestAddressesElsewhere: if the subnets of a tier are not in the templates, its addresses are the declared ones, or unknown if none are
// declared.
func TestAddressesElsewhere(t *testing.T) {
	t.Parallel()
	for block, want := range map[int]string{3: "", 0: "unknown[Shop/Network:App->the network:alltraffic]"} {
		a := inspected()
		a.Tiers[0].Block = block
		template, declared := planned(t, a)
		app := declared.Networks[0].Tiers["App"]
		app.Subnets = nil
		declared.Networks[0].Tiers["App"] = app
		found := ids(t, template, declared)
		if want == "" {
			assert.NotContains(t, found, "unknown[Shop/Network:App->the network:alltraffic]")
			continue
		}
		assert.Contains(t, found, want)
	}
}

// TestOtherFieldsDoNotCount: the proof ignores the index of firewall rules, which only explains logs, and the ranges of old files.
func TestOtherFieldsDoNotCount(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, inspected())
	before := ids(t, template, declared)
	whole := proof.Value{Template: "Test.template.json", Expression: []byte(`"10.0.0.0/16"`)}
	for id, tier := range declared.Networks[0].Tiers {
		tier.Ranges = []proof.Value{whole}
		declared.Networks[0].Tiers[id] = tier
	}
	declared.Networks[0].FirewallRules = []proof.FirewallRule{{SID: 1, Group: "nowhere", Flows: declared.Networks[0].Architecture.Flows}}
	assert.Equal(t, before, ids(t, template, declared))
}
