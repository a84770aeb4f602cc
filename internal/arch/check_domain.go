package arch

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
)

// withoutNames are well-known ports of protocols that start without TLS: no name can be read before the connection is in use.
var withoutNames = map[int]string{
	21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 110: "POP3", 143: "IMAP", 389: "LDAP", 587: "SMTP", 1433: "SQL Server",
	1521: "Oracle", 3306: "MySQL", 5432: "PostgreSQL",
}

func (c *checker) domain(f Flow, p *Peer) bool {
	name, err := ParseDomain(p.Text)
	if err != nil {
		c.failFlow(f, "domain", "a peer's domain name is not usable", err.Error(),
			`write a host name, "api.example.com", or with a leading dot a domain and all below it, ".example.com"`)
		return false
	}
	p.Text = name
	return true
}

// named checks that a firewall reads the name of a flow to a domain: otherwise the port would be open to every address.
func (c *checker) named(f CheckedFlow) {
	if f.To.Kind != Domain {
		return
	}
	for _, p := range f.Ports {
		switch protocol := withoutNames[p.From]; {
		case p.Protocol != TCP:
			c.failFlow(f.Flow, "domain-service", "a flow to a domain name over a protocol without names",
				fmt.Sprintf("got %s; names can be read only in TLS and HTTP, over tcp", p), "declare tcp ports, or name the addresses with tiers.CIDR")
		case p.From <= httpPort && httpPort <= p.To && p.From != p.To:
			c.failFlow(f.Flow, "domain-service", "a range of ports mixes HTTP and TLS",
				fmt.Sprintf("got %s; the name is read from HTTP on port 80, and from TLS on all other ports", p), "declare port 80 in a separate flow")
		case p.From == p.To && protocol != "":
			c.failFlow(f.Flow, "domain-service", "a flow to a domain name over a protocol that starts without TLS",
				fmt.Sprintf("got %s, which is %s: it starts without TLS, so no name can be read", p, protocol),
				"use the TLS port of the service, or name the addresses with tiers.CIDR")
		}
	}
	i := c.m.Network.Inspection
	switch {
	case c.m.Network.DefaultRoute != nil && f.Path.Kind == Direct:
		return // The network that egress leaves through must read the name.
	case f.Path.Kind != Inspected:
		c.failFlow(f.Flow, "domain-open", "a flow to a domain name, but no firewall inspects its path",
			"security groups and network ACLs know only addresses: without a firewall on the path, the port would be open to the whole internet",
			"inspect the network's egress with firewall.Inspect(network, &firewall.Props{Paths: firewall.Egress}), or use tiers.Internet if any "+
				"destination is acceptable")
	case f.Path.Mode == Prepare:
		c.failFlow(f.Flow, "domain-open", "a flow to a domain name before any traffic is inspected",
			"in mode Prepare, no route leads to the firewall, and the port would be open to the whole internet",
			"declare the flow to tiers.Internet until the mode is Enforce, then name the domain")
	case f.Path.Mode == Observe:
		c.add(f.PathString(), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "domain-observed",
			Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "a flow to a domain name is open to the whole internet while inspection only observes",
			Detail:  "in mode Observe, other names are reported but not stopped", Fix: "set the mode to Enforce"})
	}
	if i != nil && i.Strict {
		c.failFlow(f.Flow, "domain-strict", "a flow to a domain name through a strict firewall",
			"a strict firewall drops the first packets of a connection, before the client can send a name", "leave out Strict")
	}
}
