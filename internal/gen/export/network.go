package export

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
)

func (e *exporter) network() {
	n, out := e.Network, &e.doc.Network
	out.Zones, out.Blocks, out.IPv6, out.SkipProof = n.Zones, n.Blocks, n.IPv6, e.calls.SkipProof
	out.NATSubnets, out.FirewallSubnets, out.IngressSubnets, out.TransitSubnets = n.NATSubnets, n.FirewallSubnets, n.IngressSubnets,
		n.TransitSubnets
	out.RulesPerGroup, out.EntriesPerNetworkACL = n.RulesPerGroup, n.EntriesPerNetworkACL
	for _, id := range e.calls.NATAddresses {
		if said := imported(id); !strings.Contains(said, "${") {
			out.NATAddresses = append(out.NATAddresses, said)
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
		out.DefaultRoute = e.gateway(*g, n.At, "the gateway of the default route")
	}
	e.addresses()
}

// addresses says where the network's addresses come from: a range, a pool or an existing VPC.
func (e *exporter) addresses() {
	n, out := e.Network, &e.doc.Network
	switch {
	case n.Wrapped:
		e.vpc()
	case n.Bits != 0:
		out.IPAM = &document.IPAM{Pool: imported(e.calls.Pool), Netmask: n.Bits}
		if out.IPAM.Pool == "" || strings.Contains(out.IPAM.Pool, "${") {
			out.IPAM.Pool = ""
			e.cannot(n.At, "the IPAM pool is known only at deployment ("+e.calls.Pool+"); state its id in network.ipam.pool")
		}
	default:
		out.CIDR = n.Range.Text
	}
}

// vpc sets the existing VPC. What only the deployment knows of it is left out.
func (e *exporter) vpc() {
	out := &document.VPC{}
	if e.calls.VPC != nil {
		out = e.calls.VPC
	}
	e.doc.Network.VPC = out
	symbolic := func(text string) bool { return text == "" || strings.Contains(text, "${") }
	out.ID, out.CIDR = imported(out.ID), imported(out.CIDR)
	if symbolic(out.ID) {
		out.ID = ""
		e.cannot(e.Network.At, "the id of the existing VPC is known only at deployment; state it in network.vpc.id")
	}
	if symbolic(out.CIDR) {
		out.CIDR = ""
		e.cannot(e.Network.At, "the range of the existing VPC is not known to the app; state it in network.vpc.cidr")
	}
	for i, set := range out.Subnets {
		for j, s := range set.Subnets {
			s.ID, s.RouteTable = imported(s.ID), imported(s.RouteTable)
			if strings.Contains(s.RouteTable, "${") {
				s.RouteTable = ""
				e.cannot(e.Network.At, "the route table of the subnet in "+s.Zone+" of "+set.Name+" is known only at deployment; if a gateway "+
					"endpoint needs it, state it in network.vpc.subnets")
			}
			set.Subnets[j] = s
			if symbolic(s.ID) || symbolic(s.Zone) {
				out.Subnets[i].Subnets = nil
				e.cannot(e.Network.At, "the subnets of "+set.Name+" are known only at deployment; state them in network.vpc.subnets")
				break
			}
		}
	}
}

// imported returns a recorded value as a file has it, if it is one that another stack exports.
func imported(text string) string {
	if export, ok := calls.Import(text); ok {
		return document.ImportOf(export)
	}
	return text
}
