// Package arch holds the declared architecture as plain values: a network, its tiers, and who may talk to whom and why.
//
// An [Architecture] is what the user declared, in Go or in a file. [Check] turns it into a [Model], in which every text is parsed, every
// name is known and everything has one order, or into diagnostics that say why not. What is checked has a type of its own if it holds more
// than what is declared: a [Flow] becomes a [CheckedFlow], which has ports.
//
// Types are in files named after them, and checks in files named check_ and what they check. The package knows nothing of security groups,
// templates or CDK.
package arch
