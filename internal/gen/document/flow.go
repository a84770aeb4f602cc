package document

import "github.com/tierwall/tierwall/internal/diag"

// Flow is a permission. Its key is "FROM -> TO SERVICE". A flow with a reason only is written short: "Web -> App tcp/8080: orders".
//
// An end is the id of a tier, the name of a [Peer], the word "internet", a block in CIDR notation, or a domain name.
type Flow struct {
	From    string        `yaml:"-"`
	To      string        `yaml:"-"`
	Service string        `yaml:"-"` // "https", "tcp/8080", "tcp/1-1024,udp/53", "all"
	Because string        `yaml:"because,omitempty"`
	Owner   string        `yaml:"owner,omitempty"`
	Expires string        `yaml:"expires,omitempty" is:"day"` // the last valid day, "2027-03-31"
	SID     int           `yaml:"sid,omitempty"`
	At      diag.Position `yaml:"-"`
}

// Peer is a name for something outside of the network. Its key is the name. A peer that is only a block or a domain is written short:
// "office: 203.0.113.0/24".
type Peer struct {
	Name string `yaml:"-"`
	// Exactly one of CIDR, PrefixList and Domain is set.
	CIDR       string `yaml:"cidr,omitempty" is:"block"`
	IPv6       bool   `yaml:"ipv6,omitempty"`                        // an imported CIDR is of IPv6 addresses; a literal says so itself
	PrefixList string `yaml:"prefixList,omitempty" is:"prefix list"` // "pl-0123456789abcdef0"
	Entries    int    `yaml:"entries,omitempty"`                     // of the prefix list
	Domain     string `yaml:"domain,omitempty" is:"domain"`
	// Via is the gateway that leads to CIDR; empty is the internet, or the VPC's own routes. An id tells its kind: "tgw-0123456789abcdef0",
	// "pcx-..." or "vgw-...". An import is after the kind: "transit-gateway import NAME", "peering-connection ..." or "vpn-gateway ...".
	Via string        `yaml:"via,omitempty" is:"gateway"`
	At  diag.Position `yaml:"-"`
}
