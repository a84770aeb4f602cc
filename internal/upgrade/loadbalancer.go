package upgrade

var loadBalancerKinds = map[string]kind{
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {
		replacing: "Name Scheme Type",
		keys:      []key{{of: "Name", what: "the name {Name}", answer: "DuplicateLoadBalancerName", within: region}},
		loss: &loss{"load-balancer-replaced", "its DNS name and addresses are other ones: clients that know the old ones lose the service when it is deleted",
			"deploy twice: first add the other load balancer beside it and move its clients over, then remove this one"},
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
