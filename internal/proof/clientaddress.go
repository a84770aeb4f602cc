package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// clientAddresses finds network load balancers that pass the client's own address on to targets which it does not get to. AWS does not
// support it with a firewall in between (Network Firewall Developer Guide), which then sees one half of each connection; and network ACLs
// know nothing but addresses. Security groups that name the load balancer's still let its packets through (User Guide for Network Load
// Balancers, "Update the security groups").
func (n *network) clientAddresses() {
	for listener := range n.ofType(listenerType) {
		balancer := referred(listener.Get("LoadBalancerArn"))
		if balancer == nil || balancer.Get("Type").String() != "network" {
			continue
		}
		for _, target := range targetGroups(listener) {
			if !preservesClients(target) {
				continue
			}
			for _, tier := range n.tiersOf(balancer) {
				if n.isInspectedFrom(tier) {
					n.reportClients(tier, balancer, target)
				} else {
					n.stoppedClients(tier, listener, balancer, target)
				}
			}
		}
	}
}

func referred(v cfn.Value) *cfn.Resource {
	if v.Kind != cfn.Reference {
		return nil
	}
	return v.Resource
}

// targetGroups are those that a listener passes everything to.
func targetGroups(listener *cfn.Resource) []*cfn.Resource {
	var out []*cfn.Resource
	add := func(v cfn.Value) {
		if target := referred(v.Get("TargetGroupArn")); target != nil && !slices.Contains(out, target) {
			out = append(out, target)
		}
	}
	for _, action := range listener.Get("DefaultActions").Items {
		add(action)
		for _, weighted := range action.Get("ForwardConfig").Get("TargetGroups").Items {
			add(weighted)
		}
	}
	return out
}

// tiersOf are the tiers whose groups a load balancer has.
func (n *network) tiersOf(balancer *cfn.Resource) []string {
	var out []string
	for _, v := range balancer.Get("SecurityGroups").Items {
		if id, ok := n.groups[n.top.Group(v)]; ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// isInspectedFrom reports whether a firewall stands behind a tier.
func (n *network) isInspectedFrom(tier string) bool {
	return slices.ContainsFunc(n.model.Flows, func(f arch.Flow) bool { return f.From.Text == tier && f.To.Kind.IsTier() && isInspected(f) })
}

// alwaysPreserved are the protocols over which targets always see clients' addresses.
var alwaysPreserved = []string{"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"}

// preservesClients reports whether a target group passes client addresses on: as it says, or else by what its targets are
// (Elastic Load Balancing, "Client IP preservation").
func preservesClients(target *cfn.Resource) bool {
	if slices.Contains(alwaysPreserved, target.Get("Protocol").String()) {
		return true
	}
	for _, a := range target.Get("TargetGroupAttributes").Items {
		if a.Get("Key").String() == "preserve_client_ip.enabled" {
			return a.Get("Value").String() != "false"
		}
	}
	kind := target.Get("TargetType").String()
	return kind != "ip" && kind != "alb"
}

func (n *network) reportClients(tier string, balancer, target *cfn.Resource) {
	reason := balancer.String() + " passes its clients' addresses on to " + target.String() + ", which AWS does not support with a firewall between them: set preserve_client_ip.enabled to false, which UDP does not know"
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: tier, To: target.String(), Verdict: Unknown, Traffic: traffic.Everything(), Reason: reason, At: n.at(n.places[tier]),
		Steps: []reach.Step{{Control: "load balancer", Where: balancer.String(), Passes: true, Unsure: reason, Rule: "client addresses are preserved", Resource: target}},
	})
}

// stoppedClients finds what the clients of a load balancer of one tier send to another tier, and its network ACLs stop.
func (n *network) stoppedClients(tier string, listener, balancer, target *cfn.Resource) {
	clients := n.clientsOf(tier, portOf(listener))
	for _, f := range n.model.Flows {
		if f.From.Text != tier || !f.To.Kind.IsTier() {
			continue
		}
		served := trafficOf(f).Intersect(portOf(target))
		if service, found := served.First(); found {
			n.stoppedOn(f, clients, served, service, balancer, target)
		}
	}
}

