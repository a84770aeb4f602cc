// Package deployed reads Route 53 Resolver DNS Firewall from templates: the rule groups that a VPC is associated with, their rules and
// their lists of domains.
//
// What cannot be read stays unknown and says why: a list of another account, a priority that is a parameter, a rule group of a Route 53
// profile.
package deployed
