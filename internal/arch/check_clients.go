package arch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// clients checks the load balancers that keep clients' addresses.
func (c *checker) clients(all []ClientAddresses) {
	for _, a := range all {
		ports, err := ParseService(a.Service)
		listens, wrong := ParseService(a.Listener)
		err = errors.Join(err, wrong)
		for _, id := range []string{a.From, a.To} {
			if _, ok := c.m.Tier(id); !ok && err == nil {
				err = fmt.Errorf("there is no tier %q in the network", id)
			}
		}
		if err != nil {
			c.add(c.m.Network.TierPath(a.From), []diag.Position{a.At}, diag.Diagnostic{Rule: "client-addresses",
				Summary: "client addresses are not usable", Detail: err.Error()})
			continue
		}
		c.m.ClientAddresses = append(c.m.ClientAddresses, CheckedClientAddresses{a, listens, ports})
	}
	slices.SortStableFunc(c.m.ClientAddresses, func(a, b CheckedClientAddresses) int {
		return strings.Compare(a.key(), b.key())
	})
}

func (a CheckedClientAddresses) key() string {
	return a.From + " " + FormatService(a.Listens) + " " + a.To + " " + FormatService(a.Ports)
}
