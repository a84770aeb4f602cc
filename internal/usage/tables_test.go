package usage

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTables: the tables say of addresses and flows what the areas and the matcher say.
func TestTables(t *testing.T) {
	t.Parallel()
	n := &Network{
		Model: shop(t), IPv6: netip.MustParsePrefix("2001:db8:1:100::/56"),
		Subnets: []Subnet{{netip.MustParsePrefix("10.0.200.0/24"), []string{"Db", "Web"}}},
	}
	listed := *n
	listed.Interfaces = []Interface{{ID: "eni-1", Addresses: []netip.Addr{netip.MustParseAddr("10.0.48.9")}, Tiers: []string{"Batch"}}}
	tables := n.Tables()
	assert.Equal(t, tables, listed.Tables(), "a list of interfaces makes no difference")
	a := n.areas()
	m := newMatcher(n.Model, a)
	r := rand.New(rand.NewPCG(1, 2))
	for i, of := range tables.Ranges {
		for _, addr := range []netip.Addr{of.From, of.To, address4(r.Uint32()), address4(10<<24 | r.Uint32N(1<<16))} {
			at := slices.IndexFunc(tables.Ranges, func(o AddressRange) bool {
				return o.From.BitLen() == addr.BitLen() && addr.Compare(o.From) >= 0 && addr.Compare(o.To) <= 0
			})
			require.GreaterOrEqual(t, at, 0, addr)
			require.Equal(t, int(a.of(addr, 0)), tables.Ranges[at].Area, addr)
		}
		if next := of.To.Next(); next.IsValid() {
			require.Equal(t, next, tables.Ranges[i+1].From, "no address is left out")
			require.NotEqual(t, of.Area, tables.Ranges[i+1].Area)
		}
	}
	for i, f := range n.Model.Flows {
		for from := range a.all {
			for to := range a.all {
				explains := slices.Contains(tables.Ends[i].From, from) && slices.Contains(tables.Ends[i].To, to)
				require.Equal(t, m.explains(f, a.all[from], a.all[to]), explains, "%s from %d to %d", f.SubjectString(), from, to)
			}
		}
	}
	for i, of := range a.all {
		require.Equal(t, of.name, tables.Areas[i].Name)
		for tier, number := range tables.Areas[i].Narrow {
			require.Equal(t, int(a.narrow(areaNumber(i), tier)), number)
		}
	}
}
