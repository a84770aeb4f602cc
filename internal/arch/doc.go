// Package arch holds the declared architecture: a network, its tiers, and who may talk to whom and why, as plain values.
//
// An [Architecture] is what the user wrote, whichever way it was written. [Check] turns it into a [Model], in which
// every text is parsed, every name is known and everything has one order, or into the diagnostics that say why not.
// The package knows nothing of security groups, templates or CDK.
package arch
