package wiring

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// emitter is the aspect and the validation of the network's first child. CDK visits that child once in a synthesis, when everything is
// wired. The resources that the visit makes are part of the template. The groups of the tiers tell it what constructs ask for.
type emitter struct{ net *Network }

const emitterID = "Plan"

// addEmitter makes the network's first child.
func (n *Network) addEmitter() {
	n.emitter = &emitter{net: n}
	batch.MakeVisited(n.self, emitterID, n.emitter)
}

// Visit makes the plan and emits it. CDK calls it. A panic in a callback of CDK ends the process, so Visit recovers.
func (e *emitter) Visit(constructs.IConstruct) {
	n := e.net
	defer func() {
		if r := recover(); r != nil {
			n.findings.Add(diag.Diagnostic{
				Rule: "internal", Path: n.declared.Path,
				Summary: "the plan could not be emitted; this is a defect of tierwall or of a construct it called",
				Detail:  fmt.Sprintf("%v\n%s", r, debug.Stack()),
			})
		}
	}()
	n.makePlan()
	if n.isEmitted() {
		n.forget()
		return
	}
	n.takeBack()
	if n.plan == nil {
		n.emitNothing()
		return
	}
	n.emit()
	n.delivered = true
	n.forget()
	if !n.findings.HasErrors() {
		n.emitted.model = n.plan.Model
	}
}

// Validate returns the errors, which fail synthesis.
func (e *emitter) Validate() *[]*string {
	var out []*string
	for _, d := range e.net.findings.With(diag.Error) {
		out = append(out, new(d.Message()))
	}
	return &out
}

// makePlan derives the plan from everything wired so far, and collects all findings. If there are errors, the plan is nil.
func (n *Network) makePlan() {
	p, diags := plan.Make(n.architecture(), n.now())
	diags = append(diags, n.mistakes...)
	if p != nil {
		diags = append(diags, n.unserved(p)...)
		diags = append(diags, n.judged(p.Model)...)
		diags = append(diags, p.CheckAsked(n.own.asked...)...)
	}
	n.findings = diags.Sorted()
	if n.findings.HasErrors() {
		p = nil
	}
	n.plan = p
}

// emission records what the last visit made. If a synthesis is repeated with another plan, takeBack removes it.
type emission struct {
	model    *arch.Model // of the plan; nil if emission failed
	children []child
	routes   map[[2]string]string // table and id -> target
	ready    constructs.DependencyGroup
}

type child struct {
	scope constructs.Construct
	id    string
}

// isEmitted reports whether a previous visit has emitted the same plan, which is a function of its model. What it made then stays:
// otherwise dependencies that CDK has derived would name both the old constructs and the new ones.
func (n *Network) isEmitted() bool {
	return n.emitted.model != nil && n.plan != nil && reflect.DeepEqual(n.emitted.model, n.plan.Model)
}

// takeBack removes the constructs that the last visit made. Routes stay: see emitRoute.
func (n *Network) takeBack() {
	for _, c := range n.emitted.children {
		c.scope.Node().TryRemoveChild(new(strings.ReplaceAll(c.id, "/", "--"))) // as CDK changes ids
	}
	n.emitted.model, n.emitted.children, n.emitted.ready = nil, nil, nil
}

// emitNothing emits a resource of an unknown type. A synthesis that skips validation then has a template that cannot be deployed.
func (n *Network) emitNothing() {
	awscdk.NewCfnResource(n.self, new("Invalid"), &awscdk.CfnResourceProps{Type: new("Tierwall::Invalid::Architecture")})
	n.emitted.children = append(n.emitted.children, child{n.self, "Invalid"})
}

// emit makes the resources of the plan.
func (n *Network) emit() {
	n.removeUnneeded(n.plan)
	byID := map[string]*Tier{}
	for _, t := range n.tiers {
		byID[t.id] = t
	}
	b := &batch.Batch{}
	for _, g := range n.plan.Groups {
		n.emitGroup(b, byID[g.Tier], g, byID)
	}
	for _, r := range n.plan.Rules {
		n.emitRule(b, r, byID)
	}
	for _, a := range n.plan.NetworkACLs {
		n.emitNetworkACL(b, a)
	}
	b.Run()
	if n.inspector != nil {
		n.inspector.Fill(n.plan, n.literal)
	}
	n.emitWebACLs()
	n.emitEndpoints(b)
	n.watch()
	for _, r := range n.plan.Routes {
		n.emitRoute(b, r)
	}
	b.Run()
}
