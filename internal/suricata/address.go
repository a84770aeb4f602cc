package suricata

import (
	"errors"

	"go4.org/netipx"
)

// Addresses is a set of addresses, as far as it is known.
type Addresses struct {
	// Set holds the addresses that are known; never nil when there is no error.
	Set *netipx.IPSet
	// Unknown are names of what only a deployment knows, sorted: "@LIST" of an IP set reference, or a value of a variable that
	// holds a token.
	Unknown []string
}

// Addresses resolves an address of a rule's header: "any", "10.0.0.0/8", "[$WEB,!10.0.1.5]", "@LIST".
func (g Group) Addresses(text string) (Addresses, error) {
	return Addresses{}, errors.New("not there yet")
}
