package arch

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
)

// withoutNames are well-known ports whose protocols begin without TLS: no name is seen there before the connection is in use.
var withoutNames = map[int]string{
	21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 110: "POP3", 143: "IMAP", 389: "LDAP", 587: "SMTP", 1433: "SQL Server",
	1521: "Oracle", 3306: "MySQL", 5432: "PostgreSQL",
}

func (c *checker) domain(f Flow, p *Peer) bool {
	name, err := ParseDomain(p.Text)
	if err != nil {
		c.failFlow(f, "domain", "a peer's domain name is not usable", err.Error(), `write a host name, "api.example.com", or with a leading dot a domain and all below it, ".example.com"`)
		return false
	}
	p.Text = name
	return true
}

// named checks that the flow's control can tell the name: something must read it before the port is open to everybody.
func (c *checker) named(f CheckedFlow) {
	if f.To.Kind != Domain {
		return
	}
	for _, p := range f.Ports {
		switch protocol := withoutNames[p.From]; {
		case p.Protocol != TCP:
			c.failFlow(f.Flow, "domain-service", "a domain peer with a service that names nobody", fmt.Sprintf("got %s; names are read in TLS and HTTP, over tcp", p), "declare tcp ports, or name the addresses with tiers.CIDR")
		case p.From <= httpPort && httpPort <= p.To && p.From != p.To:
			c.failFlow(f.Flow, "domain-service", "a range of ports with both HTTP and TLS", fmt.Sprintf("got %s; on port 80 the name is read in HTTP, on all others in TLS", p), "declare port 80 as a flow of its own")
		case p.From == p.To && protocol != "":
			c.failFlow(f.Flow, "domain-service", "a domain peer with a service that names nobody in time", fmt.Sprintf("got %s, which is %s: it begins without TLS, so that no name is seen", p, protocol),
				"use the TLS port of the service, or name the addresses with tiers.CIDR")
		}
	}
	i := c.m.Network.Inspection
	switch {
	case c.m.Network.DefaultRoute != nil && f.Path.Kind == Direct:
		return // The network that egress leaves by is to read the name; it is not this one's to check.
	case f.Path.Kind != Inspected:
		c.failFlow(f.Flow, "domain-open", "a domain peer that nobody looks for", "security groups and network ACLs know addresses only: without a firewall on the way the port would be open to the whole internet",
			"inspect the network's egress, firewall.Inspect(network, &firewall.Props{Paths: firewall.Egress}), or say so and use tiers.Internet")
	case f.Path.Mode == Prepare:
		c.failFlow(f.Flow, "domain-open", "a domain peer before any traffic is inspected", "in mode Prepare no route leads to the firewall, and the port would be open to the whole internet",
			"keep the flow to tiers.Internet until the mode is Enforce, then name the domain")
	case f.Path.Mode == Observe:
		c.add(f.PathString(), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "domain-observed", Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "a domain peer is open to the whole internet while inspection observes", Detail: "in mode Observe other names are reported and pass", Fix: "set the mode to Enforce"})
	}
	if i != nil && i.Strict {
		c.failFlow(f.Flow, "domain-strict", "a domain peer with a strict firewall", "a strict firewall drops the first packets of a connection, before the client can say a name", "leave out Strict")
	}
}
