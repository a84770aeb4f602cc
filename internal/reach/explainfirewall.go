package reach

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"

	"github.com/tierwall/tierwall/internal/cfn"
)

// talkers are the ends of a connection as the firewalls on its way see them.
type talkers struct{ client, server party }

// middlebox explains what the i-th middlebox on the path makes of the service.
func (j *journey) middlebox(p path, i int, who talkers) {
	m := p.middleboxes[i]
	e, ok := j.t.endpoints[m]
	clients := p.clients(i, who.client)
	switch {
	case !ok:
		j.add(Step{
			Control: "middlebox", Where: m.Name, Passes: true, Unsure: j.t.inspection(p.alone(i)), Rule: "its rules", Resource: m.Resource,
		})
	case len(clients) == 0:
		unsure := "which address the NAT gateway in " + p.native.Name + " has is not known"
		j.add(Step{Control: "firewall", Where: m.Name, Passes: true, Unsure: unsure, Rule: "its rules"})
	default:
		f := j.t.firewall(e.firewall)
		step := Step{Control: "firewall", Where: f.resource.String(), At: e.subnet.Name, Resource: f.resource}
		step.Rule, step.Resource = f.decisive(clients[0], who.server, j.s)
		doubt := cmp.Or(j.t.inspection(p.alone(i)), "it depends on more than addresses and ports")
		step.judge(j.t.inspect(p.alone(i), who.client, who.server), j.s, doubt)
		j.add(step)
	}
}

// alone is the path with the i-th middlebox only.
func (p path) alone(i int) path {
	return path{middleboxes: p.middleboxes[i : i+1], native: p.native, before: max(0, min(1, p.before-i))}
}

// decisive names the rule that decides about the service, or says that none does, and the resource that holds it.
func (f *firewall) decisive(client, server party, s traffic.Service) (string, *cfn.Resource) {
	switch {
	case f.unsure != "":
		return "its rules", f.resource
	case f.open:
		return "its stateless engine passes everything", f.resource
	case f.closed:
		return "its stateless engine drops everything", f.resource
	}
	for i := range f.rules {
		r := &f.rules[i]
		isMeant := r.decides(server.domain()) && r.there.traffic.Overlaps(s.Traffic())
		if isMeant && r.sources.holds(client) != no && r.destinations.holds(server) != no {
			return r.words(), r.resource
		}
	}
	if f.defaults.drops {
		return fmt.Sprintf("no rule passes it, and aws:drop_%s drops it", f.defaults.kind), f.resource
	}
	return "no rule is about it, and the default lets it pass", f.resource
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
