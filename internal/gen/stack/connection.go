package stack

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// connection is a connection of a load balancer, which a flow must declare.
type connection struct {
	from, to, what string // tiers; empty is any peer
	outside        bool   // to is a peer that is no tier
	ports          arch.Ports
}

// undeclared returns an error for each connection of a load balancer that no flow declares. The constructs of package loadbalancer find the
// same.
func undeclared(d *document.Document, network string) diag.List {
	var out diag.List
	for _, l := range d.LoadBalancers {
		told := map[connection]bool{}
		for _, c := range connections(l) {
			if told[c] || declares(d, c) {
				continue
			}
			told[c] = true
			out.Add(diag.Diagnostic{
				Rule: "undeclared", Path: network + " load balancer " + l.ID, Summary: "a load balancer needs a flow that the file lacks",
				Detail: c.what, Fix: declaration(d, l, c), At: []diag.Position{l.At},
			})
		}
	}
	return out
}

// declaration returns what to write for a connection.
func declaration(d *document.Document, l document.LoadBalancer, c connection) string {
	client := c.from
	if i := slices.IndexFunc(d.Tiers, func(t document.Tier) bool { return t.ID == l.Tier && t.Internal }); i >= 0 {
		client = cmp.Or(client, "CLIENT")
	}
	if c.outside {
		return fmt.Sprintf("add under exceptions: `%s -> ADDRESSES %s: {because: ..., owner: ...}`", c.from, c.ports)
	}
	return fmt.Sprintf("add under flows: `%s -> %s %s: why`", cmp.Or(client, "internet"), c.to, c.ports)
}

// connections returns what a load balancer needs. Targets that are checked on the port of requests are needed once.
func connections(l document.LoadBalancer) []connection {
	var out []connection
	for _, listener := range l.Listeners {
		for _, protocol := range protocols(listener.Protocol) {
			out = append(out, listens(l, protocol, listener.Port, ""))
		}
		out = append(out, reaches(l, listener.Protocol, listener.To)...)
	}
	if l.To != nil || len(l.Routes) > 0 {
		out = append(out, listens(l, arch.TCP, cmp.Or(l.Port, 443), ""))
	}
	if l.RedirectHTTP {
		out = append(out, listens(l, arch.TCP, 80, " to redirect to HTTPS"))
	}
	if l.BlueGreen != nil && l.BlueGreen.TestPort != 0 {
		out = append(out, listens(l, arch.TCP, l.BlueGreen.TestPort, " for tests"))
	}
	if l.To != nil {
		out = append(out, reaches(l, "", *l.To)...)
	}
	for _, r := range l.Routes {
		out = append(out, reaches(l, "", r.To)...)
	}
	if l.OIDC != nil {
		out = append(out, connection{from: l.Tier, outside: true, ports: single(arch.TCP, 443),
			what: "it connects to the identity provider, and no flow leads from " + l.Tier + " to addresses on https"})
	}
	return out
}

// listens returns the connections of clients to a port.
func listens(l document.LoadBalancer, protocol arch.Protocol, port int, why string) connection {
	ports := single(protocol, port)
	what := fmt.Sprintf("it listens on %d%s, and no flow leads to %s on %s", port, why, l.Tier, ports)
	return connection{to: l.Tier, ports: ports, what: what}
}

// reaches returns the connections to a target: requests, and health checks, which are always over TCP.
func reaches(l document.LoadBalancer, protocol string, t document.Target) []connection {
	var out []connection
	add := func(protocol arch.Protocol, port int, why string) {
		ports := single(protocol, port)
		what := fmt.Sprintf("it sends %s to %s, and no flow leads from %s to %s on %s", why, t.Tier, l.Tier, t.Tier, ports)
		out = append(out, connection{from: l.Tier, to: t.Tier, ports: ports, what: what})
	}
	for _, p := range protocols(protocol) {
		add(p, targetPort(t), "requests")
	}
	if health := t.HealthPort; health != 0 && health != targetPort(t) {
		add(arch.TCP, health, "health checks")
	} else if protocol == "udp" {
		add(arch.TCP, targetPort(t), "health checks")
	}
	return out
}

// protocols returns a listener's protocols.
func protocols(word string) []arch.Protocol {
	switch word {
	case "udp":
		return []arch.Protocol{arch.UDP}
	case "tcp-and-udp":
		return []arch.Protocol{arch.TCP, arch.UDP}
	}
	return []arch.Protocol{arch.TCP}
}

func single(protocol arch.Protocol, port int) arch.Ports {
	return arch.Ports{Protocol: protocol, From: port, To: port}
}

// targetPort returns the port of a target.
func targetPort(t document.Target) int {
	if t.Plain {
		return cmp.Or(t.Port, 80)
	}
	return cmp.Or(t.Port, 443)
}

// declares reports whether a flow or an exception declares a connection.
func declares(d *document.Document, c connection) bool {
	return slices.ContainsFunc(slices.Concat(d.Flows, d.Exceptions), func(f document.Flow) bool {
		ports, err := arch.ParseService(f.Service)
		toTier := slices.ContainsFunc(d.Tiers, func(t document.Tier) bool { return t.ID == f.To })
		ends := (c.from == "" || c.from == f.From) && (c.outside && !toTier || c.to == f.To)
		return err == nil && ends && (arch.CheckedFlow{Ports: ports}).Allows(c.ports)
	})
}
