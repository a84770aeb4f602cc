package proof

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// clientAddresses finds network load balancers that pass the client's own address on to targets behind a firewall. AWS does not
// support it (Network Firewall Developer Guide): the firewall then sees one half of each connection.
func (n *network) clientAddresses() {
	for _, s := range n.assembly.Stacks {
		for _, listener := range s.Resources {
			if listener.Type != "AWS::ElasticLoadBalancingV2::Listener" {
				continue
			}
			balancer := referred(listener.Get("LoadBalancerArn"))
			if balancer == nil || balancer.Get("Type").String() != "network" {
				continue
			}
			tier := n.inspectedTier(balancer)
			if tier == "" {
				continue
			}
			for _, action := range listener.Get("DefaultActions").Items {
				if target := referred(action.Get("TargetGroupArn")); target != nil && preservesClients(target) {
					n.reportClients(tier, balancer, target)
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

// inspectedTier is the tier whose group a load balancer has, if a firewall stands behind it.
func (n *network) inspectedTier(balancer *cfn.Resource) string {
	for _, v := range balancer.Get("SecurityGroups").Items {
		id, ok := n.groups[n.top.Group(v)]
		if !ok {
			continue
		}
		for _, f := range n.model.Flows {
			if f.From.Text == id && f.To.Kind.IsTier() && isInspected(f) {
				return id
			}
		}
	}
	return ""
}

// preservesClients reports whether a target group passes client addresses on: as it says, or else by what its targets are
// (Elastic Load Balancing, "Client IP preservation"). Over UDP it always does.
func preservesClients(target *cfn.Resource) bool {
	protocol := target.Get("Protocol").String()
	if strings.Contains(protocol, "UDP") {
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
		Network: n.name(), From: tier, To: target.String(), Verdict: Unknown, Traffic: reach.Everything(), Reason: reason, At: n.at(n.places[tier]),
		Steps: []reach.Step{{Control: "load balancer", Where: balancer.String(), Passes: true, Unsure: reason, Rule: "client addresses are preserved", Resource: target}},
	})
}
