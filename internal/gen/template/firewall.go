package template

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/plan"
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

// firewallPolicy makes the policy and the rule groups of the plan. Groups of threats come first, then those of AWS.
func (r *renderer) firewallPolicy(i arch.Inspection) {
	var references []any
	refer := func(arn any, priority int) object {
		reference := object{"ResourceArn": arn, "Priority": priority}
		references = append(references, reference)
		return reference
	}
	for n, group := range r.in.Firewall.Threats {
		refer(r.ruleGroup(group, nil), plan.ThreatPriority+n)
	}
	for n, group := range r.in.Firewall.Managed {
		reference := refer(managedARN(group), plan.ManagedPriority+n*plan.ManagedStep)
		if !group.Drops {
			reference["Override"] = object{"Action": "DROP_TO_ALERT"}
		}
	}
	for _, g := range r.p.FirewallGroups {
		text, variables := r.p.Text(g)
		sets := object{}
		for _, v := range variables {
			sets[v.Name] = object{"Definition": []any{r.operand(v.Block)}}
		}
		group := RuleGroup{Path: "Firewall/" + g.Concern.String(), Rules: text, Capacity: networkfirewall.Reserve(len(g.Rules))}
		refer(r.ruleGroup(group, sets), g.Concern.Priority())
	}
	properties := object{
		"FirewallPolicyName": r.name(r.policyScope(), r.in.Firewall.Policy.Name), "FirewallPolicy": r.policyContent(i, references),
	}
	if text := r.in.Firewall.Policy.Description; text != "" {
		properties["Description"] = text
	}
	r.put(r.policyPath(), "NetworkFirewall::FirewallPolicy", properties)
}

func (r *renderer) policyContent(i arch.Inspection, references []any) object {
	choices := r.in.Firewall.Policy
	home := []any{r.operand(r.p.Range())}
	if len(choices.HomeNet) > 0 {
		home = anys(choices.HomeNet)
	}
	engine := object{
		"RuleOrder": networkfirewall.StrictOrder, "StreamExceptionPolicy": cmp.Or(choices.Midstream, plan.StreamException(i)),
	}
	if choices.IdleTimeout != 0 {
		engine["FlowTimeouts"] = object{"TcpIdleTimeoutSeconds": choices.IdleTimeout}
	}
	forward := []any{"aws:forward_to_sfe"}
	out := object{
		"StatelessDefaultActions": forward, "StatelessFragmentDefaultActions": forward,
		"StatefulDefaultActions": anys(plan.DefaultActions(i)), "StatefulRuleGroupReferences": references, "StatefulEngineOptions": engine,
		"PolicyVariables": object{"RuleVariables": object{"HOME_NET": object{"Definition": home}}},
	}
	if choices.TLSInspection != nil {
		out["TLSInspectionConfigurationArn"] = choices.TLSInspection
	}
	if choices.HoldTLSSessions {
		out["EnableTLSSessionHolding"] = true
	}
	return out
}

func (r *renderer) policyScope() string { return cmp.Or(r.in.Firewall.Policy.Path, policyScope) }
func (r *renderer) policyPath() string  { return r.policyScope() + "/Resource" }

// managedARN is the ARN of a managed group's variant for strict order.
func managedARN(g ManagedGroup) any {
	const groups = "arn:${AWS::Partition}:network-firewall:${AWS::Region}:aws-managed:stateful-rulegroup/"
	return object{"Fn::Sub": groups + g.Name + "StrictOrder"}
}

// ruleGroup makes a rule group with IP sets, unless it exists, and returns its ARN.
func (r *renderer) ruleGroup(g RuleGroup, sets object) any {
	if g.ARN != nil {
		return given(g.ARN, "")
	}
	content := object{"RulesSource": object{"RulesString": g.Rules}, "StatefulRuleOptions": object{"RuleOrder": networkfirewall.StrictOrder}}
	if len(sets) > 0 {
		content["RuleVariables"] = object{"IPSets": sets}
	}
	if g.Capacity == 0 {
		var rules networkfirewall.Group
		rules.ReadText(g.Rules)
		g.Capacity = networkfirewall.Reserve(rules.Rules)
	}
	if g.Name == "" {
		g.Name = networkfirewall.GroupName(r.name(g.Path, ""), g.Capacity)
	}
	properties := object{"RuleGroupName": g.Name, "Type": "STATEFUL", "Capacity": g.Capacity, "RuleGroup": content}
	if g.Description != "" {
		properties["Description"] = g.Description
	}
	r.put(g.Path+"/Resource", "NetworkFirewall::RuleGroup", properties)
	return r.attribute(g.Path+"/Resource", "RuleGroupArn")
}

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

// firewallLogs makes the logging configuration and the new log groups.
func (r *renderer) firewallLogs() {
	f := r.in.Firewall
	if f.Policy.TLSInspection == nil && f.TLS == (Log{}) {
		f.TLS.None = true
	}
	var configs []any
	delivered := false
	for _, log := range []struct {
		kind, id string
		to       Log
	}{{"ALERT", "AlertLogs", f.Alert}, {"FLOW", "FlowLogs", f.Flow}, {"TLS", "TLSLogs", f.TLS}} {
		if log.to.None {
			continue
		}
		kind, destination := r.logDestination(log.to, firewallScope+"/"+log.id)
		delivered = delivered || kind == "CloudWatchLogs"
		configs = append(configs, object{"LogType": log.kind, "LogDestinationType": kind, "LogDestination": destination})
	}
	if len(configs) == 0 {
		return
	}
	made := r.put(firewallLogs, "NetworkFirewall::LoggingConfiguration", object{
		"FirewallArn": r.firewallARN(), "LoggingConfiguration": object{"LogDestinationConfigs": configs},
	})
	if delivered {
		r.dependsOn(made, accessPath)
	}
}

// logDestination is a destination of the firewall's logs: its type, and its names. path is that of a new log group.
func (r *renderer) logDestination(to Log, path string) (kind string, names object) {
	switch {
	case to.Bucket != "":
		names = object{"bucketName": to.Bucket}
		if to.Prefix != "" {
			names["prefix"] = to.Prefix
		}
		return "S3", names
	case to.Stream != "":
		return "KinesisDataFirehose", object{"deliveryStream": to.Stream[strings.LastIndexByte(to.Stream, '/')+1:]}
	}
	group, _ := r.logGroup(to, accessPath, path, "", r.in.Firewall.Retention, r.in.Firewall.Key)
	return "CloudWatchLogs", object{"logGroup": group}
}
