package wiring

import (
	"fmt"
	"runtime/debug"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
)

// emitter is the aspect and the validation on the network's first child. CDK visits it once in a synth, when everything is
// wired; what it makes then is part of the template.
type emitter struct{ net *Network }

const emitterID = "Plan"

func (n *Network) addEmitter() {
	leaf := constructs.NewConstruct(n.self, new(emitterID))
	e := &emitter{net: n}
	awscdk.Aspects_Of(leaf).Add(e, nil)
	leaf.Node().AddValidation(e)
}

// Visit makes the plan and emits it. It is called from within CDK, where a panic would take the whole process down.
func (e *emitter) Visit(constructs.IConstruct) {
	n := e.net
	defer func() {
		if r := recover(); r != nil {
			n.findings.Add(diag.Diagnostic{
				Rule: "internal", Path: n.declared.Path, Summary: "the plan could not be emitted; this is a defect of tierwall or of a construct it called",
				Detail: fmt.Sprintf("%v\n%s", r, debug.Stack()),
			})
		}
	}()
	n.makePlan()
	n.takeBack()
	if n.plan == nil {
		n.emitNothing()
		return
	}
	n.emit()
	n.delivered = true
	report.Forget(n.self)
}

// Validate returns the errors, which fail the synth.
func (e *emitter) Validate() *[]*string {
	var out []*string
	for _, d := range e.net.findings.With(diag.Error) {
		out = append(out, new(d.Message()))
	}
	return &out
}

// makePlan derives the plan from everything wired so far, and collects all that is wrong. With errors the plan is nil.
func (n *Network) makePlan() {
	p, diags := plan.Make(n.architecture(), n.now())
	diags = append(diags, n.mistakes...)
	if p != nil {
		diags = append(diags, n.unserved(p)...)
		diags = append(diags, p.PlannedOver(n.own.asked...)...)
	}
	n.findings = diags.Sorted()
	if n.findings.HasErrors() {
		p = nil
	}
	n.plan = p
}

// architecture puts the wiring into the model's words. Tokens become symbols.
func (n *Network) architecture() arch.Architecture {
	a := arch.Architecture{Network: n.declared, Protections: n.protected(), ClientAddresses: n.clients}
	a.Network.Endpoints = n.endpointChoices()
	a.Grants, a.Roles = n.grants()
	if g := n.declared.DefaultRoute; g != nil {
		a.Network.DefaultRoute = new(n.gateway(*g))
	}
	for _, t := range n.tiers {
		if t.kind == arch.Endpoint {
			continue // It follows from the grants.
		}
		declared := t.declared
		if declared.Imported != nil {
			imported := *declared.Imported
			imported.Group = n.operand(imported.Group.Text)
			declared.Imported = &imported
		}
		a.Tiers = append(a.Tiers, declared)
	}
	for _, f := range n.flows {
		for _, p := range []*arch.Peer{&f.From, &f.To} {
			if p.Kind == arch.CIDR || p.Kind == arch.PrefixList {
				p.Operand = n.operand(p.Text)
			}
		}
		if f.Path.Kind == arch.ThroughGateway {
			f.Path.Via = n.gateway(f.Path.Via)
		}
		a.Flows = append(a.Flows, f)
	}
	return a
}

// emission is what the last visit made, to be taken back when a synth is repeated.
type emission struct {
	children []child
	routes   map[[2]string]string // table and id -> target
	ready    constructs.DependencyGroup
}

type child struct {
	scope constructs.Construct
	id    string
}

func (n *Network) takeBack() {
	for _, c := range n.emitted.children {
		c.scope.Node().TryRemoveChild(&c.id)
	}
	n.emitted.children, n.emitted.ready = nil, nil
}

// emitNothing makes a template that cannot be deployed, should somebody synthesize in spite of the errors.
func (n *Network) emitNothing() {
	awscdk.NewCfnResource(n.self, new("Invalid"), &awscdk.CfnResourceProps{Type: new("Tierwall::Invalid::Architecture")})
	n.emitted.children = append(n.emitted.children, child{n.self, "Invalid"})
}

