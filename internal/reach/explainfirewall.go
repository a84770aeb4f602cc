package reach

import (
	"fmt"
	"strings"
)

// vpcOf is the VPC of an end, or that of the other if it is outside.
func vpcOf(e, other End) *VPC {
	if e.Class == nil {
		e = other
	}
	return e.Spot.Subnet.VPC
}

// explainFirewalls says what the firewalls on a path make of the service.
func (t *Topology) explainFirewalls(p path, client, server party, s Service) []Step {
	var out []Step
	for i, m := range p.middleboxes {
		e, ok := t.endpoints[m]
		if clients := p.clients(i, client); ok && len(clients) > 0 {
			out = append(out, t.firewall(e.firewall).explain(clients[0], server, s))
		}
	}
	return out
}

// explain names the rule that decides about the service, or says that none does.
func (f *firewall) explain(client, server party, s Service) Step {
	step := Step{Control: "firewall", Where: f.resource.String(), Resource: f.resource, Unsure: f.unsure}
	carried := f.carries(client, server)
	step.Passes = carried.Maybe.Overlaps(s.Traffic())
	if step.Passes && step.Unsure == "" && !carried.Sure.Contains(s.Traffic()) {
		step.Unsure = "it depends on more than addresses and ports"
	}
	switch {
	case f.unsure != "":
		step.Rule = "its rules"
		return step
	case f.open:
		step.Rule = "its stateless engine passes everything"
		return step
	case f.closed:
		step.Rule = "its stateless engine drops everything"
		return step
	}
	for i := range f.rules {
		r := &f.rules[i]
		if r.decides(server.domain()) && r.there.traffic.Overlaps(s.Traffic()) && r.sources.holds(client) != no && r.destinations.holds(server) != no {
			step.Rule, step.Resource, step.Line = r.words(), r.resource, 0
			return step
		}
	}
	step.Rule = "no rule is about it, and the default lets it pass"
	if f.defaults.drops {
		step.Rule = fmt.Sprintf("no rule passes it, and aws:drop_%s drops it", f.defaults.kind)
	}
	return step
}

// decides reports whether the rule has a say in what is asked for by the name; empty is for addresses.
func (r *inspectionRule) decides(name string) bool {
	switch r.about {
	case named:
		return matches(r.names, name)
	case otherHosts:
		return name != "" && !matches(r.names, name)
	case withoutHost:
		return false
	}
	return true
}

// words names a rule by its number and what the logs call it.
func (r *inspectionRule) words() string {
	sid, _ := r.rule.SID()
	text := fmt.Sprintf("%s sid %d", r.rule.Action, sid)
	if msg := r.rule.Msg(); msg != "" {
		text += ": " + msg
	}
	return strings.TrimSpace(text)
}
