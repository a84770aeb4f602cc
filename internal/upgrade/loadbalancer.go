package upgrade

import "github.com/tierwall/tierwall/internal/cfn"

var loadBalancerKinds = map[string]kind{
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {
		replacing: "Name Scheme Type",
		keys:      []key{{of: "Name", what: "the name {Name}", answer: "DuplicateLoadBalancerName", within: region}},
		fixed: []fixed{{
			of: "SecurityGroups", by: "Name", only: isNetworkBalancer, presence: true,
			detail: "a network load balancer that was made without security groups never gets any, and one that was made with some keeps at least one: AWS refuses the update",
		}},
		loss: &loss{rule: "load-balancer-replaced", detail: "its DNS name and addresses are other ones: clients that know the old ones lose the service when it is deleted",
			fix: "deploy twice: first add the other load balancer beside it and move its clients over, then remove this one"},
	},
	"AWS::ElasticLoadBalancingV2::TargetGroup": {
		replacing: "IpAddressType Name Port Protocol ProtocolVersion TargetType VpcId",
		keys:      []key{{of: "Name", what: "the name {Name}", answer: "DuplicateTargetGroupName", within: region}},
	},
	"AWS::ElasticLoadBalancingV2::Listener": {
		replacing: "LoadBalancerArn",
		keys:      []key{{of: "LoadBalancerArn Port", what: "port {Port} of {LoadBalancerArn}", answer: "DuplicateListener"}},
	},
	"AWS::ElasticLoadBalancingV2::ListenerRule": {
		replacing: "ListenerArn",
		keys:      []key{{of: "ListenerArn Priority", what: "priority {Priority} of {ListenerArn}", answer: "PriorityInUse", bridge: "the same rule with a free priority"}},
	},
}

func isNetworkBalancer(r *cfn.Resource) bool { return r.Get("Type").Text == "network" }
