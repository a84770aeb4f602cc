// Package usage compares flow logs with a declared network: which flows were used, by whom and when, which were not, what was rejected, and
// what was accepted although nobody declared it.
//
// An [Accounts] takes the records of one worker of package flowlog. [Accounting.Conclude] joins them and answers.
//
// # What is claimed
//
// A flow is [Used] if records show traffic that no other flow explains. It is [PerhapsUsed] if other flows explain all of its traffic too.
// It is [Unused] only if the logs would show it: no record was lost, and the interfaces of one of its tiers are covered for the whole
// period. In every other case it is [NotSeen], with the reasons.
//
// # How records are read
//
// The subnet of an address says to which tiers it may belong; a list of interfaces says it exactly. A record tells a request from a reply
// by its TCP flags; without a SYN, by the port that a flow declares. The same connection is in the logs of both of its interfaces and of
// those that it passes, so every count is made where the record was captured: at the opener, at the server, or in passing. The address
// that is in every record of an interface is the interface's own.
//
// # Words
//
//   - An area is a set of addresses that are treated alike: the subnets of a tier, a declared block, the internet.
//   - A match is a set of flows that explain the same traffic.
//   - A tally counts the records at one interface that are of one kind.
//   - A gap is a time in which the logs of a tier do not show what happened.
//
// The package knows neither templates nor the plan's rules.
package usage
