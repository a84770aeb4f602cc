package dnsfirewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Everything is the domain that matches every name.
const Everything = "*"

// maxDomain is the maximum length of a domain (Route 53 API Reference, UpdateFirewallDomains).
const maxDomain = 255

var domainLabel = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Below returns the domain that matches every name below a name, and not the name itself: "*.example.com".
func Below(name string) string { return "*." + name }

// CheckDomain returns an error if a domain of a list is not usable: neither "*", nor a name, nor "*." before a name. A name consists of
// letters, digits, hyphens and dots (Route 53 API Reference, UpdateFirewallDomains). It has no final dot and no token, and it may have a
// single label, as the private zone "corp" has.
func CheckDomain(domain string) error {
	if domain == Everything {
		return nil
	}
	name := strings.TrimPrefix(domain, "*.")
	switch {
	case name == "":
		return fmt.Errorf("got %q, which has no name", domain)
	case IsToken(domain):
		return fmt.Errorf("got %.80q, which is known only at deployment; a literal is needed here", domain)
	case strings.Contains(name, "*"):
		return fmt.Errorf("got %.80q; an asterisk may stand only at the beginning, before a dot: \"*.example.com\"", domain)
	case len(domain) > maxDomain:
		return fmt.Errorf("got %.80q with %d characters; at most %d are allowed", domain, len(domain), maxDomain)
	}
	for label := range strings.SplitSeq(strings.ToLower(name), ".") {
		if !domainLabel.MatchString(label) {
			return fmt.Errorf("got %.80q; %.80q is not a label: allowed are 1 to 63 letters, digits and hyphens, "+
				"without a hyphen at either end; write other scripts as xn--", domain, label)
		}
	}
	return nil
}

// IsToken reports whether only a deployment knows a part of a text.
func IsToken(text string) bool { return strings.Contains(text, "${") || strings.Contains(text, "#{") }

// Canonical returns a name or domain in the form in which this package compares them: in lower case and without a final dot.
func Canonical(name string) string { return strings.TrimSuffix(strings.ToLower(name), ".") }

// match says whether a domain matches a name.
type match int

const (
	noMatch match = iota
	mayMatch
	matches
)

// matchDomain compares a domain of a list with the canonical name of a query. A domain that only a deployment knows in part, as
// "*.s3.${AWS::Region}.amazonaws.com" is, may match the names that end as it does.
func matchDomain(domain, name string) match {
	if end := strings.LastIndexByte(domain, '}'); IsToken(domain) && end >= 0 {
		if strings.HasSuffix(name, Canonical(domain[end+1:])) {
			return mayMatch
		}
		return noMatch
	}
	domain = Canonical(domain)
	suffix, wild := strings.CutPrefix(domain, "*")
	switch {
	case domain == Everything || domain == name:
		return matches
	case !wild || !strings.HasSuffix(name, suffix) || len(name) == len(suffix):
		return noMatch
	case !strings.HasPrefix(suffix, "."):
		return mayMatch // AWS does not say whether "*example.com" matches "myexample.com".
	}
	return matches
}
