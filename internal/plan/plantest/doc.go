// Package plantest makes random architectures, edits of them as users make them, and the CloudFormation template of a
// plan without CDK, for tests that need thousands of each. [Compare] checks that the constructs make the same template. The
// package is only for this module's own tests.
package plantest
