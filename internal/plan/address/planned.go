package address

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// CheckPlanned checks that no exact subnet overlaps the subnets that the network plans for itself in block 0. used holds the
// purposes that need subnets. The rest of block 0 is free for exact subnets.
func CheckPlanned(m *arch.Model, used map[Purpose][]Subnet) diag.List {
	if m.Network.Wrapped {
		return nil
	}
	var diags diag.List
	for purpose := range Purpose(len(purposeNames)) {
		diags = append(diags, plannedOver(m, purpose, used[purpose])...)
	}
	return diags
}

// plannedOver reports the exact subnet that overlaps a planned one, and proposes free ones to state instead. Subnets that
// are stated for a purpose are placed like those of tiers.
func plannedOver(m *arch.Model, purpose Purpose, planned []Subnet) diag.List {
	if len(planned) == 0 || len(stated(m, purpose)) > 0 {
		return nil
	}
	c := newPlacing(m)
	if !m.HasBlocks() {
		c.fail(c.purposeOwner(purpose), nil, diag.Diagnostic{
			Rule: "cidr-size", Summary: "the network's range is too small for blocks", Detail: m.TooSmall(),
			Fix: "for " + purposeWords[purpose] + ", " + c.stating(purpose, planned),
		})
		return c.diags
	}
	exacts := c.allExact()
	for _, s := range planned {
		for _, e := range exacts {
			if s.Prefix.IsValid() && s.Prefix.Overlaps(e.prefix) {
				c.fail(c.purposeOwner(purpose), &e.owner, diag.Diagnostic{
					Rule: "subnets-taken", Summary: "a subnet that the network plans for itself is taken",
					Detail: fmt.Sprintf("%s, planned for %s in %s, overlaps the subnet %s of %s",
						s.Prefix, purposeWords[purpose], s.Zone.Name, e.prefix, e.owner.name),
					Fix: c.stating(purpose, planned),
				})
				return c.diags
			}
		}
	}
	return nil
}

// smallestSubnet is the length of AWS's smallest subnets.
const smallestSubnet = 28

// stating proposes exact subnets for a purpose. They are as large as the planned ones, or smaller if those sizes are not free.
func (c *placing) stating(purpose Purpose, planned []Subnet) string {
	var free []netip.Prefix
	for bits := min(planned[0].Bits, smallestSubnet); bits <= smallestSubnet && len(free) < len(planned); bits++ {
		free = c.free(bits, len(planned))
	}
	if len(free) < len(planned) {
		return "state other addresses as " + subnetsOf(c.m, purpose)
	}
	quoted, plain := make([]string, len(free)), make([]string, len(free))
	for i, prefix := range free {
		quoted[i], plain[i] = fmt.Sprintf("%q", prefix), prefix.String()
	}
	return "state other addresses, such as these, which are free: " + c.m.Network.Say(
		fmt.Sprintf("%s: []string{%s}", subnetsOf(c.m, purpose), strings.Join(quoted, ", ")),
		fmt.Sprintf("`network: {%s: [%s]}`", subnetsOf(c.m, purpose), strings.Join(plain, ", ")))
}
