package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// spellACL lists the entries of the ACL with that key, without those for path MTU: "in tcp/443 10.0.16.0/20".
func spellACL(t *testing.T, p *Plan, key string) []string {
	t.Helper()
	at := slices.IndexFunc(p.NetworkACLs, func(a NetworkACL) bool { return a.Key == key })
	require.GreaterOrEqual(t, at, 0, "there is no network ACL %s", key)
	var out []string
	for _, e := range p.NetworkACLs[at].Entries() {
		if !slices.Contains(PathMTUEntries(p.Model), e.EntryKey) {
			out = append(out, spellEntry(e.EntryKey))
		}
	}
	slices.Sort(out)
	return out
}

func spellEntry(k EntryKey) string {
	return fmt.Sprintf("%s %s %s", k.Direction.Word(), k.Ports, k.Block)
}

func TestEntries(t *testing.T) {
	t.Parallel()
	edge, web, app := peer(arch.Edge, "Edge"), peer(arch.Web, "Web"), peer(arch.App, "App")
	other := peer(arch.Web, "Other")
	theirs, list := peer(arch.Web, "Theirs"), arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 3}
	vpn := arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "Vpn.Block", Symbolic: true}}
	dual := func(a *arch.Architecture) { a.Network.IPv6 = true }
	ipam := func(a *arch.Architecture) {
		a.Network.Range, a.Network.Bits = arch.Operand{Text: "IPAM", Symbolic: true}, 16
	}
	exact := func(a *arch.Architecture) { a.Tiers[2].Subnets = []string{"10.0.200.0/24", "10.0.201.0/24"} }
	tests := map[string]struct {
		change func(*arch.Architecture)
		flow   arch.Flow
		want   string // of the web tier, which has block 2
	}{
		"as destination":  {flow: flow(edge, web, "https"), want: "in tcp/443 10.0.16.0/20|out tcp/1024-65535 10.0.16.0/20"},
		"as source":       {flow: flow(web, app, "tcp/8080"), want: "in tcp/1024-65535 10.0.48.0/20|out tcp/8080 10.0.48.0/20"},
		"udp":             {flow: flow(web, app, "udp/5000"), want: "in udp/1024-65535 10.0.48.0/20|out udp/5000 10.0.48.0/20"},
		"within the tier": {flow: flow(web, web, "tcp/7946"), want: "in tcp/1024-65535 10.0.32.0/20|out tcp/1024-65535 10.0.32.0/20"},
		"within, a low port": {
			flow: flow(web, web, "tcp/111"),
			want: "in tcp/1024-65535 10.0.32.0/20|in tcp/111 10.0.32.0/20|out tcp/1024-65535 " +
				"10.0.32.0/20|out tcp/111 10.0.32.0/20",
		},
		"ping":       {flow: flow(web, app, "ping"), want: "in icmp/0/0 10.0.48.0/20|out icmp/8 10.0.48.0/20"},
		"other ICMP": {flow: flow(web, app, "icmp/11"), want: "out icmp/11 10.0.48.0/20"},
		"timestamp":  {flow: flow(web, app, "icmp/13"), want: "in icmp/14/0 10.0.48.0/20|out icmp/13 10.0.48.0/20"},
		"all ICMP": {
			flow: flow(web, app, "icmp"),
			want: "in icmp/0/0 10.0.48.0/20|in icmp/14/0 10.0.48.0/20|in icmp/16/0 10.0.48.0/20|in icmp/18/0 10.0.48.0/20|out icmp 10.0.48.0/20",
		},
		"all traffic": {flow: flow(web, blockPeer("192.168.0.0/16"), "all"), want: "in all 192.168.0.0/16|out all 192.168.0.0/16"},
		"internet":    {flow: flow(web, internet, "https"), want: "in tcp/1024-65535 0.0.0.0/0|out tcp/443 0.0.0.0/0"},
		"internet, dual-stack": {
			change: dual,
			flow:   flow(web, internet, "https"),
			want:   "in tcp/1024-65535 0.0.0.0/0|in tcp/1024-65535 ::/0|out tcp/443 0.0.0.0/0|out tcp/443 ::/0",
		},
		"block": {flow: flow(web, blockPeer("203.0.113.0/24"), "https"), want: "in tcp/1024-65535 203.0.113.0/24|out tcp/443 203.0.113.0/24"},
		"block, dual-stack": {
			change: dual,
			flow:   flow(web, blockPeer("2001:db8::/32"), "https"),
			want:   "in tcp/1024-65535 2001:db8::/32|out tcp/443 2001:db8::/32",
		},
		"symbolic block": {flow: flow(web, vpn, "https"), want: "in tcp/1024-65535 Vpn.Block|out tcp/443 Vpn.Block"},
		"prefix list":    {flow: flow(web, list, "https"), want: "in tcp/1024-65535 0.0.0.0/0|out tcp/443 0.0.0.0/0"},
		"imported tier":  {flow: flow(web, theirs, "https"), want: "in tcp/1024-65535 0.0.0.0/0|out tcp/443 0.0.0.0/0"},
		"tier, dual-stack": {
			change: dual,
			flow:   flow(web, app, "https"),
			want:   "in tcp/1024-65535 /62 number 12|in tcp/1024-65535 10.0.48.0/20|out tcp/443 /62 number 12|out tcp/443 10.0.48.0/20",
		},
		"ping, dual-stack": {
			change: dual,
			flow:   flow(web, app, "ping"),
			want:   "in icmp/0/0 10.0.48.0/20|in icmpv6/129/0 /62 number 12|out icmp/8 10.0.48.0/20|out icmpv6/128 /62 number 12",
		},
		"IPAM": {change: ipam, flow: flow(web, app, "https"), want: "in tcp/1024-65535 /20 number 3|out tcp/443 /20 number 3"},
		"exact subnets": {
			change: exact,
			flow:   flow(web, app, "https"),
			want:   "in tcp/1024-65535 10.0.200.0/24|in tcp/1024-65535 10.0.201.0/24|out tcp/443 10.0.200.0/24|out tcp/443 10.0.201.0/24",
		},
		"another tier's": {flow: flow(edge, other, "https")},
		"several ports": {
			flow: flow(edge, web, "tcp/80,tcp/443"),
			want: "in tcp/443 10.0.16.0/20|in tcp/80 10.0.16.0/20|out tcp/1024-65535 10.0.16.0/20",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{Network: network(), Flows: []arch.Flow{test.flow}, Tiers: []arch.Tier{
				{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Other", Kind: arch.Web, Block: 9},
				{ID: "Theirs", Kind: arch.Web, Imported: &arch.Imported{Group: arch.Operand{Text: "sg-12345678"}, Egress: arch.EgressRestricted}},
			}}
			if test.change != nil {
				test.change(&a)
			}
			assert.Equal(t, test.want, strings.Join(spellACL(t, make1(t, a), "Block2"), "|"))
		})
	}
}

