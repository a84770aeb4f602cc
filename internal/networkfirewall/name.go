package networkfirewall

import (
	"fmt"
	"regexp"
	"strings"
)

// The limits of names and descriptions (AWS Network Firewall API reference).
var resourceName = regexp.MustCompile(`^[a-zA-Z0-9-]{1,128}$`)

const maxDescription = 512

// CheckName checks the name of a resource; an empty one is not there.
func CheckName(property, name string) []Problem {
	if name == "" || IsToken(name) || resourceName.MatchString(name) {
		return nil
	}
	return []Problem{{
		Kind: "name", Where: property, Summary: "a name is not usable",
		Detail: fmt.Sprintf("got %s %.140q with %d characters; allowed are 1 to 128 letters, digits and hyphens", property, name, len(name)),
	}}
}

// CheckDescription checks the description of a resource.
func CheckDescription(text string) []Problem {
	if IsToken(text) || len(text) <= maxDescription && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		return nil
	}
	return []Problem{{
		Kind: "description", Where: "Description", Summary: "a description is not usable",
		Detail: fmt.Sprintf("got %d characters; allowed is one line of at most %d", len(text), maxDescription),
	}}
}
