package tiers

import (
	"reflect"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/wiring"
)

// Peer is one end of a flow: a tier, [Internet], a [BlockPeer], a [PrefixListPeer] or
// a [DomainPeer]. Which peers a tier may reach and be
// reached by is said by the interfaces of its AllowTo and AllowFrom; Peer itself is only for [Exception].
type Peer interface {
	end() wiring.Peer
}

// endOf returns the end of a flow that a peer is. A nil peer is one with a problem.
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

// Internet is every address: 0.0.0.0/0 and, in a dual-stack network, ::/0.
var Internet InternetPeer

func (InternetPeer) end() wiring.Peer { return wiring.Peer{Peer: arch.Peer{Kind: arch.Internet}} }

// BlockPeer is a block of addresses outside the network. Make it with [CIDR] or [IPv6CIDR].
type BlockPeer struct {
	block string
	ipv6  bool
	via   Gateway
}

// CIDR is a block of addresses outside the network, in CIDR notation without host bits: "203.0.113.0/24" or
// "2001:db8::/32". It may be a CDK token, such as another VPC's VpcCidrBlock, which is then taken for an IPv4 block whose
// value only the deployment knows. Every address is [Internet], not a block.
func CIDR(block string) BlockPeer { return BlockPeer{block: block} }

// IPv6CIDR is a block of IPv6 addresses given as a CDK token, such as another VPC's IPv6 block. For a literal it is as CIDR.
func IPv6CIDR(block string) BlockPeer { return BlockPeer{block: block, ipv6: true} }

func (b BlockPeer) end() wiring.Peer {
	return wiring.Peer{Peer: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: b.block}, IPv6: b.ipv6 && arch.IsToken(b.block)},
		Via: b.via.declared()}
}

// DomainPeer is whoever answers to a domain name. Make it with [Domain].
type DomainPeer struct{ name string }

// Domain is whoever answers to a host name, "api.example.com", or with a leading dot to a domain or any name below it,
// ".example.com". Names are read by the network firewall that inspects the network's egress, in TLS's server name, and on
// port 80 in HTTP's Host; without one, or a DefaultRoute to one elsewhere, a flow to a domain is an error. Clients claim
// names themselves: a workload in the hands of an attacker may claim one and talk to another host.
func Domain(name string) DomainPeer { return DomainPeer{name} }

func (d DomainPeer) end() wiring.Peer {
	return wiring.Peer{Peer: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: d.name}}}
}

// PrefixListPeer is a managed list of blocks. Make it with [PrefixList].
type PrefixListPeer struct {
	id      string
	entries int
}

// PrefixList is a managed prefix list. Its id is a literal, "pl-0123456789abcdef0", or a CDK token. Entries is what the list
// counts against a group's quota of rules: a customer's list its maximum of entries, one of AWS its weight (CloudFront's
// origin-facing list has 55).
func PrefixList(id string, entries int) PrefixListPeer { return PrefixListPeer{id, entries} }

func (l PrefixListPeer) end() wiring.Peer {
	return wiring.Peer{Peer: arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: l.id}, Entries: l.entries}}
}
