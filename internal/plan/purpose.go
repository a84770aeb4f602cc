package plan

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// purposes are those that the routes put into subnets, with these subnets.
func (p *Plan) purposes() map[Purpose][]Subnet {
	out := map[Purpose][]Subnet{ForNAT: p.NAT}
	transit := false
	for _, r := range p.Routes {
		transit = transit || r.Gateway.Kind == arch.TransitGateway
	}
	if transit {
		out[ForTransit] = PurposeSubnets(p.Model, ForTransit)
	}
	if i := p.Model.Network.Inspection; i != nil && i.Paths&arch.IngressPath != 0 {
		out[ForIngress] = PurposeSubnets(p.Model, ForIngress)
	}
	if i := p.Model.Network.Inspection; i != nil && i.Paths&(arch.EgressPath|arch.EastWestPath) != 0 {
		out[ForFirewall] = PurposeSubnets(p.Model, ForFirewall)
	}
	return out
}

// block0 checks that no exact subnet lies where the network plans subnets of its own in block 0. The rest of block 0 is free for exact
// subnets.
func (p *Plan) block0() diag.List {
	if p.Model.Network.Wrapped {
		return nil
	}
	var diags diag.List
	used := p.purposes()
	for purpose := range Purpose(len(purposeNames)) {
		diags = append(diags, plannedOver(p.Model, purpose, used[purpose])...)
	}
	return diags
}

// PlannedOver checks the same of purposes whose subnets somebody asked for without a flow that needs them.
func (p *Plan) PlannedOver(asked ...Purpose) diag.List {
	var diags diag.List
	used := p.purposes()
	for purpose := range Purpose(len(purposeNames)) {
		if slices.Contains(asked, purpose) && len(used[purpose]) == 0 {
			diags = append(diags, plannedOver(p.Model, purpose, PurposeSubnets(p.Model, purpose))...)
		}
	}
	return diags
}

// plannedOver says which exact subnet is where the network plans subnets for a purpose, and which free ones to state instead.
func plannedOver(m *arch.Model, purpose Purpose, planned []Subnet) diag.List {
	if len(planned) == 0 || len(StatedSubnets(m, purpose)) > 0 {
		return nil // Stated ones are placed like the tiers'.
	}
	c := newPlacing(m)
	if !m.HasBlocks() {
		c.fail(c.purposeOwner(purpose), nil, "cidr-size", "the network's range is too small for blocks", m.TooSmall(),
			"for "+purposeWords[purpose]+", "+c.stating(purpose, planned))
		return c.diags
	}
	exacts := c.stated()
	for _, s := range planned {
		for _, e := range exacts {
			if s.Prefix.IsValid() && s.Prefix.Overlaps(e.prefix) {
				c.fail(c.purposeOwner(purpose), &e.owner, "subnets-taken", "a subnet that the network plans for itself is taken",
					fmt.Sprintf("%s, planned for %s in %s, overlaps the subnet %s of %s", s.Prefix, purposeWords[purpose], s.Zone.Name, e.prefix,
						e.owner.name),
					c.stating(purpose, planned))
				return c.diags
			}
		}
	}
	return nil
}

var purposeWords = [...]string{
	ForNAT: "a NAT gateway", ForFirewall: "a firewall endpoint", ForTransit: "a transit gateway's attachment",
	ForIngress: "the firewall endpoint of what comes in",
}

// stating proposes exact subnets for a purpose. They are as large as the planned ones, or smaller where that is not free.
func (c *placing) stating(purpose Purpose, planned []Subnet) string {
	var free []netip.Prefix
	for bits := min(planned[0].Bits, smallestSubnet); bits <= smallestSubnet && len(free) < len(planned); bits++ {
		free = c.free(bits, len(planned))
	}
	if len(free) < len(planned) {
		return fmt.Sprintf("state other addresses as %sSubnets", purposeNames[purpose])
	}
	texts := make([]string, len(free))
	for i, prefix := range free {
		texts[i] = fmt.Sprintf("%q", prefix)
	}
	return fmt.Sprintf("state other addresses, such as these, which are free: %sSubnets: []string{%s}", purposeNames[purpose],
		strings.Join(texts, ", "))
}

// smallestSubnet is the length of AWS's smallest subnets.
const smallestSubnet = 28
