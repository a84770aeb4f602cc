package wiring

import (
	"cmp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/report"
)

// declaration returns what was declared, with the place of each part in the templates. It is called after synthesis, when references to
// other stacks have become the exports and imports of the templates.
func (n *Network) declaration() proof.Network {
	l := locator{
		n: n, known: map[string]proof.Value{}, subnets: map[*awsec2.SubnetSelection][]proof.Value{},
	}
	l.ownParts()
	d := proof.Network{
		Architecture: n.architecture(), Tiers: map[string]proof.Tier{}, Symbols: map[string]proof.Value{},
		Vpc: l.find(n.self, n.vpcID()),
	}
	d.Architecture.Flows = proof.Distinct(d.Architecture.Flows)
	for _, t := range n.tiers {
		d.Tiers[t.id] = proof.Tier{Group: l.find(t.group, t.groupID), Subnets: l.selected(t.subnets)}
	}
	d.FirewallRules, d.Calls = n.firewallRules(), n.Recorded()
	for symbol, token := range n.tokens {
		d.Symbols[symbol] = l.find(n.self, &token)
	}
	return d
}

// firewallRules returns the firewall's rules, sorted by their SIDs.
func (n *Network) firewallRules() []proof.FirewallRule {
	var out []proof.FirewallRule
	for _, g := range n.plan.FirewallGroups {
		for _, r := range g.Rules {
			rule := proof.FirewallRule{
				SID: r.SID, Group: n.declared.Path + "/Firewall/" + g.Concern.String(), Stops: r.Stop, Message: n.plan.Message(r),
			}
			for _, i := range r.Flows {
				rule.Flows = append(rule.Flows, n.plan.Model.Flows[i].Flow)
			}
			out = append(out, rule)
		}
	}
	slices.SortFunc(out, func(a, b proof.FirewallRule) int { return cmp.Compare(a.SID, b.SID) })
	return out
}

// locator finds values in the templates. It keeps every answer, because each question to CDK is a call of another process.
type locator struct {
	n       *Network
	known   map[string]proof.Value // by token
	subnets map[*awsec2.SubnetSelection][]proof.Value
}

// ownParts finds, in one call, the values that are certain to be in the network's own stack.
func (l *locator) ownParts() {
	var tokens []*string
	for _, t := range l.n.tiers {
		if t.declared.Imported == nil && l.n.declared.Layout == arch.OneStack {
			tokens = append(tokens, t.groupID)
		}
	}
	if !l.n.declared.Wrapped {
		tokens = append(tokens, l.n.vpcID())
		for key := range l.n.own.subnets {
			tokens = append(tokens, l.n.own.subnetID(key))
		}
	}
	resolved, ok := l.n.place.Stack.Resolve(tokens).([]any)
	if !ok || len(resolved) != len(tokens) {
		return // find then asks for each of them.
	}
	file := l.n.place.TemplateFile()
	for i, token := range tokens {
		l.known[*token] = proof.Value{Template: file, Expression: report.Expression(resolved[i])}
	}
}

// find returns the place of a value in a template.
func (l *locator) find(scope constructs.IConstruct, value *string) proof.Value {
	v, ok := l.known[*value]
	if !ok {
		v = l.expression(scope, value)
		l.known[*value] = v
	}
	return v
}

// selected returns the places of the subnets in a selection, or nil for a nil selection.
func (l *locator) selected(selection *awsec2.SubnetSelection) []proof.Value {
	if selection == nil {
		return nil
	}
	out, ok := l.subnets[selection]
	if !ok {
		for _, s := range l.n.selected(selection) {
			out = append(out, l.find(l.n.self, l.n.own.idOf(s)))
		}
		l.subnets[selection] = out
	}
	return out
}

// expression returns the expression of a value in a template. For a reference this is the template of its target's stack, because other
// stacks have the reference only if they use it. For other values this is the template of the stack of scope.
func (l *locator) expression(scope constructs.IConstruct, value *string) proof.Value {
	place := l.n.place
	if scope != l.n.self {
		place = batch.PlaceOf(scope)
	}
	if !arch.IsToken(*value) {
		return proof.Value{Template: place.TemplateFile(), Expression: report.Expression(*value)}
	}
	if ref := reference(*value); ref != nil {
		place = batch.PlaceOf(ref.Target())
	}
	return proof.Value{Template: place.TemplateFile(), Expression: report.Expression(place.Stack.Resolve(value))}
}
