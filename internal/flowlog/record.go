package flowlog

import "net/netip"

// Record is one record of a flow log. A field that the log lacks, or that it states as "-", is zero.
type Record struct {
	// Interface is the network interface that the record was captured at. Resource is the regional NAT gateway that has none.
	Interface, Resource Symbol
	VPC                 Symbol
	// Tag is the value of the interface's tag that the log records.
	Tag Symbol
	// Reason says what rejected the packets, if neither a security group nor a network ACL did: "BPA" is VPC Block Public Access.
	Reason Symbol
	// Source and Destination are the addresses that the interface saw: of its own, the primary one.
	Source, Destination netip.Addr
	// PacketSource and PacketDestination are the addresses in the packets.
	PacketSource, PacketDestination netip.Addr
	SourcePort, DestinationPort     uint16
	Protocol                        uint8
	// Flags are the TCP flags of all packets together. HasFlags says that the log has them.
	Flags      uint8
	HasFlags   bool
	Direction  Direction
	Action     Action
	Status     Status
	Packets    int64
	Bytes      int64
	Start, End int64 // seconds since 1970

	invalid *field // a field of a Parquet row with a value that it cannot have
}

// The TCP flags that tell who opened a connection.
const (
	FIN = 1
	SYN = 2
	RST = 4
	ACK = 16 // a flow log states it only together with SYN
)

// Direction is the direction of packets as the interface sees them.
type Direction uint8

// The directions.
const (
	NoDirection Direction = iota // the log does not say
	Ingress                      // to the interface
	Egress                       // from the interface
)

// Action is what security groups and network ACLs did with the packets.
type Action uint8

// The actions.
const (
	NoAction Action = iota
	Accept
	Reject
)

// Status says what a record stands for.
type Status uint8

// The statuses.
const (
	NoStatus Status = iota
	OK              // packets of one flow
	NoData          // no packets at this interface in this time
	SkipData        // records were lost
)
