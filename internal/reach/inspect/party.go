package inspect

import "github.com/tierwall/tierwall/internal/reach/address"

// Party is one end of a connection as a firewall sees it.
type Party struct {
	Cell address.Cell
	List string // the list that the addresses are of; empty if they are known by their cell alone
	// IgnoreUnresolved says that no block holds the addresses if it is not known whether the block does.
	IgnoreUnresolved bool
	VPC              []address.Block // the blocks of the VPC that the packets are sent in
	// Port is the one port of a client that chose it. If it is zero, the client has any of the usual ports.
	Port int
}

// domain returns the domain name that the client looks the party up by. It is empty if the party is known by its addresses.
func (p Party) domain() string { return address.DomainOf(p.List) }
