package plantest

import (
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

const firewall = "Firewall/Resource"

// firewall makes the firewall with its policy, rule groups and endpoints. Names and capacities differ from those of the
// constructs, and there are no logs.
func (r *renderer) firewall() {
	i := r.network.Inspection
	if i == nil {
		return
	}
	var references, mappings []any
	for n, g := range r.p.FirewallGroups {
		path := "Firewall/" + g.Concern.String() + "/Resource"
		r.ruleGroup(path, g)
		references = append(references, object{"ResourceArn": attribute(path, "RuleGroupArn"), "Priority": (n + 1) * 100})
	}
	r.putFirewall("Firewall/Policy/Resource", "FirewallPolicy", object{"FirewallPolicyName": "Policy", "FirewallPolicy": object{
		"StatelessDefaultActions": []any{"aws:forward_to_sfe"}, "StatelessFragmentDefaultActions": []any{"aws:forward_to_sfe"},
		"StatefulDefaultActions": plan.DefaultActions(*i), "StatefulRuleGroupReferences": references,
		"StatefulEngineOptions": object{"RuleOrder": "STRICT_ORDER", "StreamExceptionPolicy": plan.StreamException(*i)},
		"PolicyVariables":       object{"RuleVariables": object{"HOME_NET": object{"Definition": []any{r.wholeRange()}}}},
	}})
	for _, s := range r.p.Endpoints {
		r.subnet(s)
		mappings = append(mappings, object{"SubnetId": ref(subnetPath(s.Key))})
	}
	r.putFirewall(firewall, "Firewall", object{
		"FirewallName": "Firewall", "FirewallPolicyArn": attribute("Firewall/Policy/Resource", "FirewallPolicyArn"),
		"VpcId": ref(vpc), "SubnetMappings": mappings,
		"DeleteProtection": false, "SubnetChangeProtection": false, "FirewallPolicyChangeProtection": false,
	})
	for _, s := range r.p.Associated {
		r.subnet(s)
		r.putFirewall("Firewall/"+s.Key, "VpcEndpointAssociation", object{
			"FirewallArn": attribute(firewall, "FirewallArn"), "VpcId": ref(vpc), "SubnetMapping": object{"SubnetId": ref(subnetPath(s.Key))},
		})
	}
}

func (r *renderer) ruleGroup(path string, g plan.FirewallGroup) {
	text, variables := r.p.Text(g)
	content := object{"RulesSource": object{"RulesString": text}, "StatefulRuleOptions": object{"RuleOrder": "STRICT_ORDER"}}
	if len(variables) > 0 {
		sets := object{}
		for _, v := range variables {
			sets[v.Name] = object{"Definition": []any{r.operand(v.Block)}}
		}
		content["RuleVariables"] = object{"IPSets": sets}
	}
	r.putFirewall(path, "RuleGroup", object{"RuleGroupName": g.Concern.String(), "Type": "STATEFUL", "Capacity": 1000, "RuleGroup": content})
}

func (r *renderer) putFirewall(path, kind string, properties object) {
	r.put(path, kind, properties)
	r.resources[logicalID(path)].(object)["Type"] = "AWS::NetworkFirewall::" + kind
}

func (r *renderer) wholeRange() any {
	if r.network.Range.Symbolic {
		return attribute(vpc, "CidrBlock")
	}
	return r.network.Range.Text
}

// operand is an operand as a template holds it, which may be a part of the VPC's range.
func (r *renderer) operand(o arch.Operand) any {
	part, ok := address.PartOf(r.p.Model, o)
	switch {
	case !ok:
		return operand(o)
	case part.Bits == r.network.Bits:
		return r.wholeRange()
	}
	return choose(part.Index, r.wholeRange(), part.Index+1, strconv.Itoa(32-part.Bits))
}

// endpoint is the id of the endpoint in a subnet.
func (r *renderer) endpoint(key string) any {
	for _, s := range r.p.Endpoints {
		if s.Key == key {
			all := object{"Fn::Join": []any{",", attribute(firewall, "EndpointIds")}}
			after := object{"Fn::Select": []any{1, object{"Fn::Split": []any{s.Zone.Name + ":", all}}}}
			return object{"Fn::Select": []any{0, object{"Fn::Split": []any{",", after}}}}
		}
	}
	return attribute("Firewall/"+key, "EndpointId")
}

// edgeRoute makes a route of the internet gateway's own table, and the table.
func (r *renderer) edgeRoute(route plan.Route) {
	const table = "InternetGateway/RouteTable"
	r.put(table, "RouteTable", object{"VpcId": ref(vpc)})
	r.put(table+"/Association", "GatewayRouteTableAssociation", object{"GatewayId": ref("InternetGateway"), "RouteTableId": ref(table)})
	r.put(table+"/To-"+route.ToSubnet, "Route", object{
		"RouteTableId": ref(table), "DestinationCidrBlock": r.blocks[route.ToSubnet], "VpcEndpointId": r.endpoint(route.Via),
	})
}

var gatewayProperties = map[arch.GatewayKind]string{
	arch.TransitGateway: "TransitGatewayId", arch.PeeringConnection: "VpcPeeringConnectionId", arch.VPNGateway: "GatewayId",
}

// transit attaches the network to a transit gateway.
func (r *renderer) transit(g arch.Gateway) {
	var ids []any
	for _, s := range address.PurposeSubnets(r.p.Model, address.ForTransit) {
		r.subnet(s)
		ids = append(ids, ref(subnetPath(s.Key)))
	}
	r.put("Transit/"+g.Text, "TransitGatewayAttachment", object{"TransitGatewayId": operand(g.Operand), "VpcId": ref(vpc), "SubnetIds": ids})
}

func routeID(route plan.Route) string {
	switch {
	case route.ToSubnet != "":
		return "To-" + route.ToSubnet
	case route.Destination.Text == "0.0.0.0/0":
		return "DefaultRoute"
	case route.Destination.Text == "::/0":
		return "DefaultRouteIpv6"
	}
	return "To-" + strings.NewReplacer("/", "-", ".", "-", ":", "-").Replace(route.Destination.Text)
}
