// Package verifiedaccess puts AWS Verified Access in front of internal edge tiers: people reach an application without a VPN, and for each
// request the policies of Verified Access decide who may, by groups of people.
//
// The endpoints are in a bastion tier of their own. Their flow to an application's edge tier is the only one that the package declares: the
// proof judges it like all others. The policies are written in Cedar from the groups that [Application.Allow] names. The package takes no
// policy text: what it did not write cannot be judged.
//
// The page of the package, README.md, has the policies, the limits and the costs.
package verifiedaccess
