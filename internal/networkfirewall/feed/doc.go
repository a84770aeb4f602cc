// Package feed makes firewall rules from lists of addresses and names that somebody else maintains.
//
// It must not know where a list comes from, nor who uses the rules.
package feed
