// Package reach computes the traffic that a network carries, from its CloudFormation templates alone: exact sets of services, not
// samples. It composes security groups, network ACLs, firewalls and route tables along the way that packets and their replies take.
//
// The package knows what AWS does with packets. It knows nothing of what anybody declared. If a template leaves something open, the package
// computes both what surely passes and what may pass. It names every resource that it does not understand, and never guesses.
//
// Read the files in this order: reading templates (topology, cidr, possible, vpc, table, acl, group, firewall, gap, interface, placement,
// eks), following packets (path, carry, inspection, class, outside, publicaddress, publicaccess), and answering questions (pairs, matrix,
// diff, find, explain and its parts).
//
// Words about what there is:
//
//   - A class ([Class]) is a set of network interfaces that are alike: they have the same groups and are in the same subnets.
//   - A member of a class is a resource of the templates whose interfaces they are.
//   - A location ([Location]) is one range of addresses in one subnet of a class. Everything at a location is treated alike.
//   - A peer is all classes with the same groups, under one label. The [Peer] of a rule is the other end that the rule names.
//   - The outside ([Outside]) is everybody who is not an interface of the templates. It is cut into parts that are treated alike.
//   - An end ([End]) is one end of a connection: a location of a class, or a part of the outside.
//   - Outsiders act through interfaces in the network although they are not in it, such as the clients of a VPN.
//   - A place is where packets are sent to or come from, inside or outside.
//   - A shadow is a class of interfaces that may have a group beside the interfaces that are seen. What it carries is only possible.
//     It has no row where rows of seen interfaces say as much.
//
// Words about ways:
//
//   - A path is the way of packets in one direction; a hop is one subnet on the path.
//   - A crossing is where packets enter or leave a subnet, so that its network ACL filters them.
//   - A layer is what routes and network ACLs let through between two places, replies included.
//   - A middlebox is a firewall, a load balancer endpoint or an appliance that packets pass on their way.
//   - The edge of a gateway is the route table for what comes in through the gateway.
//   - A plain subnet has routes and a network ACL that neither stop nor divert anything within its VPC.
//   - Two ends are direct if no middlebox is between them, so that rules that name groups match.
//   - An island is a network from which no route leads to another network. No packet passes between two islands, so pairs of classes in two
//     islands are not compared.
//
// Words about what is not known:
//
//   - Unsure says why something may not be there or may not be as it was read. It is empty if that is sure.
//   - Unseen is what may exist beside the templates: interfaces that may have a group, and rules that a group may have.
//     The field of that name says why; it is empty if there is nothing of the kind.
//   - A gap ([Gap]) is something that the templates do not tell, with the groups, subnets, networks and resources that it affects.
//     It widens what may be carried there. It never makes an answer surer.
//   - A possible value is one of several things that a value of a template may turn out to be.
//   - A foreign group is not in the templates. If it is neither a literal id nor said to be distinct, it may be any group that is.
//   - An alias is a rule of such a group (a parameter, an import), given to a group that the foreign group may turn out to be. It is only
//     possible.
//   - A rule is unresolved for an address if only a deployment knows whether its block or list holds the address: see [Unresolved].
package reach
