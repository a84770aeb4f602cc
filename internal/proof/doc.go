// Package proof compares what CloudFormation templates carry with what an app declares.
//
// # What is proven
//
// For every ordered pair of peers, [Prove] compares the traffic that the templates carry with the declared flows. A difference is a
// [Finding] with a witness: one packet that shows the difference, and the rules that decide about it. The verdict of a pair is exact only
// if no unknown in the templates could change it; otherwise it is unknown, with the reason.
//
// Several controls can stop the same packet, so traffic alone does not show that each of them works. The package therefore also compares
// every declared control by itself: addresses and zones of subnets, routes, rules of security groups, entries of network ACLs, members of
// tiers, policies of VPC endpoints, web ACLs, and the properties of the resources of controls. If a declared control is missing or changed
// and another control still stops the traffic, the declared one is weakened.
//
// # What is assumed
//
// [Report.Assumptions] lists what the verdicts take as given: the assumptions of every proof, such as that nobody adds rules outside the
// templates, and those that this declaration and these templates need, such as the rules of an imported group.
//
// # What the package must not know
//
// The package knows the declaration and the templates. It must not know the plan, which turns a declaration into rules: a mistake in the
// plan would then be on both sides of the comparison and stay hidden. Some questions are therefore answered in both places on purpose:
// the addresses of a tier (ownership.go), the entries that a network ACL needs (aclentry.go), and who may call an endpoint (endpoint.go).
// The addresses come from the subnets in the templates and from the declared address plan.
//
// # Main types
//
//   - [Declaration] is the content of tierwall.json: the declared networks, their places in the templates, and the declared controls.
//   - [Report] is the result: verdicts of pairs, findings, uses of AWS services, effects of failures, notes and assumptions.
//   - network is one declared network after bind has found its parts in the templates. Each check is a method of network.
//   - party is a set of interfaces that are compared as one.
//   - comparison collects the differences between two parties over all locations where their interfaces may be.
//
// # Glossary
//
//   - carried: traffic that passes all controls. It is carried for sure, or possibly if an unknown decides.
//   - declared: traffic that flows allow. It is written as the rules of groups that exist only here, so that the same engine evaluates it.
//   - member: a resource whose interfaces have the group of a tier.
//   - guest: a resource in the subnets of a tier that has no group of a tier.
//   - stranger: a party without a tier.
//   - outsider: somebody outside the templates who acts through an interface in them, for example through an endpoint service.
//   - outside: addresses, prefix lists and names, as opposed to interfaces.
//   - owner of a subnet: the tier that it is declared for. Tiers that share the subnets of another tier do not own them.
//   - placed: a party at one of the locations where its interfaces may be.
//   - connection: traffic of a flow that is carried from one zone to another.
package proof
