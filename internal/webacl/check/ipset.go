package check

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/webacl"
)

// maxAddresses is the maximum number of blocks in an IP set.
const maxAddresses = 10_000

// IPSet reports what AWS rejects in an IP set.
func IPSet(name, text, scope string, a webacl.Addresses) []webacl.Problem {
	c := &checker{scope: scope}
	c.head(name, text, &webacl.Visibility{MetricName: "none"})
	c.enum("ip-version", "IPAddressVersion", a.Version, "IPV4", "IPV6")
	if len(a.Blocks) > maxAddresses {
		c.failAt("addresses", "Addresses", "an IP set has too many blocks", fmt.Sprintf("got %d; allowed are %d", len(a.Blocks), maxAddresses),
			"join neighbouring blocks, or use several sets")
	}
	for _, b := range a.Blocks {
		if webacl.IsToken(b) {
			continue
		}
		prefix, problem := webacl.ParseBlock(b)
		switch {
		case problem != nil:
			problem.Where = "Addresses"
			c.found = append(c.found, *problem)
		case prefix.Addr().Is6() != (a.Version == "IPV6"):
			c.failAt("addresses", "Addresses", "a block has the wrong IP version", fmt.Sprintf("got %s in a set of %s", b, a.Version),
				"make a set for each version")
		}
	}
	return c.found
}
