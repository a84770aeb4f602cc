// Package plantest makes random architectures, edits of them as users make them, and the CloudFormation template of a
// plan without CDK, for tests that need thousands of each. A test in tiers holds the template against the one that the
// constructs make. It is for this module's own tests.
package plantest
