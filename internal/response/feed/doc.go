// Package feed reads lists of addresses and domain names that somebody else maintains, and refuses lists that cannot be right.
//
// It must not know where a list comes from, nor what is done with it.
package feed
