package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// checkClientAddresses finds network load balancers that preserve the addresses of clients although these clients cannot reach the targets.
// AWS does not support preserved addresses with a firewall between load balancer and targets (Network Firewall Developer Guide), because
// the firewall sees only half of each connection. Network ACLs stop such clients, because they match only addresses. Security groups that
// refer to the group of the load balancer still allow its packets (User Guide for Network Load Balancers, "Update the security groups").
func (n *network) checkClientAddresses() {
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
					n.reportInspectedClients(tier, balancer, target)
				} else {
					n.findStoppedClients(tier, listener, balancer, target)
				}
			}
		}
	}
}

// isInspectedFrom reports whether a flow from a tier to another tier is inspected.
func (n *network) isInspectedFrom(tier string) bool {
	return slices.ContainsFunc(n.model.Flows, func(f arch.CheckedFlow) bool {
		return f.From.Text == tier && f.To.Kind.IsTier() && isInspected(f)
	})
}

// reportInspectedClients reports that addresses of clients are preserved through a firewall.
func (n *network) reportInspectedClients(tier string, balancer, target *cfn.Resource) {
	reason := balancer.String() + " passes on the addresses of its clients to " + target.String() +
		", which AWS does not support with a firewall between them: set preserve_client_ip.enabled to false (not possible for UDP)"
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: tier, To: target.String(), Verdict: Unknown, Traffic: traffic.Everything(), Reason: reason,
		At: n.declaredLines(n.partyOf[tier]),
		Steps: []reach.Step{{
			Control: "load balancer", Where: balancer.String(), Passes: true, Unsure: reason, Rule: "client addresses are preserved",
			Resource: target,
		}},
	})
}

// findStoppedClients finds traffic that clients of a load balancer in one tier send to another tier, and that network ACLs stop there.
func (n *network) findStoppedClients(tier string, listener, balancer, target *cfn.Resource) {
	clients := n.clientsOf(tier, portOf(listener))
	for _, f := range n.model.Flows {
		if f.From.Text != tier || !f.To.Kind.IsTier() {
			continue
		}
		served := trafficOf(f).Intersect(portOf(target))
		if service, found := served.First(); found {
			n.reportStoppedClient(f, clients, served, service, balancer, target)
		}
	}
}

// portOf returns the traffic that a listener accepts, or that a target group sends to its targets. It is everything if the port is known
// only at deployment. A target may override the port.
func portOf(r *cfn.Resource) traffic.Set {
	port, known := r.Get("Port").Int()
	if !known {
		return traffic.Everything()
	}
	return traffic.Ports(traffic.TCP, port, port).Union(traffic.Ports(traffic.UDP, port, port))
}

// reportStoppedClient adds a finding if a network ACL of the target tier stops the traffic of a client, or the replies.
func (n *network) reportStoppedClient(f arch.CheckedFlow, clients []reach.Block, served traffic.Set, service traffic.Service, balancer,
	target *cfn.Resource) {
	for _, client := range clients {
		for _, s := range n.partyOf[f.To.Text].real.Subnets {
			if s.ACL == nil || s.ACL.Unsure != "" {
				continue
			}
			reason := ""
			switch {
			case !stopped(s.ACL.In, client, served).IsEmpty():
				reason = fmt.Sprintf("no inbound entry for %s from %s", served, client)
			case !stopped(s.ACL.Out, client, served.Intersect(forwarded).Replies()).IsEmpty():
				reason = fmt.Sprintf("no outbound entry for replies to %s", client)
			default:
				continue
			}
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: f.From.Text, To: f.To.Text, Verdict: Missing, Traffic: served, At: f.At,
				Witness: Witness{From: "a client in " + client.String(), To: f.To.Text + " in " + s.Name, Service: service},
				Reason: fmt.Sprintf("%s passes on the addresses of its clients to %s, and the network ACL does not allow these addresses: "+
					"set preserve_client_ip.enabled to false (not possible for UDP), or %s", balancer, target,
					n.say("set NetworkACLs to NetworkACLsOff", "write `network: {networkACLs: none}`")),
				Steps: []reach.Step{{Control: "network ACL", Where: s.ACL.Name, Rule: reason, Resource: s.ACL.Resource}},
			})
			return // One stopped client is enough.
		}
	}
}

// clientsOf returns the IPv4 blocks from which flows may reach a listener of a tier's load balancer. IPv6 clients reach IPv4 targets with
// the address of the load balancer.
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
			continue // declare reports this error.
		}
		for _, p := range peers {
			if p.Block.IsValid() && !p.Block.Is6() {
				out = append(out, p.Block)
			}
		}
	}
	return out
}

// forwarded is the traffic that a load balancer can forward to its targets.
var forwarded = traffic.Protocol(traffic.TCP).Union(traffic.Protocol(traffic.UDP))

// stopped returns the traffic that the entries do not allow for all addresses of a block.
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
