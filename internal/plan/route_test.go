package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

func spellRoutes(p *Plan) string {
	targets := map[Target]string{ToInternetGateway: "igw", ToNATGateway: "nat", ToEgressOnlyGateway: "eigw", ToFirewall: "firewall",
		ToGateway: "gateway"}
	var out []string
	for _, r := range p.Routes {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Subnet, r.Destination.Text+r.ToSubnet, targets[r.Target], r.Via)))
	}
	return strings.Join(out, "; ")
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	web, edge, bastion := peer(arch.Web, "Web"), peer(arch.Edge, "Edge"), peer(arch.Bastion, "Bastion")
	office, vpn := blockPeer("203.0.113.0/24"), blockPeer("192.168.0.0/24")
	exception := flow(internet, web, "https")
	exception.Exception, exception.Reason, exception.Owner = true, "r", "o"
	tests := map[string]struct {
		change func(*arch.Architecture)
		flows  []arch.Flow
		want   string
	}{
		"a public edge": {
			change: func(a *arch.Architecture) { a.Tiers = a.Tiers[:1] },
			want:   "Block1Slot0 0.0.0.0/0 igw; Block1Slot1 0.0.0.0/0 igw",
		},
		"an internal edge": {change: func(a *arch.Architecture) { a.Tiers = a.Tiers[:1]; a.Tiers[0].Internal = true }},
		"nothing":          {change: func(a *arch.Architecture) { a.Tiers = a.Tiers[1:] }, flows: []arch.Flow{flow(web, web, "https")}},
		"out, per zone": {
			change: func(a *arch.Architecture) { a.Tiers = a.Tiers[1:] },
			flows:  []arch.Flow{flow(web, internet, "https")},
			want:   "Block2Slot0 0.0.0.0/0 nat NATSlot0; Block2Slot1 0.0.0.0/0 nat NATSlot1; NATSlot0 0.0.0.0/0 igw; NATSlot1 0.0.0.0/0 igw",
		},
		"out, single": {
			change: func(a *arch.Architecture) { a.Tiers = a.Tiers[1:]; a.Network.NAT = arch.NATSingle },
			flows:  []arch.Flow{flow(web, office, "https")},
			want:   "Block2Slot0 0.0.0.0/0 nat NATSlot0; Block2Slot1 0.0.0.0/0 nat NATSlot0; NATSlot0 0.0.0.0/0 igw",
		},
		"out, IPv6 alone": {
			change: func(a *arch.Architecture) { a.Tiers = a.Tiers[1:]; a.Network.IPv6 = true },
			flows:  []arch.Flow{flow(web, blockPeer("2001:db8::/32"), "https")},
			want:   "Block2Slot0 ::/0 eigw; Block2Slot1 ::/0 eigw",
		},
		"to private blocks": {change: func(a *arch.Architecture) { a.Tiers = a.Tiers[1:] }, flows: []arch.Flow{flow(web, vpn, "https")}},
		"bastion from VPN":  {change: func(a *arch.Architecture) { a.Tiers = a.Tiers[2:] }, flows: []arch.Flow{flow(vpn, bastion, "ssh")}},
		"bastion from office": {
			change: func(a *arch.Architecture) { a.Tiers = a.Tiers[2:] },
			flows:  []arch.Flow{flow(office, bastion, "ssh")},
			want:   "Block5Slot0 0.0.0.0/0 igw; Block5Slot1 0.0.0.0/0 igw",
		},
		"exception": {
			change: func(a *arch.Architecture) { a.Tiers = a.Tiers[1:2] },
			flows:  []arch.Flow{exception, flow(web, internet, "https")},
			want:   "Block2Slot0 0.0.0.0/0 igw; Block2Slot1 0.0.0.0/0 igw",
		},
		"wrapped": {
			change: func(a *arch.Architecture) { a.Network = arch.Network{Wrapped: true} },
			flows:  []arch.Flow{flow(web, internet, "https"), flow(internet, edge, "https")},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{Network: network(), Flows: test.flows, Tiers: []arch.Tier{
				{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "Bastion", Kind: arch.Bastion},
			}}
			test.change(&a)
			assert.Equal(t, test.want, spellRoutes(make1(t, a)))
		})
	}
}

func TestSharingIsStated(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: network(), Tiers: []arch.Tier{
		{ID: "App", Kind: arch.App}, {ID: "Worker", Kind: arch.App, SharesWith: "App"}, {ID: "Alone", Kind: arch.App, Block: 6},
	}, Flows: []arch.Flow{flow(peer(arch.App, "Worker"), internet, "https")}}
	a.Network.NetworkACLs = arch.NetworkACLsOff
	p := make1(t, a)
	assert.Equal(t, []arch.Widening{{
		Control: "routes", Path: "tiers.App", Carries: "a route to 0.0.0.0/0",
		Reason: "it shares subnets with Worker, which may reach the internet; the security groups still stop it",
	}}, p.Widenings)
	assert.Equal(t, p.Subnets["App"], p.Subnets["Worker"])

	office := flow(blockPeer("203.0.113.0/24"), peer(arch.Bastion, "Bastion"), "ssh")
	a.Tiers = append(a.Tiers, arch.Tier{ID: "Bastion", Kind: arch.Bastion, SharesWith: "App"})
	a.Flows = append(a.Flows, office)
	_, diags := makeBoth(t, a)
	assert.Contains(t, diags.String(), "Bastion faces the internet, App does not, and a subnet has one route table")
}

func TestStackSize(t *testing.T) {
	t.Parallel()
	size := func(tiers int, layout arch.Layout) diag.List {
		a := large(tiers)
		a.Network.Layout = layout
		_, diags := makeBoth(t, a)
		return diags
	}
	assert.Empty(t, size(36, arch.OneStack), "396 resources")
	nearly := size(40, arch.OneStack)
	assert.Equal(t, []diag.Severity{diag.Warning}, []diag.Severity{nearly[0].Severity})
	assert.Contains(t, nearly.String(), "it takes 440 resources of its own, 400 of them standalone rules")
	over := size(46, arch.OneStack)
	assert.True(t, over.HasErrors())
	assert.Contains(t, over.String(), "set Layout: tiers.NestedStacks; it cannot change later")
	assert.Empty(t, size(46, arch.NestedStacks))
}

func TestResources(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{Network: network(), Tiers: []arch.Tier{{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}},
		Flows: []arch.Flow{flow(peer(arch.Web, "Web"), peer(arch.App, "App"), "https"), flow(peer(arch.Web, "Web"), internet, "https")}}
	p := make1(t, a)
	// VPC, internet gateway, attachment, 6 subnets with table and association, 2 NAT gateways with address, 4 routes,
	// 2 groups, 1 standalone rule, 2 network ACLs with 2 associations and 4 entries each.
	assert.Equal(t, 1+2+6*3+2*2+4+2+1+2*(1+2+4), p.Resources())
	a.Network.Layout = arch.NestedStacks
	assert.Equal(t, 1+2+6*3+2*2+4+2+2*(1+2), make1(t, a).Resources(), "a nested stack for each group and each network ACL")
}
