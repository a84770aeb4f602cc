package arch

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// httpPort is the only port on which a domain peer's name is read from HTTP. On all others it is read from TLS.
const httpPort = 80

// IsHTTP reports whether a domain peer's name is read from HTTP's Host header on these ports, and not from TLS's server name.
func (p Ports) IsHTTP() bool { return p.Protocol == TCP && p.From == httpPort && p.To == httpPort }

// The limits of host names (RFC 1035, RFC 1123).
const maxDomain = 253

var domainLabel = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// ParseDomain reads a host name, "api.example.com", or with a leading dot a domain and all below it, ".example.com". It returns
// the name in lower case. It rejects wildcards, schemes, ports, paths, addresses, single labels and tokens.
func ParseDomain(s string) (string, error) { return Network{}.parseDomain(s) }

func (n Network) parseDomain(s string) (string, error) {
	name := strings.ToLower(s)
	bare := strings.TrimPrefix(name, ".")
	labels := strings.Split(bare, ".")
	switch {
	case IsToken(s):
		return "", fmt.Errorf("the domain is a CDK token; a literal is needed here, because a rule's text holds it")
	case strings.Contains(s, "://"):
		return "", fmt.Errorf("got %.80q, which has a scheme", s)
	case strings.Contains(s, "*"):
		return "", fmt.Errorf("got %.80q, which has a wildcard; write a domain and all below it with a leading dot", s)
	case strings.ContainsAny(s, "/:"):
		return "", fmt.Errorf("got %.80q, which has a port or path", s)
	case len(labels) < 2, len(bare) > maxDomain:
		return "", fmt.Errorf("got %.80q with %d characters; allowed are two labels or more and at most %d characters", s, len(bare), maxDomain)
	}
	for _, label := range labels {
		if !domainLabel.MatchString(label) {
			return "", fmt.Errorf("got %.80q; %q is not a label: allowed are 1 to 63 letters, digits and hyphens, without a hyphen at either end; "+
				"write other scripts as xn--", s, label)
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return "", fmt.Errorf("got %.80q, which looks like an address; %s", s, n.Say("declare addresses with tiers.CIDR",
			"declare addresses as blocks in CIDR notation"))
	}
	return name, nil
}
