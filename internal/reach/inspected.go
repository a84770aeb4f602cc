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

// Sends returns what a client surely gets past those firewalls if it chooses its port and needs no answers to messages that work without:
// a rule about one source port is enough, and so is a rule about one direction of UDP.
func (t *Topology) Sends(from, to End) traffic.Set {
	p, who, ok := t.inspectedWay(from, to)
	if !ok {
		return traffic.Set{}
	}
	var out traffic.Set
	for _, port := range append(t.clientPorts(p), 0) {
		who.client.Port = port
		out = out.Union(t.inspectAs(p, who.client, who.server, (*inspect.Firewall).Sends).Sure)
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
