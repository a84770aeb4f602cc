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
	name, err := c.m.Network.parseDomain(p.Text)
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
				fmt.Sprintf("got %s; names can be read only in TLS and HTTP, over tcp", p), "declare tcp ports, or "+c.namingBlocks())
		case p.From <= httpPort && httpPort <= p.To && p.From != p.To:
			c.failFlow(f.Flow, "domain-service", "a range of ports mixes HTTP and TLS",
				fmt.Sprintf("got %s; the name is read from HTTP on port 80, and from TLS on all other ports", p), "declare port 80 in a separate flow")
		case p.From == p.To && protocol != "":
			c.failFlow(f.Flow, "domain-service", "a flow to a domain name over a protocol that starts without TLS",
				fmt.Sprintf("got %s, which is %s: it starts without TLS, so no name can be read", p, protocol),
				"use the TLS port of the service, or "+c.namingBlocks())
		}
	}
	i := c.m.Network.Inspection
	switch {
	case c.m.Network.DefaultRoute != nil && f.Path.Kind == Direct:
		return // The network that egress leaves through must read the name.
	case f.Path.Kind != Inspected:
		c.failFlow(f.Flow, "domain-open", "a flow to a domain name, but no firewall inspects its path",
			"security groups and network ACLs know only addresses: without a firewall on the path, the port would be open to the whole internet",
			c.say("inspect the network's egress with firewall.Inspect(network, &firewall.Props{Paths: firewall.Egress}), or use tiers.Internet",
				c.inspecting(f)+", or name internet")+" if any destination is acceptable")
	case f.Path.Mode == Prepare:
		c.failFlow(f.Flow, "domain-open", "a flow to a domain name before any traffic is inspected",
			"in mode "+c.say("Prepare", "prepare")+", no route leads to the firewall, and the port would be open to the whole internet",
			c.say("declare the flow to tiers.Internet until the mode is Enforce, then name the domain",
				"declare the flow to internet until inspection has `mode: enforce`, then name the domain"))
	case f.Path.Mode == Observe:
		c.add(c.m.Network.FlowPath(f.Flow), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "domain-observed",
			Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "a flow to a domain name is open to the whole internet while inspection only observes",
			Detail:  "in mode " + c.say("Observe", "observe") + ", other names are reported but not stopped",
			Fix:     c.say("set the mode to Enforce", "set `mode: enforce` under `inspection`")})
	}
	if i != nil && i.Strict {
		c.failFlow(f.Flow, "domain-strict", "a flow to a domain name through a strict firewall",
			"a strict firewall drops the first packets of a connection, before the client can send a name", "leave out "+c.say("Strict", "`strict`"))
	}
}

// namingBlocks says how to name addresses instead of a domain.
func (c *checker) namingBlocks() string {
	return c.say("name the addresses with tiers.CIDR", "name the addresses as blocks in CIDR notation")
}

// inspecting says how a file has the path of a flow inspected.
func (c *checker) inspecting(f CheckedFlow) string {
	if c.m.Network.Wrapped || c.m.Network.IPv6 {
		return c.namingBlocks()
	}
	paths := EgressPath
	if c.covers(IngressPath, f.Flow) {
		paths = IngressPath
	}
	if i := c.m.Network.Inspection; i != nil {
		paths |= i.Paths
	}
	return "inspect its path with `inspection: {paths: [" + paths.String() + "]}`"
}
