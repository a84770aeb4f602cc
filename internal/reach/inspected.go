package reach

import "github.com/tierwall/tierwall/internal/traffic"

// Inspected returns what the firewalls on the way from one end to another let through, whatever routes, network ACLs and groups do with
// it. It returns false if no firewall is on the way, or if the way is unknown.
func (t *Topology) Inspected(from, to End) (traffic.Carried, bool) {
	near, far := from, to
	if from.Class == nil {
		near, far = to, from // Replies take the way that the packets came by.
	}
	subnet, there := near.Location.Subnet, far.seenFrom(near)
	p := t.path(subnet, there)
	if p.unsure != "" || len(p.middleboxes) == 0 {
		return traffic.Carried{}, false
	}
	here := partyAt(place{subnet: subnet, cell: near.Location.Cell, inside: true}, subnet.VPC)
	client, server := here, partyAt(there, subnet.VPC)
	if from.Class == nil {
		client, server = server, client
	}
	return t.inspect(p, client, server), true
}