func (n *Network) emit() {
	n.removeUnneeded(n.plan)
	byID := map[string]*Tier{}
	for _, t := range n.tiers {
		byID[t.id] = t
	}
	for _, g := range n.plan.Groups {
		n.emitGroup(byID[g.Tier].group.(*guard), g, byID)
	}
	for _, r := range n.plan.Rules {
		n.emitRule(r, byID)
	}
	for _, a := range n.plan.NetworkACLs {
		n.emitEntries(a)
	}
	if n.inspector != nil {
		n.inspector.Fill(n.plan, n.literal)
	}
	n.emitWebACLs()
	n.emitEndpoints()
	for _, r := range n.plan.Routes {
		n.emitRoute(r)
	}
}

// noop matches no packet: ICMP of a type and code that do not exist, to the limited broadcast address. CDK uses the same.
// A group with any egress rule of its own does not get AWS's rule that lets everything out.
var noop = &awsec2.CfnSecurityGroup_EgressProperty{
	IpProtocol: new("icmp"), FromPort: new(252.0), ToPort: new(86.0), CidrIp: new("255.255.255.255/32"),
	Description: new("Matches nothing: keeps the default egress rule away"),
}

func (n *Network) emitGroup(group *guard, g plan.Group, byID map[string]*Tier) {
	ingress := []any{}
	for _, r := range g.Ingress {
		to, ports := n.target(r.Peer, byID), portsOf(r)
		ingress = append(ingress, &awsec2.CfnSecurityGroup_IngressProperty{
			IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to,
			CidrIp: to.cidr, CidrIpv6: to.cidr6, SourcePrefixListId: to.prefixList, SourceSecurityGroupId: to.group,
			Description: new(r.Description),
		})
	}
	egress := []any{noop}
	for _, r := range g.Egress {
		to, ports := n.target(r.Peer, byID), portsOf(r)
		egress = append(egress, &awsec2.CfnSecurityGroup_EgressProperty{
			IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to,
			CidrIp: to.cidr, CidrIpv6: to.cidr6, DestinationPrefixListId: to.prefixList, DestinationSecurityGroupId: to.group,
			Description: new(r.Description),
		})
	}
	if len(ingress) > 0 || group.filled {
		group.cfn.SetSecurityGroupIngress(&ingress)
	}
	group.cfn.SetSecurityGroupEgress(&egress)
	group.filled = true
}

// rulePorts are a rule's protocol and ports in CloudFormation's properties. A rule of every protocol has no ports.
type rulePorts struct {
	protocol *string
	from, to *float64
}

func portsOf(r plan.Rule) rulePorts {
	out := rulePorts{protocol: new(string(r.Ports.Protocol))}
	if !r.Ports.IsAll() {
		out.from, out.to = new(float64(r.Ports.From)), new(float64(r.Ports.To))
	}
	return out
}

// target is a rule's peer in CloudFormation's properties; one of them is set.
type target struct{ cidr, cidr6, prefixList, group *string }

func (n *Network) target(p arch.Peer, byID map[string]*Tier) target {
	switch {
	case p.Kind.IsTier():
		return target{group: byID[p.Text].groupID}
	case p.Kind == arch.PrefixList:
		return target{prefixList: n.literal(p.Operand)}
	}
	if _, six := p.Families(false); six {
		return target{cidr6: n.literal(p.Operand)}
	}
	return target{cidr: n.literal(p.Operand)}
}

// emitRule makes a standalone rule, always between two groups.
func (n *Network) emitRule(r plan.StandaloneRule, byID map[string]*Tier) {
	scope := byID[r.Scope].self
	holder, peer := byID[r.Group].groupID, byID[r.Peer.Text].groupID
	ports := portsOf(r.Rule)
	if r.Direction == plan.Ingress {
		awsec2.NewCfnSecurityGroupIngress(scope, &r.ID, &awsec2.CfnSecurityGroupIngressProps{
			GroupId: holder, IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to, SourceSecurityGroupId: peer,
			Description: &r.Description,
		})
	} else {
		awsec2.NewCfnSecurityGroupEgress(scope, &r.ID, &awsec2.CfnSecurityGroupEgressProps{
			GroupId: holder, IpProtocol: ports.protocol, FromPort: ports.from, ToPort: ports.to, DestinationSecurityGroupId: peer,
			Description: &r.Description,
		})
	}
	n.emitted.children = append(n.emitted.children, child{scope, r.ID})
}
