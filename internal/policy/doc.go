// Package policy judges the declared flows of a network by the classes of data that its tiers hold.
//
// A policy is a set of rules about tiers that hold certain classes. A rule sees the declaration alone: who may open connections to whom,
// over which ports and on which path. It does not know what the applications send.
//
// The package must not know the plan or the templates. Package proof checks in the templates what policies require of them.
package policy
