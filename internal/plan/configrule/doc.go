// Package configrule derives the managed rules of AWS Config that a network's controls make meaningful, with their parameters and the
// resources that they evaluate, and says which rules it leaves out and why. A rule that a correct network would violate is left out.
//
// It knows the plan and the rules. It must not know CDK and templates.
//
// # Source
//
// AWS Config Developer Guide, one page for each rule: its identifier, its parameters, and what triggers it. Rules that run only
// periodically take no scope, so they evaluate everything in the account and Region; PutConfigRule rejects a scope for them
// (cloud-custodian#10008, 2025). The guide does not say by which id AWS Config knows firewalls and their policies, so rules about them
// have no narrower scope than the type.
package configrule
