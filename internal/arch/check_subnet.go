package arch

import (
	"fmt"
)

// exactSubnets checks the exact subnets for the network's own resources.
func (c *checker) exactSubnets(n Network, fail func(rule, summary, detail, fix string)) {
	gateways := len(n.Zones)
	if n.NAT == NATSingle {
		gateways = 1
	}
	for _, stated := range []struct {
		prop    string
		subnets []string
		want    int
		each    string
	}{
		{c.say("NATSubnets", "natSubnets"), n.NATSubnets, gateways, "NAT gateway"},
		{c.say("FirewallSubnets", "firewallSubnets"), n.FirewallSubnets, len(n.Zones), "zone"},
		{c.say("TransitSubnets", "transitSubnets"), n.TransitSubnets, len(n.Zones), "zone"},
		{c.say("IngressSubnets", "ingressSubnets"), n.IngressSubnets, len(n.Zones), "zone"},
	} {
		if len(stated.subnets) == 0 {
			continue
		}
		if got := len(stated.subnets); got != stated.want {
			fail("subnets", "the number of "+stated.prop+" does not fit", fmt.Sprintf("got %d, allowed is one for each %s: %d", got, stated.each,
				stated.want),
				"give that many, in the order of "+c.say("AvailabilityZones", "`zones`")+", or none to have them planned in block 0")
		}
		for _, text := range stated.subnets {
			if _, err := c.m.ExactSubnet(text); err != nil {
				fail("subnets", "one of "+stated.prop+" is not usable", err.Error(), "")
			}
		}
	}
}
