// Package deployed reads AWS Network Firewall from CloudFormation templates and checks it. [Read] returns the firewalls, policies and rule
// groups of the templates as a [Deployed], and [Check] reports what is wrong with them, with the line of each property.
//
// Values that only a deployment knows become tokens, and each Unknown field names them. The package must not know CDK, or how the
// templates were made; the checks themselves are those of package networkfirewall.
package deployed
