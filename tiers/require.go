package tiers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/tiers/policy"
)

// Require holds the network against policies, which judge its flows by what its tiers hold. It changes no rule. What a policy finds fails
// synthesis until it is mended, or acknowledged with a reason; the findings name the policy and the line of the flow. A policy without a
// usable name, a policy that protects no tier, and two policies with one name are errors at synthesis.
//
// With a policy, each data tier must say what it holds.
func (n *Network) Require(policies ...policy.Policy) {
	at := diag.Caller()
	for _, p := range policies {
		if p.Judge == nil {
			n.core.Require(p.Name, at, nil)
			continue
		}
		n.core.Require(p.Name, at, func(m *arch.Model) diag.List { return judge(p, m, at) })
	}
}

// judge returns what a policy of the user's finds.
func judge(p policy.Policy, m *arch.Model, at diag.Position) diag.List {
	of := judged(m)
	fail := func(summary, detail, fix string) diag.List {
		return diag.List{{
			Rule: "data-policy", Path: m.Network.PathTo("network"), Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at},
		}}
	}
	switch about := func(t policy.Tier) bool { return t.HoldsAny(p.Classes...) }; {
	case len(p.Classes) == 0:
		return fail("the policy "+p.Name+" does not say which classes of data it is about", "", "set its Classes")
	case !slices.ContainsFunc(of.Tiers, about):
		return fail("the policy "+p.Name+" protects no tier", "no tier holds "+strings.Join(p.Classes, " or ")+" data",
			"set Holds of the tiers that hold it, or remove the policy")
	}
	var out diag.List
	for _, f := range p.Judge(of) {
		d := diag.Diagnostic{
			Severity: diag.Finding, Rule: p.Name + "-" + f.Rule, Subject: m.Network.Subject(f.About), Summary: f.Summary, Fix: f.Fix,
			Detail: strings.TrimPrefix(f.Detail+"\npolicy "+p.Name, "\n"),
		}
		var ok bool
		if d.Path, d.At, ok = placeOf(m, f.About); !ok || f.Summary == "" || !arch.IsPolicyName(f.Rule) {
			out = append(out, fail("a finding of the policy "+p.Name+" is not usable",
				fmt.Sprintf("got rule %.60q about %.80q with summary %.60q; allowed are a rule of lower-case letters, digits and hyphens, the ID of "+
					"a tier or flow of the network, and some summary", f.Rule, f.About, f.Summary), "make findings with the methods of policy.Flow "+
					"and policy.Tier")...)
			continue
		}
		out.Add(d)
	}
	return out
}

// placeOf returns the path and the lines of the flow or tier with an ID.
func placeOf(m *arch.Model, id string) (path string, at []diag.Position, ok bool) {
	if t, ok := m.Tier(id); ok {
		return m.Network.PathTo(m.Network.TierPath(id)), []diag.Position{t.At}, true
	}
	for _, f := range m.Flows {
		if f.SubjectString() == id {
			return m.Network.PathTo(m.Network.FlowPath(f.Flow)), f.At, true
		}
	}
	return "", nil, false
}

// judged returns a model as policies see it.
func judged(m *arch.Model) policy.Network {
	var out policy.Network
	faces := m.Facing()
	tierOf := func(p arch.Peer) policy.Tier {
		t, ok := m.Tier(p.Text)
		if !ok || !p.Kind.IsTier() {
			return policy.Tier{}
		}
		return policy.Tier{
			ID: t.ID, Kind: t.Kind.String(), Holds: slices.Clone(t.Holds), FacesInternet: faces[t.ID], Imported: t.Imported != nil,
			SharesWith: t.SharesWith,
		}
	}
	for _, t := range m.Tiers {
		if t.Kind != arch.Endpoint {
			out.Tiers = append(out.Tiers, tierOf(arch.TierPeer(t.Kind, t.ID)))
		}
	}
	for _, f := range m.Flows {
		if f.ToService() {
			continue
		}
		peer := func(p arch.Peer) policy.Peer {
			public, _ := f.IsInternet(p)
			return policy.Peer{Name: p.String(), Tier: tierOf(p), Internet: public}
		}
		flow := policy.Flow{
			ID: f.SubjectString(), From: peer(f.From), To: peer(f.To), Inspected: f.Enforced(), Reason: f.Reason, Owner: f.Owner,
			Expires: f.Expires, Exception: f.Exception,
		}
		if f.Path.Kind == arch.ThroughGateway {
			flow.Via = f.Path.Via.String()
		}
		for _, p := range f.Ports {
			flow.Services = append(flow.Services, p.String())
		}
		for _, p := range f.PlainText() {
			flow.PlainText = append(flow.PlainText, p.Protocol)
		}
		out.Flows = append(out.Flows, flow)
	}
	return out
}
