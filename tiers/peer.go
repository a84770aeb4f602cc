package tiers

import (
	"reflect"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/wiring"
)

// Peer is one end of a flow: a tier, [Internet], a [BlockPeer], a [PrefixListPeer] or a [DomainPeer]. The parameters of a tier's AllowTo
// and AllowFrom have narrower interfaces, which contain only the peers that the tier may reach or be reached by. [Exception] accepts any
// Peer.
type Peer interface {
	end() wiring.Peer
}

// endOf returns a peer as an end of a flow. The end of a nil peer has a problem.
func endOf(p Peer) wiring.Peer {
	if p == nil {
		return wiring.Peer{Problem: "a flow's peer is nil"}
	}
	if v := reflect.ValueOf(p); v.Kind() == reflect.Pointer && v.IsNil() {
		return wiring.Peer{Problem: "a flow's peer is a nil " + v.Type().Elem().Name()}
	}
	return p.end()
}

// InternetPeer is the type of [Internet].
type InternetPeer struct{}

// Internet is the peer that has every address: 0.0.0.0/0 and, in a dual-stack network, ::/0.
var Internet InternetPeer

func (InternetPeer) end() wiring.Peer { return wiring.Peer{Peer: arch.Peer{Kind: arch.Internet}} }

// BlockPeer is a block of addresses outside the network. Make it with [CIDR] or [IPv6CIDR].
type BlockPeer struct {
	block string
	ipv6  bool
	via   Gateway
}

// CIDR returns the peer with a block of addresses outside the network, in CIDR notation without host bits: "203.0.113.0/24" or
// "2001:db8::/32". The block may be a CDK token, such as another VPC's VpcCidrBlock. A token stands for an IPv4 block whose value is known
// at deployment; use [IPv6CIDR] for an IPv6 block. For all addresses use [Internet]: "0.0.0.0/0" and "::/0" are errors at synthesis.
func CIDR(block string) BlockPeer { return BlockPeer{block: block} }

// IPv6CIDR returns the peer with a block of IPv6 addresses that is a CDK token, such as another VPC's IPv6 block. For a literal it equals
// [CIDR].
func IPv6CIDR(block string) BlockPeer { return BlockPeer{block: block, ipv6: true} }

func (b BlockPeer) end() wiring.Peer {
	return wiring.Peer{Peer: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: b.block}, IPv6: b.ipv6 && arch.IsToken(b.block)},
		Via: b.via.declared()}
}

// DomainPeer is the hosts behind a domain name. Make it with [Domain].
type DomainPeer struct{ name string }

// Domain returns the peer with a host name, "api.example.com", or, with a leading dot, a domain and all names below it, ".example.com".
//
// The network firewall that inspects the network's egress checks the name: in the server name of TLS, and on port 80 in the Host header of
// HTTP. A flow to a domain therefore needs such a firewall, or a DefaultRoute to a network that has one; otherwise synthesis fails. The
// client sends the name: a compromised workload may send an allowed name and connect to a different host.
func Domain(name string) DomainPeer { return DomainPeer{name} }

func (d DomainPeer) end() wiring.Peer {
	return wiring.Peer{Peer: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: d.name}}}
}

// PrefixListPeer is a managed list of address blocks. Make it with [PrefixList].
type PrefixListPeer struct {
	id      string
	entries int
}

// PrefixList returns the peer with the addresses of a managed prefix list. Its id is a literal, "pl-0123456789abcdef0", or a CDK token.
// Entries is how many rules the list counts as against the quota of a security group: the maximum number of entries of a customer's list,
// or the weight of a list of AWS (55 for CloudFront's origin-facing list).
func PrefixList(id string, entries int) PrefixListPeer { return PrefixListPeer{id, entries} }

func (l PrefixListPeer) end() wiring.Peer {
	return wiring.Peer{Peer: arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: l.id}, Entries: l.entries}}
}
