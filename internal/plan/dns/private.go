package dns

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// private adds the names that the VPC's resolver answers itself, because DNS Firewall filters queries for them like others: names of
// instances, of IPv4 addresses and of private zones. AWS chooses the IPv6 addresses of a network, so the names of these are left out.
func (b *builder) private() {
	const instances = "instances have names in this domain"
	b.add(PrivateID, dnsfirewall.Below("compute.internal"), instances, "")
	if region := b.m.Network.Region(); region == "" || region == "us-east-1" {
		b.add(PrivateID, dnsfirewall.Below("ec2.internal"), instances, "")
	}
	for _, zone := range b.reverseZones() {
		b.add(PrivateID, dnsfirewall.Below(zone), "names of the addresses of the network", "")
	}
	for _, zone := range b.choices.Zones {
		name := dnsfirewall.Canonical(zone)
		if err := dnsfirewall.CheckDomain(name); err != nil || strings.HasPrefix(name, dnsfirewall.Everything) {
			b.fail("dns-zone", "the name of a private zone is not usable", fmt.Sprintf("got %.80q", zone),
				`write the name of the hosted zone, "corp.example.com"`)
			continue
		}
		b.add(PrivateID, name, "stated as a private zone", "")
		b.add(PrivateID, dnsfirewall.Below(name), "stated as a private zone", "")
	}
}

// reverseZones returns the zones with the names of the network's IPv4 addresses. If a deployment decides on the addresses, they are the
// zones of all private addresses (RFC 1918).
func (b *builder) reverseZones() []string {
	if p := b.m.Prefix; p.IsValid() && p.Addr().Is4() {
		return reverseZones(p)
	}
	var out []string
	for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		out = append(out, reverseZones(netip.MustParsePrefix(block))...)
	}
	return out
}

// reverseZones returns the zones with the names of a block's addresses: one for each value of the octet in which the prefix ends.
func reverseZones(p netip.Prefix) []string {
	octets := (p.Bits() + 7) / 8
	first := p.Masked().Addr().As4()
	var out []string
	for i := range 1 << (octets*8 - p.Bits()) {
		address := first
		address[octets-1] += byte(i)
		labels := make([]string, 0, octets)
		for o := octets - 1; o >= 0; o-- {
			labels = append(labels, fmt.Sprint(address[o]))
		}
		out = append(out, strings.Join(labels, ".")+".in-addr.arpa")
	}
	return out
}
