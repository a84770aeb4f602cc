package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

const maxTokenDomains = 10

// publicSuffix reports public suffixes, under which anybody can register a name. AWS rejects them as token domains (AWS WAF Developer
// Guide, "Specifying token domains").
func (c *checker) publicSuffix(domain string) {
	name := strings.ToLower(domain)
	if !isPublicSuffix(name) || webacl.IsToken(domain) {
		return
	}
	c.failAt("token-domain", "TokenDomains", "a domain is a public suffix",
		fmt.Sprintf("got %.80q, under which anybody can register a name; allowed are your own domains", domain),
		"write your domain under it, as in example."+name)
}

func (c *checker) tokenDomains(domains []string) {
	if len(domains) > maxTokenDomains {
		c.failAt("token-domain", "TokenDomains", "there are too many domains",
			fmt.Sprintf("got %d; allowed are %d", len(domains), maxTokenDomains), "a domain includes the domains below it")
	}
	for _, d := range domains {
		if !webacl.IsToken(d) && !tokenDomain.MatchString(d) {
			c.failAt("token-domain", "TokenDomains", "a domain is not usable", fmt.Sprintf("got %.80q; allowed is as in example.com", d), "")
			continue
		}
		c.publicSuffix(d)
	}
}