func TestPathMTU(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "Web", Kind: arch.Web},
		{ID: "Same", Kind: arch.Web, SharesWith: "Web"}, {ID: "App", Kind: arch.App}}}
	web, same, app := peer(arch.Web, "Web"), peer(arch.Web, "Same"), peer(arch.App, "App")
	entries := func(flows ...arch.Flow) string {
		a.Flows = flows
		var out []string
		for _, e := range make1(t, a).NetworkACLs[0].Entries() {
			if e.Ports.Protocol == arch.ICMP || e.Ports.Protocol == arch.ICMPv6 {
				out = append(out, spellEntry(e.EntryKey))
			}
		}
		slices.Sort(out)
		return strings.Join(out, "|")
	}
	assert.Empty(t, entries())
	assert.Empty(t, entries(flow(web, web, "https"), flow(web, same, "https")), "no router but the subnet's own")
	assert.Equal(t, "in icmp/3/4 0.0.0.0/0|out icmp/3/4 0.0.0.0/0", entries(flow(same, app, "https")))
	assert.Equal(t, "in icmp/3/4 0.0.0.0/0|out icmp/3/4 0.0.0.0/0", entries(flow(same, app, "https"), flow(web, web, "https")),
		"of one tenant only")
	a.Network.IPv6 = true
	assert.Equal(t, "in icmp/3/4 0.0.0.0/0|in icmpv6/2 ::/0|out icmp/3/4 0.0.0.0/0|out icmpv6/2 ::/0", entries(flow(web, app, "https")))
}

