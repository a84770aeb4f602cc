package upgrade

import (
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

func loadBalancerTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::ElasticLoadBalancingV2::LoadBalancer": {
			replacing: "Name Scheme Type",
			keys:      []key{{properties: "Name", description: "the name {Name}", awsError: "DuplicateLoadBalancerName", uniqueIn: region}},
			fixed: []fixedProperty{{
				path: "SecurityGroups", nameProperty: "Name", appliesTo: isNetworkBalancer, onlyPresence: true,
				detail: "a network load balancer that was created without security groups cannot get any, and one that was created with some must " +
					"keep at least " +
					"one: AWS rejects the update",
			}},
			loss: &loss{rule: "load-balancer-replaced", detail: "its DNS name and addresses change: clients that use the old ones lose " +
				"the service when it is deleted",
				fix: "deploy twice: first add the new load balancer and move the clients to it, then remove this one"},
		},
		"AWS::ElasticLoadBalancingV2::TargetGroup": {
			replacing: "IpAddressType Name Port Protocol ProtocolVersion TargetType VpcId",
			keys:      []key{{properties: "Name", description: "the name {Name}", awsError: "DuplicateTargetGroupName", uniqueIn: region}},
		},
		"AWS::ElasticLoadBalancingV2::Listener": {
			replacing: "LoadBalancerArn",
			keys:      []key{{properties: "LoadBalancerArn Port", description: "port {Port} of {LoadBalancerArn}", awsError: "DuplicateListener"}},
		},
		"AWS::ElasticLoadBalancingV2::ListenerRule": {
			replacing: "ListenerArn",
			keys: []key{{properties: "ListenerArn Priority", description: "priority {Priority} of {ListenerArn}", awsError: "PriorityInUse",
				interim: "the same rule with a free priority"}},
		},
	}
}

func isNetworkBalancer(r *cfn.Resource) bool { return r.Get("Type").Text == "network" }

// findBalancerMoves finds zones in which a network load balancer gets another subnet. It cannot exchange a subnet in
// one update.
func (u *update) findBalancerMoves() {
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || u.created[r] || r.Type != "AWS::ElasticLoadBalancingV2::LoadBalancer" || !isNetworkBalancer(r) {
			continue
		}
		before, after := balancerZones(b), balancerZones(r)
		for _, zone := range slices.Sorted(maps.Keys(after)) {
			from, ok := before[zone]
			if !ok || plainText(from) == plainText(after[zone]) {
				continue
			}
			u.report("balancer-moves", r, diag.Diagnostic{
				Subject: r.String() + ":" + zone, Summary: r.ID + " moves to another subnet in " + zone,
				Detail: "from " + plainText(from) + " to " + plainText(after[zone]) + "; " + networkBalancer.effect,
				Fix:    "deploy twice: first without a subnet in " + zone + " (clients then use the other zones), then with the new one",
			}, b)
		}
	}
}

// balancerZones returns the subnets of a load balancer by zone, as far as the zones are known.
func balancerZones(r *cfn.Resource) map[string]cfn.Value {
	ids := slices.Clone(r.Get("Subnets").Items)
	for _, m := range r.Get("SubnetMappings").Items {
		ids = append(ids, m.Get("SubnetId"))
	}
	return zonesOf(ids)
}
