// Package survey makes a picture of templates: from what they carry, and from the declaration beside them if there is one.
//
// The names and kinds of tiers come from the declaration. Without one, they come from what the templates say about the tiers. The package
// draws what package reach computes and package proof compares; it decides nothing about traffic itself.
package survey
