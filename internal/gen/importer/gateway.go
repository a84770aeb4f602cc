package importer

import (
	"iter"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/reach/address"
)

var gatewayID = lazyregexp.New(`^(tgw|pcx|vgw)-[0-9a-f]{8,17}$`)

// routes yields the routes of the VPC's subnets on literal blocks.
func (i *importer) routes() iter.Seq[reach.Route] {
	return func(yield func(reach.Route) bool) {
		v := i.vpcOf()
		for _, s := range i.top.Subnets {
			if s.VPC != v || s.Table == nil {
				continue
			}
			for _, r := range s.Table.Routes {
				if r.Block.IsValid() && r.Block.Base == "" && !yield(r) {
					return
				}
			}
		}
	}
}

// gatewayTo returns the id of the gateway to another network by which the VPC reaches a block; empty if it is the internet, or if the
// templates do not say the id.
func (i *importer) gatewayTo(block reach.Block) string {
	found, bits := i.doc.Network.DefaultRoute, 0
	for r := range i.routes() {
		if r.Target.Kind == reach.Attachment && gatewayID.MatchString(r.Target.Name) && r.Block.Prefix.Bits() > bits &&
			r.Block.Holds(address.CellOf(block)) == address.Yes {
			found, bits = r.Target.Name, r.Block.Prefix.Bits()
		}
	}
	return found
}

// defaultRoute returns the gateway of the VPC's routes to all addresses; empty if some of them lead to the internet.
func (i *importer) defaultRoute() string {
	found := ""
	for r := range i.routes() {
		switch {
		case r.Block != address.Anywhere4 || r.Target.Kind == reach.Middlebox:
		case r.Target.Kind != reach.Attachment:
			return ""
		case gatewayID.MatchString(r.Target.Name):
			found = r.Target.Name
		}
	}
	return found
}

// blockPeer returns the name of the peer for a block behind a gateway, and makes it. It returns the block itself if there is no gateway.
func (i *importer) blockPeer(text string) string {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || i.doc.Network.VPC != nil && i.vpcOf() == nil {
		return text
	}
	via := i.gatewayTo(reach.Block{Prefix: prefix})
	if via == "" || via == i.doc.Network.DefaultRoute && !prefix.Addr().IsPrivate() {
		return text
	}
	name := "net-" + strings.NewReplacer(".", "-", "/", "-", ":", "-").Replace(text)
	if !slices.ContainsFunc(i.doc.Peers, func(p document.Peer) bool { return p.Name == name }) {
		i.doc.Peers = append(i.doc.Peers, document.Peer{Name: name, CIDR: text, Via: via})
	}
	return name
}

// isNamedGateway reports whether the document names the gateway that a resource attaches to the VPC.
func (i *importer) isNamedGateway(r *cfn.Resource) bool {
	id, _ := r.Get("TransitGatewayId").Literal()
	return i.doc != nil && id != "" && (i.doc.Network.DefaultRoute == id ||
		slices.ContainsFunc(i.doc.Peers, func(p document.Peer) bool { return p.Via == id }))
}

// ipam returns the pool from which the VPC gets its addresses.
func ipam(v *reach.VPC) *document.IPAM {
	pool, ok := v.Resource.Get("Ipv4IpamPoolId").Literal()
	netmask, isNumber := v.Resource.Get("Ipv4NetmaskLength").Int()
	if !ok || !isNumber || !poolID.MatchString(pool) {
		return nil
	}
	return &document.IPAM{Pool: pool, Netmask: netmask}
}

var poolID = lazyregexp.New(`^ipam-pool-[0-9a-f]{8,17}$`)

// isBlock reports whether an end is a block of addresses.
func (e end) isBlock() bool { return e.tier == nil && e.kind == arch.CIDR }
