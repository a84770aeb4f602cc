package proof

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

const (
	balancerType    = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	listenerType    = "AWS::ElasticLoadBalancingV2::Listener"
	ruleType        = "AWS::ElasticLoadBalancingV2::ListenerRule"
	targetGroupType = "AWS::ElasticLoadBalancingV2::TargetGroup"
	associationType = "AWS::WAFv2::WebACLAssociation"
)

// referred returns the resource that a value refers to, or nil.
func referred(v cfn.Value) *cfn.Resource {
	if v.Kind != cfn.Reference {
		return nil
	}
	return v.Resource
}

// targetGroups returns the target groups in the default actions of a listener.
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

// tiersOf returns the tiers whose groups a load balancer has.
func (n *network) tiersOf(balancer *cfn.Resource) []string {
	var out []string
	for _, v := range balancer.Get("SecurityGroups").Items {
		if id, ok := n.groups[n.top.Group(v)]; ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// alwaysPreserved lists the protocols over which targets always see the addresses of clients.
var alwaysPreserved = []string{"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"}

// preservesClients reports whether a target group passes on the addresses of clients. Without the attribute, the type of the targets
// decides (Elastic Load Balancing, "Client IP preservation").
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

// served returns the ports on which a load balancer passes requests on.
func (n *network) served(balancer *cfn.Resource) traffic.Set {
	var out traffic.Set
	for listener := range n.ofType(listenerType) {
		if referred(listener.Get("LoadBalancerArn")) != balancer || !n.forwards(listener) {
			continue
		}
		port, known := listener.Get("Port").Int()
		if !known {
			return traffic.Everything()
		}
		out = out.Union(traffic.Ports(traffic.TCP, port, port))
	}
	return out
}

// forwards reports whether a listener passes requests on. A listener may also only redirect or answer them.
func (n *network) forwards(listener *cfn.Resource) bool {
	if passes(listener.Get("DefaultActions")) {
		return true
	}
	for rule := range n.ofType(ruleType) {
		if referred(rule.Get("ListenerArn")) == listener && passes(rule.Get("Actions")) {
			return true
		}
	}
	return false
}

// balancerBehind returns the application load balancer to which a network load balancer passes everything, or nil.
func (n *network) balancerBehind(balancer *cfn.Resource) *cfn.Resource {
	for listener := range n.ofType(listenerType) {
		if referred(listener.Get("LoadBalancerArn")) != balancer {
			continue
		}
		for _, action := range listener.Get("DefaultActions").Items {
			group := referred(action.Get("TargetGroupArn"))
			if group == nil || group.Type != targetGroupType || group.Get("TargetType").String() != "alb" {
				return nil
			}
			for _, target := range group.Get("Targets").Items {
				return referred(target.Get("Id"))
			}
		}
	}
	return nil
}

// ofType returns the resources of a type, in the order of the templates.
func (n *network) ofType(kind string) func(yield func(*cfn.Resource) bool) {
	return func(yield func(*cfn.Resource) bool) {
		for _, s := range n.assembly.Stacks {
			for _, r := range s.Resources {
				if r.Type == kind && !yield(r) {
					return
				}
			}
		}
	}
}

// passes reports whether one of the actions passes requests on.
func passes(actions cfn.Value) bool {
	return slices.ContainsFunc(actions.Items, func(a cfn.Value) bool {
		kind := a.Get("Type").String()
		return kind != "redirect" && kind != "fixed-response"
	})
}
