package template

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/plan/address"
)

const (
	firewallScope  = "Firewall"
	firewallPath   = "Firewall/Resource"
	policyScope    = "Firewall/Policy"
	firewallLogs   = "Firewall/Logging"
	firewallOutput = "Firewall/Arn"
)

// firewall makes the firewall with its policy, rule groups, endpoints and logs.
func (r *renderer) firewall() {
	i := r.network.Inspection
	if i == nil {
		return
	}
	r.firewallPolicy(*i)
	var mappings []any
	for _, s := range r.p.Endpoints {
		r.subnet(s, r.purpose())
		mappings = append(mappings, object{"SubnetId": r.ref(subnetPath(s.Key))})
	}
	production := r.in.Firewall.Production
	r.put(firewallPath, "NetworkFirewall::Firewall", object{
		"FirewallName": r.name(firewallScope, r.in.Firewall.Name), "FirewallPolicyArn": r.attribute(r.policyPath(), "FirewallPolicyArn"),
		"VpcId": r.vpcID(), "SubnetMappings": mappings,
		"DeleteProtection": production, "SubnetChangeProtection": production, "FirewallPolicyChangeProtection": production,
	})
	for _, s := range r.p.Associated {
		r.subnet(s, "Ingress")
		r.put(endpointPath(s), "NetworkFirewall::VpcEndpointAssociation", object{
			"FirewallArn": r.firewallARN(), "VpcId": r.vpcID(), "SubnetMapping": object{"SubnetId": r.ref(subnetPath(s.Key))},
		})
	}
	r.firewallLogs()
	r.output(firewallOutput, Output{Description: "ARN of the network firewall", Value: r.firewallARN(), Export: object{
		"Name": object{"Fn::Sub": "${AWS::StackName}-" + networkfirewall.ExportName(r.place(firewallScope).path) + "-ARN"},
	}})
}

// purpose names the subnets of the firewall's own endpoints.
func (r *renderer) purpose() string {
	if r.network.Inspection.Paths == arch.IngressPath {
		return "Ingress"
	}
	return "Firewall"
}

func (r *renderer) output(path string, o Output) {
	if r.main.template.Outputs == nil {
		r.main.template.Outputs = map[string]Output{}
	}
	r.main.template.Outputs[r.place(path).id] = o
}

func (r *renderer) firewallARN() any { return r.attribute(firewallPath, "FirewallArn") }

// endpointPath is the path of an endpoint that is associated with the firewall.
func endpointPath(s address.Subnet) string { return "Firewall/" + s.Key }

// endpointIn is the id of the endpoint in the subnet with a key. AWS lists a firewall's own endpoints as "zone:id" in no order.
func (r *renderer) endpointIn(key string) any {
	for _, s := range r.p.Endpoints {
		if s.Key == key {
			all := object{"Fn::Join": []any{",", r.attribute(firewallPath, "EndpointIds")}}
			after := object{"Fn::Select": []any{1, object{"Fn::Split": []any{s.Zone.Name + ":", all}}}}
			return object{"Fn::Select": []any{0, object{"Fn::Split": []any{",", after}}}}
		}
	}
	return r.attribute("Firewall/"+key, "EndpointId")
}

// inspectionReady are the logical ids of what must exist before routes lead traffic to the firewall: the firewall, and the groups, whose
// rules must name blocks instead of groups. Groups in nested stacks are not among them, because workloads there may depend on routes.
func (r *renderer) inspectionReady() []string {
	if r.ready != nil {
		return r.ready
	}
	paths := []string{firewallPath, r.policyPath()}
	if _, logged := r.main.template.Resources[r.place(firewallLogs).id]; logged {
		paths = append(paths, firewallLogs)
	}
	for _, s := range r.p.Associated {
		paths = append(paths, endpointPath(s))
	}
	for _, g := range r.p.Groups {
		if r.tiers[g.Tier].Kind != arch.Endpoint && !r.nests {
			paths = append(paths, groupPath(g.Tier))
		}
	}
	for _, path := range paths {
		r.ready = append(r.ready, r.place(path).id)
	}
	slices.Sort(r.ready)
	return r.ready
}
