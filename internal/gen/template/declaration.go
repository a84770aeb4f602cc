package template

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// declaration says where the parts of the network are in the template.
func (r *renderer) declaration() *proof.Declaration {
	n := proof.Network{
		Architecture: r.p.Model.Architecture(), Vpc: r.value(r.vpcID()), Tiers: map[string]proof.Tier{}, Symbols: map[string]proof.Value{},
		FirewallRules: r.firewallRules(),
	}
	for _, t := range r.p.Model.Tiers {
		n.Tiers[t.ID] = r.tier(t)
	}
	for _, f := range r.p.Model.Flows {
		for _, peer := range []arch.Peer{f.From, f.To} {
			if peer.Symbolic {
				r.operand(peer.Operand)
			}
		}
	}
	for symbol, expression := range r.symbols {
		n.Symbols[symbol] = r.value(expression)
	}
	return &proof.Declaration{Networks: []proof.Network{n}}
}

// value is an expression of the template.
func (r *renderer) value(v any) proof.Value {
	file, expression := r.home(v)
	data, err := json.Marshal(expression)
	if err != nil {
		panic(err) // Maps, lists and texts always marshal.
	}
	return proof.Value{Template: file, Expression: data}
}

func (r *renderer) tier(t arch.Tier) proof.Tier {
	out := proof.Tier{Group: r.value(r.groupID(t.ID))}
	for _, s := range r.p.Subnets[t.ID] {
		out.Subnets = append(out.Subnets, r.value(r.ref(subnetPath(s.Key))))
	}
	if r.in.Existing != nil && t.Imported == nil {
		key := t.ID
		if t.Kind == arch.Endpoint {
			key = ""
		}
		for _, id := range givenAll(r.in.Existing.Subnets[key]) {
			out.Subnets = append(out.Subnets, r.value(id))
		}
	}
	return out
}

// firewallRules explains the SIDs in the logs of the firewall.
func (r *renderer) firewallRules() []proof.FirewallRule {
	var out []proof.FirewallRule
	for _, g := range r.p.FirewallGroups {
		for _, rule := range g.Rules {
			group := r.path(firewallScope + "/" + g.Concern.String())
			one := proof.FirewallRule{SID: rule.SID, Group: group, Stops: rule.Stop, Message: r.p.Message(rule)}
			for _, i := range rule.Flows {
				one.Flows = append(one.Flows, r.p.Model.Flows[i].Flow)
			}
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b proof.FirewallRule) int { return cmp.Compare(a.SID, b.SID) })
	return out
}
