// Package firewall provides typed CDK constructs for AWS Network Firewall: rule groups, policies, TLS inspection, firewalls and logs.
// The constructs work in any CDK app. [Inspect] uses them to route the traffic of a tiers network through a firewall, whose rules it
// derives from the flows that the network declares.
//
// The constructs check their properties at synthesis, because nothing else checks them before deployment:
//
//   - Properties that AWS is known to reject fail synthesis. All such errors are reported at once, each with the line of Go that
//     declared the construct.
//   - Rules that can never decide anything are findings. Fix them, or acknowledge them with a reason.
//   - Properties that AWS accepts but that are probably a mistake are warnings. An example is a rule that passes requests in a policy
//     whose default actions drop the answers.
//
// Policies evaluate their rules in strict order (STRICT_ORDER). Domain lists are emitted as domain lists. All other rules are emitted as
// Suricata text, because it is the only form that keeps the order of a rule's options.
//
// Properties are passed as a pointer to a struct; nil stands for the zero struct. Errors in properties never panic. Only a nil scope or a
// nil network does, because no construct exists yet that could report it.
package firewall
