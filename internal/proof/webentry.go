package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// checkWebEntries finds members of tiers that receive HTTP from the internet without a web ACL in front of them.
func (n *network) checkWebEntries() {
	for _, p := range n.parties {
		if len(p.tiers) == 0 || p.imported {
			continue
		}
		http := n.httpOf(p)
		n.checkListedClients(p, http)
		open, from, to := n.fromInternet(p)
		if open.Intersect(http).IsEmpty() {
			continue
		}
		for _, member := range p.members {
			n.checkWebEntry(p, member, open, http, from, to)
		}
		if len(p.members) == 0 {
			n.report.assume("%s: no resource of %s is in the templates, so nothing checks that a web ACL protects it from the internet",
				n.name(), p.name)
		}
	}
}

// fromInternet returns the traffic that may come to a party from arbitrary internet addresses, and two ends that show it.
func (n *network) fromInternet(p *party) (open traffic.Set, from, to reach.End) {
	for _, end := range reach.Internet() {
		for _, at := range p.real.Locations() {
			there := reach.End{Class: p.real, Location: at}
			if end.Is6() != there.Is6() {
				continue
			}
			if carried := n.top.CarriedIf(end, there, reach.IgnoreUnresolved).Maybe; !carried.IsEmpty() {
				open, from, to = open.Union(carried), end, there
			}
		}
	}
	return open, from, to
}

// checkListedClients checks traffic from managed prefix lists such as that of CloudFront, which contains the distributions of all
// customers. The web ACL of the user's own distribution counts only if the load balancer requires a header that others do not know.
func (n *network) checkListedClients(p *party, http traffic.Set) {
	for _, part := range n.top.Outsides(p.real, n.peersInFlows(p)) {
		if part.List == "" || part.IsName() {
			continue
		}
		for _, member := range p.members {
			kind := member.Get("Type").String()
			if member.Type != balancerType || kind == "network" || kind == "gateway" || n.asksForHeader(member) {
				continue
			}
			if acl, maybe := n.webACLOf(member); acl != nil || maybe != "" {
				continue
			}
			from, to := reach.End{Outside: part}, reach.End{Class: p.real, Location: p.real.Locations()[0]}
			entry := n.top.CarriedIf(from, to, reach.MatchUnresolved).Maybe.Intersect(n.served(member)).Intersect(http)
			if entry.IsEmpty() {
				continue
			}
			service, _ := entry.First()
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: part.String(), To: p.name, Verdict: Unprotected, Traffic: entry, At: n.outsideFlowLines(p, false),
				Witness: Witness{From: address(from, ""), To: address(to, p.name), Service: service},
				Reason: member.String() + ": it has no web ACL, and the web ACL of a distribution in front of it does not count: " +
					"the list contains the distributions of all customers, and the load balancer requires no secret header",
			})
		}
	}
}

// asksForHeader reports whether all rules of a load balancer that pass requests on require a header.
func (n *network) asksForHeader(balancer *cfn.Resource) bool {
	asks := func(rule *cfn.Resource) bool {
		return slices.ContainsFunc(rule.Get("Conditions").Items, func(c cfn.Value) bool { return c.Get("Field").String() == "http-header" })
	}
	for listener := range n.ofType(listenerType) {
		if referred(listener.Get("LoadBalancerArn")) != balancer {
			continue
		}
		if passes(listener.Get("DefaultActions")) {
			return false
		}
		for rule := range n.ofType(ruleType) {
			if referred(rule.Get("ListenerArn")) == listener && passes(rule.Get("Actions")) && !asks(rule) {
				return false
			}
		}
	}
	return true
}

// httpOf returns the ports on which the tiers of a party speak HTTP.
func (n *network) httpOf(p *party) traffic.Set {
	var out traffic.Set
	for _, id := range p.tiers {
		serves := arch.Serves{}
		for _, protection := range n.model.Protections {
			if protection.Tier == id {
				serves = protection.Serves
			}
		}
		for _, port := range serves.HTTPPorts() {
			out = out.Union(traffic.Ports(traffic.TCP, port, port))
		}
	}
	return out
}

// checkWebEntry checks one resource that the internet reaches.
func (n *network) checkWebEntry(p *party, member *cfn.Resource, open, http traffic.Set, from, to reach.End) {
	kind := "it receives HTTP but cannot have a web ACL; put an application load balancer in front of it"
	entry := open.Intersect(http)
	protected := member // the resource that needs a web ACL
	if member.Type == balancerType {
		switch member.Get("Type").String() {
		case "gateway":
			return // A gateway load balancer only passes packets on.
		case "network":
			entry = entry.Intersect(n.served(member))
			if protected = n.balancerBehind(member); protected == nil {
				kind = "a network load balancer cannot have a web ACL; put an application load balancer behind it, or replace it by one"
				break
			}
			kind = "no web ACL is associated with " + protected.String() + ", which is behind it"
		default: // An application load balancer speaks HTTP on all its ports.
			entry = open.Intersect(n.served(member))
			kind = "no web ACL is associated with it"
		}
	}
	if entry.IsEmpty() {
		return
	}
	verdict := Unprotected
	if protected != nil && protected.Type == balancerType {
		acl, maybe := n.webACLOf(protected)
		switch {
		case acl != nil:
			n.noteIneffective(protected, *acl)
			return
		case maybe != "":
			verdict, kind = Unknown, maybe
		}
	}
	service, _ := entry.First()
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: "the internet", To: p.name, Verdict: verdict, Traffic: entry, At: n.outsideFlowLines(p, false),
		Witness: Witness{From: address(from, ""), To: address(to, p.name), Service: service},
		Reason:  member.String() + ": " + kind,
	})
}

// webACLOf returns the web ACL of a resource. If an association has an unknown target, maybe says so.
func (n *network) webACLOf(r *cfn.Resource) (acl *cfn.Value, maybe string) {
	for a := range n.ofType(associationType) {
		switch of := a.Get("ResourceArn"); {
		case referred(of) == r:
			v := a.Get("WebACLArn")
			return &v, ""
		case of.Kind != cfn.Reference && of.Kind != cfn.Text:
			maybe = a.String() + " associates a web ACL with " + of.String() + ", which may be this resource or another one"
		}
	}
	return nil, maybe
}

// noteIneffective adds a note if no rule of a web ACL stops anything.
func (n *network) noteIneffective(of *cfn.Resource, acl cfn.Value) {
	r := referred(acl)
	if r == nil {
		n.report.assume("%s: the web ACL of %s is not in the templates, so nothing checks its rules", n.name(), of)
		return
	}
	if !r.Get("DefaultAction").Get("Block").IsMissing() || slices.ContainsFunc(r.Get("Rules").Items, canStop) {
		return
	}
	does := "only counts: none of its rules blocks"
	if rules := r.Get("Rules"); rules.Kind == cfn.Missing || rules.Kind == cfn.List && len(rules.Items) == 0 {
		does = "has no rules and blocks nothing"
	}
	n.report.Notes = append(n.report.Notes, fmt.Sprintf("%s: the web ACL %s in front of %s %s", n.name(), r, of, does))
}

// canStop reports whether a rule can stop a request.
func canStop(rule cfn.Value) bool {
	action, override := rule.Get("Action"), rule.Get("OverrideAction")
	return !override.IsMissing() && override.Get("Count").IsMissing() ||
		!action.IsMissing() && action.Get("Count").IsMissing() && action.Get("Allow").IsMissing()
}
