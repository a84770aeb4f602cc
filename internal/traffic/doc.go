// Package traffic holds sets of packets and facts about IP protocols: protocol numbers and names, ports, the ICMP messages that answer
// others, and the ports that replies go to. A package that compares what two rules let through compares a [Set] or a [PortSet].
//
// The package knows no addresses, no AWS resources, no templates and no architectures.
//
// Words:
//
//   - A service is a protocol with a destination port (TCP, UDP) or with a type and a code (ICMP); other protocols have neither.
//   - A [Set] is a set of services.
//   - A [PortSet] is a set of ports, whatever the protocol.
//   - [Carried] is two sets: what surely passes a control, and what may pass.
//   - An exchange is a type of ICMP message that asks for something, with the type that answers.
package traffic
