// Package policy judges the declared flows of a network by the classes of data that its tiers hold.
//
// A tier says what it holds: tiers.TierProps has the field Holds. Network.Require in package tiers holds the network against policies. What
// a policy finds fails the synthesis until it is mended, or acknowledged with a reason.
//
// [PCIDSS], [NoInternetNextToData] and [SensitiveData] are built in. A [Policy] of your own is a function over plain values, so its tests
// need neither an app nor Node.js. The example of [Policy] has one.
//
// Policies see the declaration, and not what applications send: who may open connections to whom, over which ports, on which path. A
// finding is no proof that data leaves, and no finding is no proof of compliance.
package policy