// portOf is what a listener takes, or a target group sends to its targets; everything if its port is only known at deployment. Targets
// may have others.
func portOf(r *cfn.Resource) traffic.Set {
	port, known := r.Get("Port").Int()
	if !known {
		return traffic.Everything()
	}
	return traffic.Ports(traffic.TCP, port, port).Union(traffic.Ports(traffic.UDP, port, port))
}

func (n *network) stoppedOn(f arch.Flow, clients []reach.Block, served traffic.Set, service traffic.Service, balancer,
	target *cfn.Resource) {
	for _, client := range clients {
		for _, s := range n.places[f.To.Text].real.Subnets {
			if s.ACL == nil || s.ACL.Unsure != "" {
				continue
			}
			reason := ""
			switch {
			case !stopped(s.ACL.In, client, served).IsEmpty():
				reason = fmt.Sprintf("no inbound entry for %s from %s", served, client)
			case !stopped(s.ACL.Out, client, replies(served)).IsEmpty():
				reason = fmt.Sprintf("no outbound entry for replies to %s", client)
			default:
				continue
			}
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: f.From.Text, To: f.To.Text, Verdict: Missing, Traffic: served, At: f.At,
				Witness: Witness{From: "a client in " + client.String(), To: f.To.Text + " in " + s.Name, Service: service},
				Reason: fmt.Sprintf("%s passes its clients' addresses on to %s, and a network ACL knows nothing else: set preserve_client_ip.enabled "+
					"to false, which UDP does not know, or NetworkACLs to NetworkACLsOff",
					balancer, target),
				Steps: []reach.Step{{Control: "network ACL", Where: s.ACL.Name, Rule: reason, Resource: s.ACL.Resource}},
			})
			return // One client that is stopped is enough.
		}
	}
}

// clientsOf are the IPv4 blocks that flows let reach what a tier's load balancer listens on. Clients with IPv6 addresses come with the
// load balancer's to targets of IPv4.
func (n *network) clientsOf(tier string, listener traffic.Set) []reach.Block {
	var out []reach.Block
	for _, f := range n.model.Flows {
		if f.To.Text != tier || !trafficOf(f).Overlaps(listener) {
			continue
		}
		if from, ok := n.model.Tier(f.From.Text); ok && f.From.Kind.IsTier() {
			out = append(out, n.addresses(from)...)
			continue
		}
		peers, err := n.peersOf(f.From)
		if err != nil {
			continue // It is told of where flows are declared.
		}
		for _, p := range peers {
			if p.Block.IsValid() && !p.Block.Is6() {
				out = append(out, p.Block)
			}
		}
	}
	return out
}

// replies to some traffic go to ports that clients choose.
func replies(served traffic.Set) traffic.Set {
	var out traffic.Set
	for _, protocol := range []int{traffic.TCP, traffic.UDP} {
		if served.Overlaps(traffic.Protocol(protocol)) {
			out = out.Union(traffic.Ports(protocol, traffic.FirstReplyPort, traffic.LastReplyPort))
		}
	}
	return out
}

// stopped is what of some traffic the entries do not let through for all addresses of a block.
func stopped(entries []reach.Entry, block reach.Block, services traffic.Set) traffic.Set {
	var out traffic.Set
	for _, e := range entries {
		switch {
		case e.Block.Is6() != block.Is6():
		case e.Allow && contains(e.Block, block):
			services = services.Minus(e.Traffic)
		case !e.Allow && (contains(e.Block, block) || contains(block, e.Block)):
			out, services = out.Union(services.Intersect(e.Traffic)), services.Minus(e.Traffic)
		}
	}
	return out.Union(services)
}
