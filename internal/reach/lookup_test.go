package reach

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestLookupInRangeOfDeployment: the order of the routes does not decide about a subnet in a range that only a deployment knows, and no
// gateway has addresses of the range.
func TestLookupInRangeOfDeployment(t *testing.T) {
	t.Parallel()
	part := func(text string) Block { return Block{Base: "V.CidrBlock", Prefix: netip.MustParsePrefix(text)} }
	literal := func(text string, kind TargetKind) Route {
		return Route{Block: Block{Prefix: netip.MustParsePrefix(text)}, Target: Target{Kind: kind, Name: text}}
	}
	vpc := &VPC{Name: "V", Blocks: []Block{part("0.0.0.0/16")}}
	subnet := &Subnet{Name: "B", VPC: vpc, Blocks: []Block{part("0.0.16.0/20")}}
	to := place{cell: Cell{Base: "V.CidrBlock", From: netip.MustParseAddr("0.0.16.0"), To: netip.MustParseAddr("0.0.31.255")}, subnet: subnet}
	inspected := Route{Block: part("0.0.16.0/20"), Target: Target{Kind: Middlebox, Name: "endpoint"}}
	for name, test := range map[string]struct {
		routes       []Route
		want, unsure string
	}{
		"a larger block by a gateway": {[]Route{inspected, literal("10.0.0.0/8", Attachment), literal("192.168.0.0/16", Attachment)},
			"endpoint", ""},
		"a smaller block by a gateway":        {[]Route{inspected, literal("10.1.7.0/24", Attachment)}, "endpoint", ""},
		"a smaller block by a gateway, alone": {[]Route{literal("10.1.7.0/24", Attachment)}, "local", ""},
		"a larger block elsewhere":            {[]Route{inspected, literal("10.0.0.0/8", NATGateway)}, "endpoint", ""},
		"a smaller block elsewhere": {[]Route{inspected, literal("10.1.7.0/24", Middlebox)}, "endpoint",
			"whether the route to 10.1.7.0/24 matches 0.0.16.0/20 of V.CidrBlock is only known at deployment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				table := Table{Routes: test.routes}
				got, unsure := table.lookup(to, vpc)
				assert.Equal(t, test.want, got.Target.Name)
				assert.Equal(t, test.unsure, unsure)
				test.routes = slices.Clone(test.routes)
				slices.Reverse(test.routes)
			}
		})
	}
}

// TestLookupOfImportedBlock: the route to a block that another stack exports is more specific than that to all addresses, and leads to no
// other block.
func TestLookupOfImportedBlock(t *testing.T) {
	t.Parallel()
	imported := func(base string) Block { return Block{Base: base, Prefix: netip.MustParsePrefix("0.0.0.0/0")} }
	everywhere := Route{Block: imported(""), Target: Target{Kind: NATGateway, Name: "nat"}}
	office := Route{Block: imported("Import(Office)"), Target: Target{Kind: Attachment, Name: "office"}}
	to := func(base string) place {
		return place{cell: Cell{Base: base, From: netip.MustParseAddr("0.0.0.0"), To: netip.MustParseAddr("255.255.255.255")}}
	}
	for _, routes := range [][]Route{{everywhere, office}, {office, everywhere}} {
		table := Table{Routes: routes}
		got, unsure := table.lookup(to("Import(Office)"), nil)
		assert.Equal(t, "office", got.Target.Name)
		assert.Empty(t, unsure)
		got, unsure = table.lookup(to("Import(Plant)"), nil)
		assert.Equal(t, "nat", got.Target.Name)
		assert.Contains(t, unsure, "whether the route to Import(Office) matches")
	}
}