func TestNetworkACLsOfSubnets(t *testing.T) {
	t.Parallel()
	base := arch.Architecture{Network: network(), Tiers: []arch.Tier{
		{ID: "Web", Kind: arch.Web}, {ID: "Same", Kind: arch.Web, SharesWith: "Web"}, {ID: "App", Kind: arch.App},
	}, Flows: []arch.Flow{flow(peer(arch.Web, "Web"), internet, "https")}}
	tests := map[string]struct {
		change func(*arch.Architecture)
		want   string
	}{
		"by block": {func(*arch.Architecture) {}, "Block2[Same Web]: Block2Slot0 Block2Slot1; Block3[App]: Block3Slot0 Block3Slot1"},
		"off":      {func(a *arch.Architecture) { a.Network.NetworkACLs = arch.NetworkACLsOff }, ""},
		"wrapped":  {func(a *arch.Architecture) { a.Network = arch.Network{Wrapped: true}; a.Tiers = a.Tiers[:1] }, ""},
		"renamed": {func(a *arch.Architecture) { a.Tiers[2].ID = "Backend" },
			"Block2[Same Web]: Block2Slot0 Block2Slot1; Block3[Backend]: Block3Slot0 Block3Slot1"},
		"of a block": {func(a *arch.Architecture) { a.Tiers[2].Subnets = []string{"10.0.48.0/22", "10.0.52.0/22"} },
			"Block2[Same Web]: Block2Slot0 Block2Slot1; Block3[App]: Block3Slot0 Block3Slot1"},
		"exact": {func(a *arch.Architecture) { a.Tiers[2].Subnets = []string{"10.0.48.0/24", "10.0.49.0/24"} },
			"Block2[Same Web]: Block2Slot0 Block2Slot1; Exact10-0-48-0-24[App]: Exact10-0-48-0-24; Exact10-0-49-0-24[App]: Exact10-0-49-0-24"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := base
			a.Tiers, a.Flows = slices.Clone(a.Tiers), slices.Clone(a.Flows)
			test.change(&a)
			var out []string
			for _, acl := range make1(t, a).NetworkACLs {
				var keys []string
				for _, s := range acl.Subnets {
					keys = append(keys, s.Key)
				}
				out = append(out, fmt.Sprintf("%s%s: %s", acl.Key, acl.Tiers, strings.Join(keys, " ")))
			}
			assert.Equal(t, test.want, strings.Join(out, "; "))
		})
	}
}

func TestWideningsOfNetworkACLs(t *testing.T) {
	t.Parallel()
	web, app := peer(arch.Web, "Web"), peer(arch.App, "App")
	same, list := peer(arch.Web, "Same"), arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 3}
	shares := " and a subnet has one network ACL; the security groups still stop it"
	tests := map[string]struct {
		flow arch.Flow
		want []string
	}{
		"none":   {flow(web, app, "https"), nil},
		"shared": {flow(same, app, "https"), []string{"Web: what Same may (it shares subnets with Same," + shares + ")"}},
		"within": {flow(same, same, "https"), []string{"Web: what Same may (it shares subnets with Same," + shares + ")"}},
		"of the block": {flow(web, same, "https"), []string{"Same: what Web may (it shares subnets with Web," + shares + ")",
			"Web: what Same may (it shares subnets with Same," + shares + ")"}},
		"prefix list": {flow(app, list, "https"), []string{
			"App: tcp/443 to any address, and replies (a network ACL can name address blocks only, not prefix list pl-12345678; the security " +
				"groups still tell them apart)"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{Network: network(), Flows: []arch.Flow{test.flow}, Tiers: []arch.Tier{
				{ID: "Web", Kind: arch.Web}, {ID: "Same", Kind: arch.Web, SharesWith: "Web"}, {ID: "App", Kind: arch.App},
			}}
			if name == "none" {
				a.Tiers = slices.Delete(a.Tiers, 1, 2)
			}
			assert.Equal(t, test.want, aclWidenings(make1(t, a)))
		})
	}
}

