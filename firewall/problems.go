package firewall

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
)

// problems are those of a construct of this package.
type problems struct{ construct.Problems }

// The limits of names and descriptions (AWS Network Firewall API reference).
var resourceName = regexp.MustCompile(`^[a-zA-Z0-9-]{1,128}$`)

const maxDescription = 512

func (p *problems) checkName(property, name string, at diag.Position) {
	if name != "" && !arch.IsToken(name) && !resourceName.MatchString(name) {
		p.Add("name", "a name is not usable", fmt.Sprintf("got %s %.140q with %d characters; allowed are 1 to 128 letters, digits and hyphens", property, name, len(name)), "", at)
	}
}

func (p *problems) checkDescription(text string, at diag.Position) {
	if len(text) > maxDescription || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		p.Add("description", "a description is not usable", fmt.Sprintf("got %d characters; allowed is one line of at most %d", len(text), maxDescription), "", at)
	}
	if arch.HasDynamicReference(text) {
		p.Add("description", "a description has a dynamic reference", arch.DynamicReference, "write words, without {{resolve:", at)
	}
}

// list names the keys of a map, sorted.
func list[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
