package reach

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/reach/inspect"
)

// talkers are the ends of a connection, as the firewalls on the way see them.
type talkers struct{ client, server inspect.Party }

// middlebox explains what the i-th middlebox on the path does with the service.
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
		unsure := "which address the NAT gateway in " + p.nat.Name + " has is not known"
		j.add(Step{Control: "firewall", Where: m.Name, Passes: true, Unsure: unsure, Rule: "its rules"})
	default:
		f := j.t.firewall(e.firewall)
		step := Step{Control: "firewall", Where: f.Resource.String(), At: e.subnet.Name, Resource: f.Resource}
		step.Rule, step.Resource = f.Decisive(clients[0], who.server, j.s)
		doubt := cmp.Or(j.t.inspection(p.alone(i)), "it depends on more than addresses and ports")
		step.judge(j.t.inspect(p.alone(i), who.client, who.server), j.s, doubt)
		j.add(step)
	}
}

// alone returns the path with only the i-th middlebox.
func (p path) alone(i int) path {
	return path{middleboxes: p.middleboxes[i : i+1], nat: p.nat, beforeNAT: max(0, min(1, p.beforeNAT-i))}
}
