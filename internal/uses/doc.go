// Package uses lists the uses of AWS services that a tier can be granted. For each use it says which actions on which resources are needed,
// and through the VPC endpoint of which service. There are two widths: the smallest set of actions, and the set of the CDK library's grant
// of the same name. Some uses have companions: needs at other endpoints without which the use does not work.
//
// The package knows nothing of tiers, networks and CDK.
package uses