// aclWidenings lists what the network ACLs let through beyond the flows: "App: what Worker may (why)".
func aclWidenings(p *Plan) []string {
	var out []string
	for _, w := range p.Widenings {
		if w.Control == aclControl {
			out = append(out, fmt.Sprintf("%s: %s (%s)", strings.TrimPrefix(w.Path, "tiers."), w.Carries, w.Reason))
		}
	}
	return out
}

// crowded is an app tier that many web tiers call, each on a port of its own, and that calls many blocks outside.
func crowded(inside, outside, budget int) arch.Architecture {
	a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "App", Kind: arch.App}}}
	a.Network.EntriesPerNetworkACL, a.Network.Blocks, a.Network.Layout = budget, 64, arch.NestedStacks
	for i := range inside {
		id := fmt.Sprintf("Web%02d", i)
		a.Tiers = append(a.Tiers, arch.Tier{ID: id, Kind: arch.Web, Block: 10 + i})
		a.Flows = append(a.Flows, flow(peer(arch.Web, id), peer(arch.App, "App"), fmt.Sprintf("tcp/%d", 100+2*i)))
	}
	for i := range outside {
		a.Flows = append(a.Flows, flow(peer(arch.App, "App"), blockPeer(fmt.Sprintf("192.168.%d.0/24", i)), fmt.Sprintf("udp/%d", 100+2*(i%2))))
	}
	return a
}

func TestBudget(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a        arch.Architecture
		in, out  int
		widening []string // the start of each
		fails    bool
	}{
		"fits":                 {a: crowded(18, 0, 0), in: 19, out: 19},
		"a raised quota":       {a: crowded(30, 0, 39), in: 31, out: 31},
		"replies to one range": {a: crowded(19, 0, 30), in: 20, out: 20},
		"all inside": {
			a:        crowded(19, 0, 0),
			in:       2,
			out:      2,
			widening: []string{"in: the whole network (10.0.0.0/16)", "in: all ports", "out: the whole network (10.0.0.0/16)"},
		},
		"outside": {a: crowded(1, 20, 0), in: 3, out: 4, widening: []string{"in: any address", "out: any address"}},
		"inside and outside": {
			a:        crowded(18, 18, 0),
			in:       3,
			out:      4,
			widening: []string{"in: the whole network", "in: all ports", "in: any address", "out: the whole network", "out: any address"},
		},
		"outside replies": {a: crowded(0, 19, 0), in: 2, out: 3, widening: []string{"in: any address", "out: any address"}},
		"too many":        {a: crowded(1, 20, 2), fails: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, diags := makeBoth(t, test.a)
			if test.fails {
				require.Nil(t, p)
				assert.Equal(t, []diag.Severity{diag.Error, diag.Error}, []diag.Severity{diags[0].Severity, diags[1].Severity})
				assert.Contains(t, diags.String(), "error: Test/Network tiers.App: the network ACL has more entries than one may hold")
				assert.Equal(t, "acl-quota", diags[0].Rule)
				assert.Contains(t, diags.String(), "App needs 22 entries in, and 3 even with any address and all ports of the network; allowed are 2")
				return
			}
			require.NotNil(t, p, diags.String())
			at := slices.IndexFunc(p.NetworkACLs, func(a NetworkACL) bool { return slices.Equal(a.Tiers, []string{"App"}) })
			acl := p.NetworkACLs[at]
			assert.Equal(t, []int{test.in, test.out}, []int{len(acl.In), len(acl.Out)}, "%v", acl.Entries())
			got := slices.DeleteFunc(aclWidenings(p), func(w string) bool { return !strings.HasPrefix(w, "App: ") })
			require.Len(t, got, len(test.widening), "%q", got)
			for i, want := range test.widening {
				assert.True(t, strings.HasPrefix(got[i], "App: "+want), "%s: want %s", got[i], want)
			}
		})
	}
}

func TestACLKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"Block2Slot0": "Block2", "Block12Slot3": "Block12", "Exact10-0-48-0-24": "Exact10-0-48-0-24",
		"NATSlot0": "NATSlot0"} {
		assert.Equal(t, want, ACLKey(key))
	}
}
