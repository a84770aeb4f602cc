package networkfirewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// The form of names and the length of descriptions (AWS Network Firewall API reference).
var resourceName = lazyregexp.New(`^[a-zA-Z0-9-]{1,128}$`)

const maxDescription = 512

// CheckName checks the name of a resource. An empty name counts as not stated.
func CheckName(property, name string) []Problem {
	if name == "" || IsToken(name) || resourceName.MatchString(name) {
		return nil
	}
	return []Problem{{
		Kind: "name", Where: property, Summary: "a resource has an invalid name",
		Detail: fmt.Sprintf("got %s %.140q with %d characters; allowed are 1 to 128 letters, digits and hyphens", property, name, len(name)),
	}}
}

// CheckDescription checks the description of a resource.
func CheckDescription(text string) []Problem {
	if IsToken(text) || len(text) <= maxDescription && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		return nil
	}
	return []Problem{{
		Kind: "description", Where: "Description", Summary: "a resource has an invalid description",
		Detail: fmt.Sprintf("got %d characters; allowed is one line of at most %d characters", len(text), maxDescription),
	}}
}
