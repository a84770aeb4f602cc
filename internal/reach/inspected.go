package reach

import (
	"github.com/tierwall/tierwall/internal/reach/inspect"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Inspected returns what the firewalls on the way from one end to another let through, whatever routes, network ACLs and groups do with
// it. It returns false if no firewall is on the way, or if the way is unknown.
func (t *Topology) Inspected(from, to End) (traffic.Carried, bool) {
	p, who, ok := t.inspectedWay(from, to)
	if !ok {
		return traffic.Carried{}, false
	}
	return t.inspect(p, who.client, who.server), true
}

// InspectedByPort returns what those firewalls surely let through if the client chooses its port: a rule about one source port is enough.
func (t *Topology) InspectedByPort(from, to End) traffic.Set {
	p, who, ok := t.inspectedWay(from, to)
	if !ok {
		return traffic.Set{}
	}
	out := t.inspect(p, who.client, who.server).Sure
	for _, port := range t.clientPorts(p) {
		who.client.Port = port
		out = out.Union(t.inspect(p, who.client, who.server).Sure)
	}
	return out
}

// inspectedWay returns the way from one end to another, and the ends as the firewalls there see them.
func (t *Topology) inspectedWay(from, to End) (path, talkers, bool) {
	near, far := from, to
	if from.Class == nil {
		near, far = to, from // Replies take the way that the packets came by.
	}
	subnet, there := near.Location.Subnet, far.seenFrom(near)
	p := t.path(subnet, there)
	if p.unsure != "" || len(p.middleboxes) == 0 {
		return path{}, talkers{}, false
	}
	here := partyAt(place{subnet: subnet, cell: near.Location.Cell, inside: true}, subnet.VPC)
	who := talkers{client: here, server: partyAt(there, subnet.VPC)}
	if from.Class == nil {
		who.client, who.server = who.server, who.client
	}
	return p, who, true
}

// clientPorts returns one client port of each kind that the firewalls on a path distinguish.
func (t *Topology) clientPorts(p path) []int {
	var firewalls []*inspect.Firewall
	for _, m := range p.middleboxes {
		if e, ok := t.endpoints[m]; ok {
			firewalls = append(firewalls, t.firewall(e.firewall))
		}
	}
	return inspect.ClientPorts(firewalls)
}
