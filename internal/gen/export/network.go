package export

import (
	"encoding/json"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/proof"
)

func (e *exporter) network() {
	n, out := e.Network, &e.doc.Network
	out.Zones, out.Blocks, out.IPv6, out.SkipProof = n.Zones, n.Blocks, n.IPv6, e.calls.SkipProof
	out.NATSubnets, out.FirewallSubnets, out.IngressSubnets, out.TransitSubnets = n.NATSubnets, n.FirewallSubnets, n.IngressSubnets,
		n.TransitSubnets
	out.RulesPerGroup, out.EntriesPerNetworkACL = n.RulesPerGroup, n.EntriesPerNetworkACL
	for _, id := range e.calls.NATAddresses {
		if strings.HasPrefix(id, "eipalloc-") {
			out.NATAddresses = append(out.NATAddresses, id)
		} else {
			e.cannot(n.At, "an address of a NAT gateway is known only at deployment ("+id+"); state its allocation id in natAddresses")
		}
	}
	if n.NAT == arch.NATSingle {
		out.NAT = "single"
	}
	if n.Layout == arch.NestedStacks {
		out.Layout = "nested-stacks"
	}
	if n.NetworkACLs == arch.NetworkACLsOff {
		out.NetworkACLs = "none"
	}
	if g := n.DefaultRoute; g != nil {
		out.DefaultRoute = e.text(g.Operand, n.At, "the gateway of the default route")
	}
	e.addresses()
}

// addresses says where the network's addresses come from: a range, a pool or an existing VPC.
func (e *exporter) addresses() {
	n, out := e.Network, &e.doc.Network
	switch {
	case n.Wrapped:
		out.VPC = &document.VPC{ID: literal(e.declared.Vpc)}
		e.cannot(n.At, "the CIDR and the subnets of the existing VPC are not in tierwall.json; state them under network.vpc")
	case n.Bits != 0:
		out.IPAM = &document.IPAM{Pool: e.calls.Pool, Netmask: n.Bits}
		if !strings.HasPrefix(e.calls.Pool, "ipam-pool-") {
			out.IPAM.Pool = ""
			e.cannot(n.At, "the IPAM pool is known only at deployment ("+e.calls.Pool+"); state its id in network.ipam.pool")
		}
	default:
		out.CIDR = n.Range.Text
	}
}

// literal returns a value of a template that is a text, or an empty text.
func literal(v proof.Value) string {
	var text string
	if json.Unmarshal(v.Expression, &text) != nil {
		return ""
	}
	return text
}
