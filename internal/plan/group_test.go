package plan

import (
	"fmt"
	"slices"

	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

// spell lists all rules: "Web out tcp/8080 App", with scope and id if the rule is standalone.
func spell(p *Plan) []string {
	var out []string
	name := map[Direction]string{Ingress: "in", Egress: "out"}
	for _, g := range p.Groups {
		for _, r := range slices.Concat(g.Ingress, g.Egress) {
			out = append(out, fmt.Sprintf("%s %s %s %s", r.Group, name[r.Direction], r.Ports, r.Peer))
		}
	}
	for _, r := range p.Rules {
		out = append(out, fmt.Sprintf("%s %s %s %s at %s/%s", r.Group, name[r.Direction], r.Ports, r.Peer, r.Scope, r.ID))
	}
	slices.Sort(out)
	return out
}

func TestRules(t *testing.T) {
	t.Parallel()
	web, app, data := peer(arch.Web, "Web"), peer(arch.App, "App"), peer(arch.Data, "Data")
	imported := func(egress arch.Egress) arch.Tier {
		return arch.Tier{ID: "Zed", Kind: arch.App, Imported: &arch.Imported{Group: arch.Operand{Text: "sg-12345678"}, Egress: egress}}
	}
	zed := peer(arch.App, "Zed")
	inspected := func(mode arch.Mode) arch.Flow {
		f := flow(web, app, "tcp/8080")
		f.Path = arch.Path{Kind: arch.Inspected, Mode: mode}
		return f
	}
	tests := map[string]struct {
		change func(*arch.Architecture)
		flows  []arch.Flow
		want   []string
	}{
		"forwards, source later by id": {
			flows: []arch.Flow{flow(web, app, "tcp/8080")},
			want:  []string{"App in tcp/8080 Web at Web/App-Ingress-tcp-8080", "Web out tcp/8080 App"},
		},
		"forwards, destination later": {
			flows: []arch.Flow{flow(app, data, "mysql")},
			want:  []string{"App out tcp/3306 Data at Data/App-Egress-tcp-3306", "Data in tcp/3306 App"},
		},
		"within a tier, both standalone": {
			flows: []arch.Flow{flow(app, app, "tcp/7946")},
			want:  []string{"App in tcp/7946 App at App/App-Ingress-tcp-7946", "App out tcp/7946 App at App/App-Egress-tcp-7946"},
		},
		"ports of one flow merge": {
			flows: []arch.Flow{flow(app, data, "tcp/81,tcp/80,tcp/90-99,tcp/95-100")},
			want: []string{"App out tcp/80-81 Data at Data/App-Egress-tcp-80-81",
				"App out tcp/90-100 Data at Data/App-Egress-tcp-90-100", "Data in tcp/80-81 App", "Data in tcp/90-100 App"},
		},
		"ports of two flows do not": {
			flows: []arch.Flow{flow(app, data, "tcp/80"), flow(app, data, "tcp/81")},
			want: []string{"App out tcp/80 Data at Data/App-Egress-tcp-80", "App out tcp/81 Data at Data/App-Egress-tcp-81",
				"Data in tcp/80 App", "Data in tcp/81 App"},
		},
		"the same flow from both sides": {
			flows: []arch.Flow{flow(app, data, "mysql"), flow(app, data, "tcp/3306")},
			want:  []string{"App out tcp/3306 Data at Data/App-Egress-tcp-3306", "Data in tcp/3306 App"},
		},
		"internet, IPv4": {flows: []arch.Flow{flow(web, internet, "https")}, want: []string{"Web out tcp/443 0.0.0.0/0"}},
		"internet, dual-stack": {
			change: func(a *arch.Architecture) { a.Network.IPv6 = true },
			flows:  []arch.Flow{flow(web, internet, "https")},
			want:   []string{"Web out tcp/443 0.0.0.0/0", "Web out tcp/443 ::/0"},
		},
		"all traffic, in halves that CloudFormation does not take away": {
			flows: []arch.Flow{flow(web, internet, "all")},
			want:  []string{"Web out all 0.0.0.0/1", "Web out all 128.0.0.0/1"},
		},
		"all traffic, dual-stack": {
			change: func(a *arch.Architecture) { a.Network.IPv6 = true },
			flows:  []arch.Flow{flow(web, internet, "all")},
			want:   []string{"Web out all 0.0.0.0/1", "Web out all 128.0.0.0/1", "Web out all 8000::/1", "Web out all ::/1"},
		},
		"ping, IPv4": {flows: []arch.Flow{flow(web, internet, "ping")}, want: []string{"Web out icmp/8 0.0.0.0/0"}},
		"ping, dual-stack": {
			change: func(a *arch.Architecture) { a.Network.IPv6 = true },
			flows:  []arch.Flow{flow(web, internet, "ping")},
			want:   []string{"Web out icmp/8 0.0.0.0/0", "Web out icmpv6/128 ::/0"},
		},
		"ping between tiers of IPv4": {
			flows: []arch.Flow{flow(app, data, "ping")},
			want:  []string{"App out icmp/8 Data at Data/App-Egress-icmp-8", "Data in icmp/8 App"},
		},
		"to an imported tier": {
			change: func(a *arch.Architecture) { a.Tiers = append(a.Tiers, imported(arch.EgressUnknown)) },
			flows:  []arch.Flow{flow(web, zed, "https")},
			want:   []string{"Web out tcp/443 Zed", "Zed in tcp/443 Web at Web/Imported-sg-12345678-Ingress-tcp-443"},
		},
		"from an imported tier that has egress rules": {
			change: func(a *arch.Architecture) { a.Tiers = append(a.Tiers, imported(arch.EgressRestricted)) },
			flows:  []arch.Flow{flow(zed, data, "https")},
			want:   []string{"Data in tcp/443 Zed", "Zed out tcp/443 Data at Data/Imported-sg-12345678-Egress-tcp-443"},
		},
		"from an imported tier that is open": {
			change: func(a *arch.Architecture) { a.Tiers = append(a.Tiers, imported(arch.EgressOpen)) },
			flows:  []arch.Flow{flow(zed, data, "https")},
			want:   []string{"Data in tcp/443 Zed"},
		},
		"inspected": {
			flows: []arch.Flow{inspected(arch.Enforce)},
			want:  []string{"App in tcp/8080 10.0.32.0/20", "Web out tcp/8080 10.0.48.0/20"},
		},
		"inspection prepared": {
			flows: []arch.Flow{inspected(arch.Prepare)},
			want: []string{"App in tcp/8080 10.0.32.0/20", "App in tcp/8080 Web at Web/App-Ingress-tcp-8080", "Web out tcp/8080 10.0.48.0/20",
				"Web out tcp/8080 App"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{Network: network(), Flows: test.flows, Tiers: []arch.Tier{
				{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Data", Kind: arch.Data},
			}}
			if test.change != nil {
				test.change(&a)
			}
			assert.Equal(t, test.want, spell(make1(t, a)))
		})
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	with := flow(peer(arch.App, "App"), peer(arch.Data, "Data"), "mysql")
	with.Reason = "orders → stock"
	a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Data", Kind: arch.Data}},
		Flows: []arch.Flow{with, flow(peer(arch.App, "App"), internet, "https")}}
	p := make1(t, a)
	assert.Equal(t, "orders to stock", p.Rules[0].Description)
	assert.Equal(t, "orders to stock", p.Groups[1].Ingress[0].Description)
	assert.Equal(t, "tcp/443 from App to the internet", p.Groups[0].Egress[0].Description)
}

func TestQuota(t *testing.T) {
	t.Parallel()
	// quota plans n flows from the outside to a bastion, and says what is wrong.
	quota := func(n int, p func(int) arch.Peer, ipv6 bool) string {
		a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "Bastion", Kind: arch.Bastion}}}
		a.Network.IPv6 = ipv6
		for i := range n {
			a.Flows = append(a.Flows, flow(p(i), peer(arch.Bastion, "Bastion"), "ssh"))
		}
		_, diags := makeBoth(t, a)
		return diags.String()
	}
	v4 := func(i int) arch.Peer { return blockPeer(fmt.Sprintf("203.0.%d.0/24", i)) }
	v6 := func(i int) arch.Peer { return blockPeer(fmt.Sprintf("2001:db8:%x::/48", i)) }
	mixed := func(i int) arch.Peer {
		if i%2 == 0 {
			return v4(i)
		}
		return v6(i)
	}
	list := func(int) arch.Peer {
		return arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 61}
	}
	assert.Empty(t, quota(60, v4, false))
	assert.Contains(t, quota(61, v4, false), "Bastion has 61 for IPv4; allowed are 60")
	assert.Empty(t, quota(60, v6, true))
	assert.Contains(t, quota(61, v6, true), "Bastion has 61 for IPv6; allowed are 60")
	assert.Empty(t, quota(120, mixed, true), "the families have quotas of their own")
	assert.Contains(t, quota(1, list, false), "Bastion has 61 for IPv4")

	// References count in both families, and egress has one place less.
	references := func(n int) string {
		a := arch.Architecture{Network: arch.Network{Path: "N", Wrapped: true},
			Tiers: []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Data", Kind: arch.Data}}}
		for i := range n {
			a.Flows = append(a.Flows, flow(peer(arch.App, "App"), peer(arch.Data, "Data"), fmt.Sprintf("tcp/%d", 2*i+1)))
		}
		_, diags := makeBoth(t, a)
		return diags.String()
	}
	assert.Empty(t, references(59))
	assert.Contains(t, references(60), "App has 61 for IPv4, one of them the no-op")
	assert.NotContains(t, references(60), "Data has")
	assert.Contains(t, references(61), "Data has 61 for IPv4")
}

func TestQuotaCanBeRaised(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "Bastion", Kind: arch.Bastion}}}
	a.Network.RulesPerGroup = 100
	for i := range 100 {
		a.Flows = append(a.Flows, flow(blockPeer(fmt.Sprintf("203.0.%d.0/24", i)), peer(arch.Bastion, "Bastion"), "ssh"))
	}
	require.NotNil(t, make1(t, a))
}
