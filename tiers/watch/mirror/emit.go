package mirror

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	plan "github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/report"
)

// emitter makes the resources of a network's traffic mirroring.
type emitter struct {
	m         *Mirroring
	targets   map[string]*string // the ids of targets, by their names
	resources int
}

// copy makes the filters, the target and the sessions of a call of Copy.
func (e *emitter) copy(c *copying, filters map[string]plan.Filter) {
	made := map[string]awsec2.CfnTrafficMirrorFilter{}
	rules := map[string][]awscdk.CfnResource{}
	for _, tier := range tiersOf(c) {
		made[tier.ID()], rules[tier.ID()] = e.filter(c, filters[tier.ID()])
	}
	target := e.target(c)
	for _, s := range c.sources {
		id := e.child(fmt.Sprint("Session-", key(s.name), "-", c.props.Number))
		p := &awsec2.CfnTrafficMirrorSessionProps{
			NetworkInterfaceId: &s.id, SessionNumber: new(float64(c.props.Number)), TrafficMirrorTargetId: target,
			TrafficMirrorFilterId: made[s.tier.ID()].Ref(), Tags: e.name(c.id, s.tier.ID()),
		}
		session := awsec2.NewCfnTrafficMirrorSession(e.m, &id, p)
		for _, r := range rules[s.tier.ID()] {
			session.AddResourceDependency(r, nil) // Without the rules that leave packets out, a session would copy these.
		}
		e.declare("traffic mirror session", session, c, p)
	}
}

// filter makes the filter for the sources in a tier.
func (e *emitter) filter(c *copying, f plan.Filter) (awsec2.CfnTrafficMirrorFilter, []awscdk.CfnResource) {
	id := e.child("Filter-" + c.id + "-" + f.Tier)
	p := &awsec2.CfnTrafficMirrorFilterProps{Tags: e.name(c.id, f.Tier)}
	filter := awsec2.NewCfnTrafficMirrorFilter(e.m, &id, p)
	e.declare("traffic mirror filter", filter, c, p)
	var rules []awscdk.CfnResource
	for _, r := range f.Rules {
		p := e.rule(r, filter.Ref())
		rule := awsec2.NewCfnTrafficMirrorFilterRule(filter, new(r.ID), p)
		e.declare("traffic mirror filter rule", rule, c, p)
		rules = append(rules, rule)
	}
	return filter, rules
}

func (e *emitter) rule(r plan.Rule, filter *string) *awsec2.CfnTrafficMirrorFilterRuleProps {
	p := &awsec2.CfnTrafficMirrorFilterRuleProps{
		TrafficMirrorFilterId: filter, RuleNumber: new(float64(r.Number)), RuleAction: new("reject"), TrafficDirection: new("ingress"),
		SourceCidrBlock: e.m.core.Block(r.Source), DestinationCidrBlock: e.m.core.Block(r.Destination),
	}
	if r.Accept {
		p.RuleAction = new("accept")
	}
	if r.Egress {
		p.TrafficDirection = new("egress")
	}
	if r.Of != arch.All {
		p.Protocol = new(float64(r.Of.Number()))
	}
	// An empty interface with a nil pointer in it is not nil for the CDK, so each is set only if there is a range.
	if r.SourcePorts != (plan.Range{}) {
		p.SourcePortRange = ports(r.SourcePorts)
	}
	if r.DestinationPorts != (plan.Range{}) {
		p.DestinationPortRange = ports(r.DestinationPorts)
	}
	return p
}

func ports(r plan.Range) *awsec2.CfnTrafficMirrorFilterRule_TrafficMirrorPortRangeProperty {
	return &awsec2.CfnTrafficMirrorFilterRule_TrafficMirrorPortRangeProperty{
		FromPort: new(float64(r.From)), ToPort: new(float64(r.To)),
	}
}

// target makes the target of a call of Copy, or returns that of another call.
func (e *emitter) target(c *copying) *string {
	t := c.target
	name := fmt.Sprint(t.kind, " ", t.name)
	if id, ok := e.targets[name]; ok {
		return id
	}
	p := &awsec2.CfnTrafficMirrorTargetProps{Tags: e.name(c.id, "target")}
	switch t.kind {
	case plan.ToInterface:
		p.NetworkInterfaceId = &t.id
	case plan.ToNetworkLoadBalancer:
		p.NetworkLoadBalancerArn = &t.id
	case plan.ToGatewayEndpoint:
		p.GatewayLoadBalancerEndpointId = &t.id
	}
	id := e.child("Target-" + key(t.name))
	target := awsec2.NewCfnTrafficMirrorTarget(e.m, &id, p)
	e.declare("traffic mirror target", target, c, p)
	e.targets[name] = target.Ref()
	return target.Ref()
}

// key is a name as a part of a construct's id.
func key(name string) string { return strings.ReplaceAll(name, "/", ":") }

// child notes the id of a child, for the next synthesis.
func (e *emitter) child(id string) string {
	e.m.made = append(e.m.made, id)
	return id
}

// declare has the proof compare a resource with the properties that it was given.
func (e *emitter) declare(what string, r awscdk.CfnResource, c *copying, props any) {
	e.resources++
	properties := report.Properties(props)
	e.m.problems.Declare(report.Control{Name: what, Of: r, At: c.at, Properties: func() map[string]any { return properties }})
}

// name returns the tag by which people find a resource in the console.
func (e *emitter) name(parts ...string) *[]*awscdk.CfnTag {
	return &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(e.m.core.Path() + "/" + constructID + "/" + strings.Join(parts, "/"))}}
}
