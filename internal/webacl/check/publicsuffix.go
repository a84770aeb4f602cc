package check

import (
	_ "embed" // for the list
	"net/netip"
	"strings"

	"github.com/tierwall/tierwall/internal/packed"
)

// publicSuffixes holds the rules of publicsuffix.org, one in each line, as golang.org/x/net/publicsuffix has them. That package would
// bring net/http, 2 MB, into the command.
var publicSuffixes = packed.Text(packedSuffixes)

//go:embed publicsuffix.txt.gz
var packedSuffixes []byte

// isPublicSuffix reports whether a name is a public suffix, or no name at all but an address. It must be in lower case.
func isPublicSuffix(name string) bool {
	_, parent, ok := strings.Cut(name, ".")
	if _, err := netip.ParseAddr(name); err == nil || !ok {
		return true
	}
	return isRule(name) || isRule("*."+parent) && !isRule("!"+name)
}

// isRule reports whether a rule is in the list.
func isRule(rule string) bool { return strings.Contains(publicSuffixes(), "\n"+rule+"\n") }
