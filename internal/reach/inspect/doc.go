// Package inspect says which connections an AWS Network Firewall lets through: it evaluates the firewall's rules for a client and a server,
// as sets of services.
//
// The package knows the rules as Suricata's language has them, and ranges of addresses. It knows no templates beyond the resource that a
// rule stands in, no routes, and no interfaces: package reach reads policies and finds the firewalls on a path.
//
// Words:
//
//   - A [Party] is one end of a connection as the firewall sees it.
//   - A phase is a moment of a connection: the packets of one end for which rules are evaluated.
//   - A half is the part of a rule that is about the packets of one end.
package inspect
