// Package address holds ranges of addresses as templates state them: literal ones, and ones that only a deployment knows. It says of two
// ranges whether one surely or possibly holds the other.
//
// The package knows no rules, routes or resources.
//
// Words:
//
//   - A [Block] is a range in CIDR form, as a rule, a route or a network states it.
//   - A [Cell] is a range that all literal blocks in use hold whole or not at all: packets from its addresses are treated alike.
//   - A symbolic block or cell is a part of a range that only a deployment knows; Base is the name of that range.
//   - A list is the name of a set of addresses that templates do not contain: a prefix list, or the servers behind a domain name.
package address
