package inspect

import (
	"slices"

	"github.com/tierwall/tierwall/internal/traffic"
)

// clientPorts says which ports of clients a rule is about.
type clientPorts int

const (
	noClientPorts  clientPorts = iota
	lowPorts                   // none from 1024 up
	somePorts                  // some of those
	usualPorts                 // all of those
	allClientPorts             // all there are
)

func clientPortsOf(ports traffic.PortSet) clientPorts {
	switch {
	case ports.Contains(traffic.AllPorts()):
		return allClientPorts
	case ports.Contains(replyPorts):
		return usualPorts
	case ports.Overlaps(replyPorts):
		return somePorts
	}
	return lowPorts
}

// replyPorts are the ports that clients usually choose.
var replyPorts = traffic.PortsFrom(traffic.FirstReplyPort, traffic.LastReplyPort)

// about says which ports of the client the half is about.
func (h half) about(client Party) clientPorts {
	switch chosen := traffic.PortsFrom(client.Port, client.Port); {
	case client.Port == 0:
		return clientPortsOf(h.clients)
	case h.clients.Contains(chosen):
		return allClientPorts
	}
	return noClientPorts
}

// ClientPorts returns one client port of each kind that the rules of the firewalls distinguish. It is empty if the rules are about all
// client ports.
func ClientPorts(firewalls []*Firewall) []int {
	var out []int
	for _, f := range firewalls {
		for _, r := range f.Rules {
			out = append(append(out, r.there.edges()...), r.back.edges()...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// edges returns the first ports of the ranges that the half is about and of those that it is not about.
func (h half) edges() []int {
	if h.traffic.IsEmpty() || h.clients.Equal(traffic.AllPorts()) {
		return nil
	}
	var out []int
	for _, ports := range []traffic.PortSet{h.clients, traffic.AllPorts().Minus(h.clients)} {
		for _, span := range ports.Ranges() {
			out = append(out, max(1, int(span.From)))
		}
	}
	return out
}
